/**
 * Git's long-running filter process, version 2: one process serves all files of one Git command.
 * Source: gitattributes(5), "Long Running Filter Process"; gitprotocol-common(5).
 *
 * Portable: bytes come in by an `AsyncIterable` and go out by `write`. Neither a file nor its pointer is ever whole
 * in memory here. Git sends all of a file before it reads the first byte of an answer, so an answer begins when all
 * of the request has been read.
 */
import { exactText, text } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';
import { FLUSH, PacketReader, packets, pktLine } from '../shared/wire/pktLine.ts';

/** What a filter does; how Git asks for it is this file's business. */
export interface FilterWork {
  /** What Git stores for a file's content. Whatever is not read of it is skipped. */
  clean(path: string, content: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>>;
  /**
   * What the working tree gets for a blob.
   * @param canDelay `'later'` is an answer: Git asks again, with an empty blob, when `ready` has named the path
   */
  smudge(
    path: string,
    blob: AsyncIterable<Uint8Array>,
    canDelay: boolean,
  ): Promise<AsyncIterable<Uint8Array> | 'later'>;
  /** Paths that were put off and can be asked for now; waits until there is one. Nothing when none is left. */
  ready(): Promise<readonly string[]>;
  /** A file that `clean` or `smudge` failed for: Git is told that it gets nothing, and goes by `filter.lfs.required`. */
  failed(path: string, error: unknown): void;
}

const CAPABILITIES = ['clean', 'smudge', 'delay'];

const brokenPipe = (what: string, cause?: unknown): SyncError =>
  new SyncError('REMOTE_PROTOCOL', `Git ${what}. This command is for Git itself to run.`, { cause });

/**
 * Serves Git until it closes the pipe.
 * @param write resolves when more may come
 * @throws SyncError `REMOTE_PROTOCOL` when the other side is not Git, or dies in the middle of a file
 */
export async function serveFilterProcess(
  input: AsyncIterable<Uint8Array>,
  write: (bytes: Uint8Array) => Promise<void>,
  work: FilterWork,
): Promise<void> {
  const reader = new PacketReader(input, brokenPipe);
  const lines = async (...content: string[]) => {
    for (const line of content) await write(pktLine(`${line}\n`));
    await write(FLUSH);
  };

  const hello = (await readLines(reader))?.lines ?? [];
  if (!hello.includes('git-filter-client') || !hello.includes('version=2'))
    throw brokenPipe('does not speak version 2 of the filter protocol');
  await lines('git-filter-server', 'version=2');
  const offered = (await readLines(reader))?.lines ?? [];
  await lines(
    ...CAPABILITIES.map((name) => `capability=${name}`).filter((capability) => offered.includes(capability)),
  );

  for (;;) {
    const request = await readLines(reader);
    if (!request) return;
    const { command, pathname = '', 'can-delay': delay } = valuesOf(request.lines);
    const canDelay = delay === '1' && request.exact;
    if (command === 'list_available_blobs') {
      await lines(...(await work.ready()).map((path) => `pathname=${path}`));
      await lines('status=success');
      continue;
    }
    const content = new Content(reader);
    try {
      if (command === 'clean') await answer(await work.clean(pathname, content));
      else if (command === 'smudge') await answer(await work.smudge(pathname, content, canDelay));
      else throw new SyncError('INVALID_INPUT', `Git asks for "${command}", which is not known here.`);
    } catch (error) {
      // when Git is gone there is nobody to tell
      if (content.broken) throw error;
      work.failed(pathname, error);
      await content.skip();
      await lines('status=error');
    }

    async function answer(bytes: AsyncIterable<Uint8Array> | 'later'): Promise<void> {
      await content.skip();
      if (bytes === 'later') return await lines('status=delayed');
      const source = bytes[Symbol.asyncIterator]();
      // what fails at its first byte fails before Git is promised anything
      let next = await source.next();
      await lines('status=success');
      try {
        for (; !next.done; next = await source.next()) await write(packets(next.value));
      } catch (error) {
        work.failed(pathname, error);
        await write(FLUSH);
        return await lines('status=error');
      }
      await write(FLUSH);
      await lines();
    }
  }
}

interface Lines {
  readonly lines: readonly string[];
  /** Git gets back what it sent: the bytes are UTF-8. */
  readonly exact: boolean;
}

/** Lines up to a flush; `undefined` at the end of the stream. */
async function readLines(reader: PacketReader): Promise<Lines | undefined> {
  const lines: string[] = [];
  let exact = true;
  for (;;) {
    const packet = await reader.next();
    if (packet === 'end' && lines.length === 0) return undefined;
    if (packet === 'flush') return { lines, exact };
    if (typeof packet === 'string') throw brokenPipe('broke off in the middle of what it said');
    exact &&= exactText(packet) !== undefined;
    lines.push(text(packet).replace(/\n$/, ''));
  }
}

const valuesOf = (lines: readonly string[]): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    lines.map((line) => {
      const equals = line.indexOf('=');
      return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );

/** The packets up to the next flush. Leaving a loop over it early leaves the rest to `skip`. */
class Content implements AsyncIterable<Uint8Array> {
  readonly #reader: PacketReader;
  #done = false;
  /** The stream ended, or is no packets any more. */
  broken = false;

  constructor(reader: PacketReader) {
    this.#reader = reader;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() };
  }

  async skip(): Promise<void> {
    while (!this.#done) await this.#next();
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#done) return { done: true, value: undefined };
    try {
      const packet = await this.#reader.nextPiece();
      if (packet instanceof Uint8Array) return { done: false, value: packet };
      if (packet !== 'flush') throw brokenPipe('broke off in the middle of a file');
      this.#done = true;
      return { done: true, value: undefined };
    } catch (error) {
      this.broken = true;
      throw error;
    }
  }
}
