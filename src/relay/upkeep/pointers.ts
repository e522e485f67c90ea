/** Which assets the history of a project names: all pointers that any ref reaches. */
import { MAX_POINTER_LENGTH, parsePointer } from '../../lfs/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { Oid } from '../../shared/ids.ts';
import type { Git } from '../git/gitProcess.ts';

/**
 * Sizes by oid. Reads every blob of all history that is small enough to be a pointer.
 * @throws SyncError `INTERNAL` when git fails: with a part of the answer nothing may be removed
 */
export async function reachedPointers(git: Git, repository: string): Promise<Map<Oid, number>> {
  const listing = git.start(repository, [
    'rev-list',
    '--all',
    '--objects',
    '--no-object-names',
    '--filter=combine:object:type=blob+blob:limit=1024',
    '--filter-provided-objects',
  ]);
  const contents = git.startWith(repository, ['cat-file', '--batch', '--buffer'], listing.output);
  const found = new Map<Oid, number>();
  for await (const blob of batchContents(contents.output)) {
    const pointer = parsePointer(blob);
    if (pointer !== undefined) found.set(pointer.oid, pointer.size);
  }
  for (const { exit } of [listing, contents]) {
    const { code, complaint } = await exit;
    if (code !== 0)
      throw new SyncError('INTERNAL', `The pointers of ${repository} could not be listed: ${complaint}`);
  }
  return found;
}

const LINE = 0x0a;

/** Of `cat-file --batch`: a line `id SP type SP size`, the content, a line break; again and again. */
async function* batchContents(output: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of output) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const end = rest.indexOf(LINE, at);
      if (end < 0) break;
      const [, type, digits] = rest.toString('latin1', at, end).split(' ');
      if (type === 'missing') throw new SyncError('OBJECT_MISSING', 'An object of the history is missing.');
      const size = Number(digits);
      if (end + 1 + size + 1 > rest.length) break;
      if (type === 'blob' && size < MAX_POINTER_LENGTH) yield rest.subarray(end + 1, end + 1 + size);
      at = end + 1 + size + 1;
    }
    rest = rest.subarray(at);
  }
}
