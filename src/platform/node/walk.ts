import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { throwIfAborted } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import type { FolderEntry, WalkedFile, WalkVisitor } from '../index.ts';
import { diskError, isAbsent } from './failures.ts';
import { native } from './native.ts';
import { kindOf, statOf } from './stat.ts';

const SLICE = 15;

/** Depth first, one `readdir` a folder, one `lstat` a kept file. What vanishes while it is walked is left out. */
export async function walk<Kept extends FolderEntry>(
  root: string,
  visit: WalkVisitor<Kept>,
  signal?: AbortSignal,
): Promise<WalkedFile<Kept>[]> {
  const files: WalkedFile<Kept>[] = [];
  const folders = [''];
  let until = performance.now() + SLICE;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const here = join(root, folder);
    for (const entry of visit(folder, entriesOf(here), (name) => contentOf(join(here, name)))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.kind === 'folder') folders.push(path);
      else if (entry.kind !== 'other') {
        const stat = statOf(join(root, path));
        if (stat) files.push({ path, stat, entry });
      }
    }
    if (performance.now() > until) {
      await yieldToOthers();
      throwIfAborted(signal);
      until = performance.now() + SLICE;
    }
  }
  return files;
}

function entriesOf(folder: string): FolderEntry[] {
  try {
    return readdirSync(native(folder), { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      kind: kindOf(entry),
    }));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw diskError(error, folder);
  }
}

function contentOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(native(path));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw diskError(error, path);
  }
}
