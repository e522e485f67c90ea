/** Git's packets: four hex digits of length, then the content. Source: gitprotocol-common(5). */
import { concat, utf8 } from '../bytes.ts';
import { SyncError } from '../errors.ts';

const MAX_LENGTH = 65520;
const HEADER = 4;
/** Most bytes that one packet carries. */
export const MAX_CONTENT = MAX_LENGTH - HEADER;

export const FLUSH = utf8('0000');

const headerOf = (length: number) => utf8((length + HEADER).toString(16).padStart(HEADER, '0'));

/** @throws SyncError `INVALID_INPUT` when it does not fit into a packet */
export function pktLine(content: string): Uint8Array {
  const bytes = utf8(content);
  if (bytes.length > MAX_CONTENT) throw new SyncError('INVALID_INPUT', 'A line for Git is too long.');
  return concat([headerOf(bytes.length), bytes]);
}

/** Bytes of any length in packets, without the flush that ends them. */
export function packets(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += MAX_CONTENT) {
    const part = bytes.subarray(at, at + MAX_CONTENT);
    parts.push(headerOf(part.length), part);
  }
  return concat(parts);
}

/** Any other packet than the content-less ones. */
export type Packet = Uint8Array | 'flush' | 'delimiter' | 'end';

/** What went wrong with the other side, to be completed: "broke off …", "sends something …". */
export type PacketFault = (what: string, cause?: unknown) => SyncError;

/** Reads packets from a stream of bytes of any size. Holds one packet and one piece of the stream at most. */
export class PacketReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #fault: PacketFault;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Of a packet that is read in pieces: bytes that have not come yet. */
  #left = 0;

  constructor(source: AsyncIterable<Uint8Array>, fault: PacketFault) {
    this.#source = source[Symbol.asyncIterator]();
    this.#fault = fault;
  }

  /** `'end'`: the stream is over. @throws SyncError as `fault` makes it */
  async next(): Promise<Packet> {
    const length = await this.#header();
    if (typeof length === 'string') return length;
    if (!(await this.#fill(length))) throw this.#fault('broke off in the middle of what it said');
    return this.#take(length);
  }

  /** As `next`, but a packet comes in the pieces that the stream has it in, uncopied: for contents of any size. */
  async nextPiece(): Promise<Packet> {
    while (this.#left === 0) {
      const length = await this.#header();
      if (typeof length === 'string') return length;
      this.#left = length;
    }
    if (!(await this.#fill(1))) throw this.#fault('broke off in the middle of what it said');
    const piece = this.#take(Math.min(this.#left, this.#bytes.length));
    this.#left -= piece.length;
    return piece;
  }

  /** How long the next packet's content is, or what kind without content it is. */
  async #header(): Promise<number | 'flush' | 'delimiter' | 'end'> {
    if (!(await this.#fill(HEADER))) {
      if (this.#bytes.length === 0) return 'end';
      throw this.#fault('broke off in the middle of what it said');
    }
    const length = lengthOf(this.#take(HEADER));
    if (length === 0) return 'flush';
    if (length === 1 || length === 2) return 'delimiter';
    if (length === undefined || length < HEADER || length > MAX_LENGTH)
      throw this.#fault('sends something that is not the Git protocol');
    return length - HEADER;
  }

  /** What is left of the stream, packets no more. */
  async *rest(): AsyncGenerator<Uint8Array, void> {
    try {
      const held = this.#take(this.#bytes.length);
      if (held.length > 0) yield held;
      for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) {
        yield next.value;
      }
    } finally {
      await this.close();
    }
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #fill(length: number): Promise<boolean> {
    if (this.#bytes.length >= length) return true;
    const parts = this.#bytes.length > 0 ? [this.#bytes] : [];
    let have = this.#bytes.length;
    while (have < length) {
      const next = await this.#source.next();
      if (next.done) break;
      parts.push(next.value);
      have += next.value.length;
    }
    this.#bytes = concat(parts);
    return have >= length;
  }

  #take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}

function lengthOf(bytes: Uint8Array): number | undefined {
  let length = 0;
  for (let i = 0; i < HEADER; i++) {
    const digit = Number.parseInt(String.fromCharCode(bytes[i] as number), 16);
    if (Number.isNaN(digit)) return undefined;
    length = length * 16 + digit;
  }
  return length;
}
