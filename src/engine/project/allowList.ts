/** `.gitignore` lines that leave a whole folder alone but for the files named. */

interface Node {
  readonly folders: Map<string, Node>;
  readonly files: Set<string>;
}

const newNode = (): Node => ({ folders: new Map(), files: new Set() });

/**
 * Git never looks into an ignored folder, so every folder on the way to a file is let in and emptied again. A folder
 * that carries the plugin's name is let in whole: what is added there later belongs to the plugin too.
 */
export function allowList(plugin: string, paths: readonly string[]): string {
  const stem = plugin.replace(/\.[^.]+$/, '').toLowerCase();
  const owned = new Set([stem, plugin.toLowerCase()]);
  const root = newNode();
  for (const path of ['.gitattributes', '.gitignore', '.modsync.json', ...paths]) {
    const names = path.split('/');
    const file = names.pop();
    let node = root;
    let whole = false;
    for (const name of names) {
      let next = node.folders.get(name);
      if (!next) {
        next = newNode();
        node.folders.set(name, next);
      }
      node = next;
      whole = owned.has(name.toLowerCase());
      if (whole) break;
    }
    if (!whole && file !== undefined) node.files.add(file);
  }
  const lines = [
    `# This folder holds the game. Only what belongs to ${plugin} is part of the project;`,
    '# to add a file, let it in with a line of its own, such as: !/Textures/shared.dds',
    '/*',
  ];
  write(root, '', lines);
  return `${lines.join('\n')}\n`;
}

function write({ folders, files }: Node, at: string, lines: string[]): void {
  for (const file of [...files].sort()) lines.push(`!${at}/${escaped(file)}`);
  for (const [name, node] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const folder = `${at}/${escaped(name)}`;
    lines.push(`!${folder}/`);
    if (node.folders.size === 0 && node.files.size === 0) continue;
    lines.push(`${folder}/*`);
    write(node, folder, lines);
  }
}

const escaped = (name: string) => name.replace(/[\\*?[]/g, '\\$&').replace(/ $/, '\\ ');
