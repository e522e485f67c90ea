/** The project that is shown: the generated sample, or a copy of a folder of the user's. And how two folders compare. */
import { createHash } from 'node:crypto';
import {
  constants,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failed } from './stage.mjs';

/** A larger folder is not copied. Bytes. */
const LARGEST = 2e9;

/** @returns every file and symlink below the folder, `/` between names; with `.git` and empty folders if asked */
export function filesIn(folder, { all = false } = {}) {
  const found = [];
  const look = (at) => {
    if (all && at !== '') found.push({ path: at, folder: true });
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      if (!all && at === '' && entry.name === '.git') continue;
      const path = at ? `${at}/${entry.name}` : entry.name;
      if (entry.isDirectory()) look(path);
      else if (entry.isFile() || entry.isSymbolicLink()) found.push({ path, link: entry.isSymbolicLink() });
    }
  };
  look('');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export async function writeSample(folder, dist) {
  const { sampleProject } = await import(new URL('bethesda/index.js', dist));
  for (const { path, content } of sampleProject(76)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Copies the files, and `.git` so that the history stays; the original is only read. */
export function copyProject(from, to) {
  const source = resolve(from);
  if (!statSync(source, { throwIfNoEntry: false })?.isDirectory())
    throw new Failed(`There is no folder ${source}. Name the folder of your mod: npm start -- PATH`);
  const files = filesIn(source, { all: true });
  let bytes = 0;
  for (const file of files) if (!file.link && !file.folder) bytes += statSync(join(source, file.path)).size;
  if (bytes > LARGEST)
    throw new Failed(
      `${source} holds ${(bytes / 1e9).toFixed(1)} GB; the show copies it, and goes up to ${LARGEST / 1e9} GB. Name a smaller folder.`,
    );
  mkdirSync(to, { recursive: true });
  // folders come before what they hold; Git needs the empty ones of `.git`, and of submodules, too
  for (const { path, link, folder } of files) {
    const target = join(to, path);
    if (folder) mkdirSync(target, { recursive: true });
    // a `.git` file of a linked working tree points at the original's repository
    else if (path === '.git') continue;
    else if (link) symlinkSync(readlinkSync(join(source, path)), target);
    else copyFileSync(join(source, path), target, constants.COPYFILE_FICLONE);
  }
}

/** @returns the paths that are not the same in both, and what the first holds */
export function compareFolders(a, b) {
  const [left, right] = [contents(a), contents(b)];
  const different = [...new Set([...left.hashes.keys(), ...right.hashes.keys()])].filter(
    (path) => left.hashes.get(path) !== right.hashes.get(path),
  );
  return { different, files: left.hashes.size, bytes: left.bytes };
}

function contents(folder) {
  const hashes = new Map();
  let bytes = 0;
  for (const { path, link } of filesIn(folder)) {
    const content = link ? Buffer.from(readlinkSync(join(folder, path))) : readFileSync(join(folder, path));
    bytes += content.length;
    hashes.set(path, createHash('sha256').update(content).digest('hex'));
  }
  return { hashes, bytes };
}
