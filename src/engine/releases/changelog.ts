/** What changed for players since the last release: plugins with their records, scripts, everything else. */
import { classify } from '../../bethesda/index.ts';
import { parsePointer } from '../../lfs/index.ts';
import { diffPlugins, type PluginDifference, type RecordDifference } from '../../merge/index.ts';
import { hasCode } from '../../shared/errors.ts';
import type { TreeChange, TreeFile } from '../../shared/git.ts';
import type { BlobId, CommitId } from '../../shared/ids.ts';
import type { Project } from '../project/Project.ts';
import { changedPath, isOwn } from '../snapshot/messages.ts';
import { bytesOf, type ReleaseContents } from './contents.ts';

/** Named one by one up to here; then counted. */
const MOST_NAMES = 20;
/** Plugins beyond it are only said to have changed. Bytes. */
const LARGEST = 128 << 20;

const KINDS = ['added', 'modified', 'deleted'] as const;
const WORDS = { added: 'added', modified: 'changed', changed: 'changed', deleted: 'removed' } as const;

/** Markdown. @param since the last release; left out: this is the first */
export async function changelog(
  project: Project,
  { root, files }: ReleaseContents,
  at: CommitId,
  since?: { readonly commit: CommitId; readonly version: string },
): Promise<string> {
  if (!since) return `First release: ${files.length === 1 ? 'one file' : `${files.length} files`}.\n`;
  const { graph, trees } = project.repository;
  const before = (await graph.commit(since.commit)).tree;
  const changes = await trees.diff(before, (await graph.commit(at)).tree);
  const ships = new Set(files.map(({ projectPath }) => projectPath));
  const prefix = root === '' ? '' : `${root}/`;
  const told = changes.filter(({ path, after }) => (after ? ships.has(path) : path.startsWith(prefix)));
  const named = (path: string) => path.slice(prefix.length);

  const sections: string[] = [];
  const words = await wordsSince(project, at, since.commit);
  if (words.length > 0) sections.push(words.map((word) => `- ${word}`).join('\n'));
  const plugins: string[] = [];
  for (const change of told.filter(({ path }) => classify(path) === 'plugin'))
    plugins.push(...(await pluginLines(project, change, named(change.path))));
  if (plugins.length > 0) sections.push(`### Plugins\n\n${plugins.join('\n')}`);
  const isScript = ({ path }: TreeChange) => ['script', 'script-source'].includes(classify(path));
  const scripts = fileLines(told.filter(isScript), named);
  if (scripts.length > 0) sections.push(`### Scripts\n\n${scripts.join('\n')}`);
  const others = fileLines(
    told.filter((change) => !isScript(change) && classify(change.path) !== 'plugin'),
    named,
  );
  if (others.length > 0) sections.push(`### Assets and other files\n\n${others.join('\n')}`);
  if (sections.length === 0) return `No file that ships changed since ${since.version}.\n`;
  return `Changes since ${since.version}:\n\n${sections.join('\n\n')}\n`;
}

/** What people wrote, oldest first. */
export async function wordsSince(
  { repository: { graph } }: Project,
  at: CommitId,
  since: CommitId,
): Promise<string[]> {
  const words: string[] = [];
  for await (const { message, parents } of graph.log(at, { not: [since] })) {
    if (isOwn(message) || parents.length > 1) continue;
    const [subject = ''] = message.split('\n');
    if (!/^Release \d/.test(subject) && !words.includes(subject)) words.unshift(subject);
  }
  return words;
}

export function fileLines(changes: readonly TreeChange[], named: (path: string) => string): string[] {
  return KINDS.flatMap((kind) => {
    const some = changes.map(changedPath).filter((change) => change.kind === kind);
    if (some.length === 0) return [];
    const names = some.slice(0, MOST_NAMES).map(({ path }) => `\`${named(path)}\``);
    const more = some.length > MOST_NAMES ? `, and ${some.length - MOST_NAMES} more` : '';
    return [`- ${some.length} ${WORDS[kind]}: ${names.join(', ')}${more}`];
  });
}

async function pluginLines(project: Project, change: TreeChange, name: string): Promise<string[]> {
  const { kind } = changedPath(change);
  if (kind !== 'modified') return [`- \`${name}\` ${WORDS[kind]}`];
  const [before, after] = [await content(project, change.before), await content(project, change.after)];
  if (!before || !after) return [`- \`${name}\` changed`];
  try {
    return differenceLines(name, diffPlugins(before, after, project.host.codec));
  } catch (error) {
    if (hasCode(error, 'MALFORMED_PLUGIN')) return [`- \`${name}\` changed`];
    throw error;
  }
}

function differenceLines(name: string, { records, masters, noise }: PluginDifference): string[] {
  const counts = (['added', 'changed', 'deleted'] as const)
    .map((kind) => [records.filter((record) => record.kind === kind).length, WORDS[kind]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  const said =
    counts.length > 0
      ? `records: ${counts.join(', ')}`
      : noise > 0
        ? 'saved anew, no record says anything else'
        : 'only its header changed';
  const lines = [`- \`${name}\`: ${said}`];
  if (masters.before.join() !== masters.after.join())
    lines.push(`  - masters: ${masters.after.join(', ') || 'none'}`);
  for (const record of records.slice(0, MOST_NAMES)) lines.push(`  - ${recordLine(record)}`);
  if (records.length > MOST_NAMES) lines.push(`  - and ${records.length - MOST_NAMES} more`);
  return lines;
}

const recordLine = ({ kind, type, formId, editorId }: RecordDifference): string =>
  `${WORDS[kind]}: ${type} ${formId}${editorId === undefined ? '' : ` ${editorId}`}`;

/** `undefined` when it is not here, or too large to look into. */
export async function content(project: Project, file: TreeFile | undefined): Promise<Uint8Array | undefined> {
  if (!file) return undefined;
  const blob = file.id as BlobId; // plugins are files
  const bytes = await project.repository.objects.readBlob(blob);
  const asset = parsePointer(bytes);
  if (!asset) return bytes;
  if (asset.size > LARGEST || !(await project.cache.has(asset))) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of bytesOf(project, { blob, asset })) parts.push(part);
  return joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
