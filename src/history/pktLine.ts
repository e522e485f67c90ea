/** Git's packets: four hex digits of length, then the content. Source: gitprotocol-common(5), gitprotocol-pack(5). */
import { concat, text, utf8 } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';

const MAX_LENGTH = 65520;
const HEADER = 4;

export const FLUSH = utf8('0000');

export function pktLine(content: string): Uint8Array {
  const bytes = utf8(content);
  if (bytes.length > MAX_LENGTH - HEADER) {
    throw new SyncError('INVALID_INPUT', 'A line for the Git remote is too long.');
  }
  return concat([utf8((bytes.length + HEADER).toString(16).padStart(4, '0')), bytes]);
}

export const protocolError = (what: string, cause?: unknown): SyncError =>
  new SyncError(
    'REMOTE_PROTOCOL',
    `${what}. Check that the URL is a Git remote, and that no proxy stands in between; then try again.`,
    { cause },
  );

/** Any other packet than the content-less ones. */
export type Packet = Uint8Array | 'flush' | 'delimiter' | 'end';

/** Reads packets from a stream of bytes of any size. Holds one packet and one piece of the stream at most. */
export class PacketReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** `'end'`: the stream is over. @throws SyncError `REMOTE_PROTOCOL` */
  async next(): Promise<Packet> {
    if (!(await this.#fill(HEADER))) {
      if (this.#bytes.length === 0) return 'end';
      throw protocolError('The remote broke off in the middle of its answer');
    }
    const length = lengthOf(this.#bytes);
    if (length === 0 || length === 1 || length === 2) {
      this.#take(HEADER);
      return length === 0 ? 'flush' : 'delimiter';
    }
    if (length === undefined || length < HEADER || length > MAX_LENGTH) {
      throw protocolError('The remote answers something that is not the Git protocol');
    }
    if (!(await this.#fill(length))) {
      throw protocolError('The remote broke off in the middle of its answer');
    }
    return this.#take(length).subarray(HEADER);
  }

  /** The next packet as text without its newline, or its kind. @throws SyncError what the remote reports by `ERR` */
  async line(): Promise<{ readonly line: string } | 'flush' | 'delimiter' | 'end'> {
    const packet = await this.next();
    if (typeof packet === 'string') return packet;
    const line = text(packet).replace(/\n$/, '');
    if (line.startsWith('ERR ')) {
      throw new SyncError('REMOTE_PROTOCOL', `The remote says: ${printable(line.slice(4))}`);
    }
    return { line };
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
    const parts = [this.#bytes];
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

/** A remote's words go to a terminal: no control characters, no endless text. */
export const printable = (words: string): string =>
  words
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '')
    .trim()
    .slice(0, 2000);

/** Side-band packets (`side-band-64k`): the content of band 1; band 2 goes to `onMessage`; band 3 is an error. */
export async function* sideBand(
  reader: PacketReader,
  onMessage: (words: string) => void = () => {},
): AsyncGenerator<Uint8Array, void> {
  try {
    for (;;) {
      const packet = await reader.next();
      if (packet === 'flush') return;
      if (typeof packet === 'string') {
        throw protocolError('The remote broke off in the middle of its answer');
      }
      const band = packet[0];
      const content = packet.subarray(1);
      if (band === 1) {
        if (content.length > 0) yield content;
      } else if (band === 2) onMessage(text(content));
      else if (band === 3) {
        throw new SyncError('REMOTE_PROTOCOL', `The remote stopped: ${printable(text(content))}`);
      } else if (text(packet).startsWith('ERR ')) {
        throw new SyncError('REMOTE_PROTOCOL', `The remote says: ${printable(text(packet).slice(4))}`);
      } else throw protocolError('The remote answers on an unknown band');
    }
  } finally {
    await reader.close();
  }
}
