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

/** @returns every file and symlink below the folder, `/` between names */
export function filesIn(folder, { git = false } = {}) {
  const found = [];
  const look = (at) => {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      if (!git && at === '' && entry.name === '.git') continue;
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
  const files = filesIn(source, { git: true });
  let bytes = 0;
  for (const { path, link } of files) if (!link) bytes += statSync(join(source, path)).size;
  if (bytes > LARGEST)
    throw new Failed(
      `${source} holds ${(bytes / 1e9).toFixed(1)} GB; the show copies it, and goes up to ${LARGEST / 1e9} GB. Name a smaller folder.`,
    );
  mkdirSync(to, { recursive: true });
  for (const { path, link } of files) {
    // of a submodule or a linked working tree: it points at the original's repository
    if (path === '.git') continue;
    const target = join(to, path);
    mkdirSync(dirname(target), { recursive: true });
    if (link) symlinkSync(readlinkSync(join(source, path)), target);
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
