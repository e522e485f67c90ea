/** Which assets a history names: the pointers in it, of all refs or of what a push brings. */
import { Readable } from 'node:stream';
import { MAX_POINTER_LENGTH, parsePointer } from '../../lfs/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { Oid } from '../../shared/ids.ts';
import type { Git } from './gitProcess.ts';
import type { IncomingPush } from './incomingPush.ts';

interface FoundPointer {
  readonly oid: Oid;
  readonly size: number;
  /** One of those that it has. */
  readonly path: string;
}

/**
 * Sizes by oid, of all that any ref reaches. Reads every blob of all history that is small enough to be a pointer.
 * @throws SyncError `INTERNAL` when git fails: with a part of the answer nothing may be removed
 */
export async function reachedPointers(git: Git, repository: string): Promise<Map<Oid, number>> {
  const found = new Map<Oid, number>();
  for await (const { oid, size } of pointers(git, repository, ['--all'])) found.set(oid, size);
  return found;
}

/** What a push adds to the history: as it comes, and some of it more than once. @throws SyncError `INTERNAL` */
export function newPointers(git: Git, repository: string, push: IncomingPush): AsyncGenerator<FoundPointer> {
  return pointers(git, repository, ['--stdin', '--not', '--all'], push);
}

async function* pointers(
  git: Git,
  repository: string,
  revisions: readonly string[],
  { targets, environment }: IncomingPush = { targets: [], environment: {} },
): AsyncGenerator<FoundPointer> {
  const listing = git.startWith(
    repository,
    [
      'rev-list',
      '--objects',
      '--filter=combine:object:type=blob+blob:limit=1024',
      '--filter-provided-objects',
      ...revisions,
    ],
    Readable.from(targets.map((id) => `${id}\n`)),
    environment,
  );
  // `rest` is the path, which rev-list says behind the object's name.
  const format = '%(objectname) %(objecttype) %(objectsize) %(rest)';
  const contents = git.startWith(
    repository,
    ['cat-file', `--batch=${format}`, '--buffer'],
    listing.output,
    environment,
  );
  try {
    for await (const { path, content } of batchContents(contents.output)) {
      const pointer = parsePointer(content);
      // of an empty asset there is nothing to store
      if (pointer !== undefined && pointer.size > 0) yield { oid: pointer.oid, size: pointer.size, path };
    }
    for (const { exit } of [listing, contents]) {
      const { code, complaint } = await exit;
      if (code !== 0)
        throw new SyncError('INTERNAL', `The pointers of ${repository} could not be listed: ${complaint}`);
    }
  } finally {
    listing.stop();
    contents.stop();
  }
}

const LINE = 0x0a;

/** Of `cat-file --batch`: a line `id SP type SP size SP path`, the content, a line break; again and again. */
async function* batchContents(
  output: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly path: string; readonly content: Buffer }> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of output) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const end = rest.indexOf(LINE, at);
      if (end < 0) break;
      const [, type, digits, ...path] = rest.toString('utf8', at, end).split(' ');
      if (type === 'missing') throw new SyncError('OBJECT_MISSING', 'An object of the history is missing.');
      const size = Number(digits);
      if (end + 1 + size + 1 > rest.length) break;
      if (type === 'blob' && size < MAX_POINTER_LENGTH)
        yield { path: path.join(' '), content: rest.subarray(end + 1, end + 1 + size) };
      at = end + 1 + size + 1;
    }
    rest = rest.subarray(at);
  }
}
