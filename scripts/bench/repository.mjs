/** A seeded mod project of any size, made through `git fast-import`: seconds for what a person collects in years. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES_IN_FOLDER = 50;
const FOLDERS_IN_FOLDER = 20;
/** Commits after the first; the last but one changes `MANY` files, the others a few. */
const COMMITS = 220;
const FEW = 5;
export const MANY = 1000;

/** mulberry32: small, and the same everywhere. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const pathOf = (file) => {
  const folder = Math.floor(file / FILES_IN_FOLDER);
  return `Scripts/Source/part${Math.floor(folder / FOLDERS_IN_FOLDER)}/unit${folder}/Script${file}.psc`;
};
export const pathsOf = (files) => Array.from({ length: files }, (_, file) => pathOf(file));

const WORDS =
  'Actor Alias Cell Event Faction Form Function Global If EndIf Keyword Location Message ObjectReference Property Quest Return Self State Utility While'.split(
    ' ',
  );

/** Between 0.5 and 8 KB of Papyrus-like lines. */
function contentOf(file, random) {
  const lines = [`Scriptname Script${file} extends ObjectReference`];
  for (let left = 10 + Math.floor(random() ** 2 * 160); left > 0; left--) {
    const word = () => WORDS[Math.floor(random() * WORDS.length)];
    lines.push(`  ${word()} ${word()} ${word()}${Math.floor(random() * 1e6)} = ${word()}.${word()}(${file})`);
  }
  return `${lines.join('\n')}\n`;
}

/** One line of a text becomes another: what a person's edit looks like. */
export function edited(content, mark) {
  const lines = content.split('\n');
  lines[lines.length >> 1] = `  Debug.Trace("${mark}")`;
  return lines.join('\n');
}

/** Edits files of a working copy; each seed others. @param mark makes the edit of the same files another */
export function editFiles(folder, files, count, seed, mark = '') {
  const random = randomFrom(seed);
  const chosen = new Set();
  while (chosen.size < Math.min(count, files)) chosen.add(Math.floor(random() * files));
  for (const file of chosen) {
    const path = join(folder, pathOf(file));
    writeFileSync(path, edited(readFileSync(path, 'utf8'), `${mark}${seed}-${Math.floor(random() * 1e9)}`));
  }
}

/**
 * A bare repository with `files` files on the branch main.
 * @returns how long it took, in milliseconds
 */
export async function makeRepository(folder, files, projectId) {
  const started = performance.now();
  const run = (...args) => {
    const { status, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  };
  run('init', '-q', '--bare', '-b', 'main', '.');
  const importer = spawn('git', ['fast-import', '--quiet'], {
    cwd: folder,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(importer, 'close');
  for (const piece of stream(files, projectId)) {
    if (!importer.stdin.write(piece)) await once(importer.stdin, 'drain');
  }
  importer.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  run('repack', '-adfq');
  run('update-server-info');
  return performance.now() - started;
}

function* stream(files, projectId) {
  const random = randomFrom(files);
  let seconds = 1_700_000_000;
  const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const commit = (message) =>
    `commit refs/heads/main\ncommitter Bench <bench@example.invalid> ${seconds++} +0000\n${data(message)}`;
  const file = (path, text) => `M 100644 inline ${path}\n${data(text)}`;

  const contents = new Map();
  yield commit('Start');
  const project = { modsync: 1, projectId, name: 'Bench', game: 'fallout4', rules: {} };
  yield file('.modsync.json', `${JSON.stringify(project, null, 2)}\n`);
  yield file('.gitattributes', '*.dds filter=lfs diff=lfs merge=lfs -text\n*.psc text=auto\n');
  yield file('.gitignore', '*.tmp\n/Cache/\n*.bak\n');
  for (let each = 0; each < files; each++) {
    const content = contentOf(each, random);
    contents.set(each, content);
    yield file(pathOf(each), content);
  }
  for (let each = 0; each < COMMITS; each++) {
    yield commit(`Change ${each}`);
    const count = Math.min(each === COMMITS - 2 ? MANY : FEW, files);
    const chosen = new Set();
    while (chosen.size < count) chosen.add(Math.floor(random() * files));
    for (const one of chosen) {
      const content = edited(contents.get(one), `${each}-${one}`);
      contents.set(one, content);
      yield file(pathOf(one), content);
    }
  }
}
