/** A remote's packets and side bands. Source: gitprotocol-common(5), gitprotocol-pack(5). */
import { text } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';
import { PacketReader as Packets } from '../shared/wire/pktLine.ts';

export { FLUSH, pktLine } from '../shared/wire/pktLine.ts';

export const protocolError = (what: string, cause?: unknown): SyncError =>
  new SyncError(
    'REMOTE_PROTOCOL',
    `${what}. Check that the URL is a Git remote, and that no proxy stands in between; then try again.`,
    { cause },
  );

/** Packets of a remote. @throws SyncError `REMOTE_PROTOCOL` from `next` when they are none */
export class PacketReader extends Packets {
  constructor(source: AsyncIterable<Uint8Array>) {
    super(source, (what, cause) => protocolError(`The remote ${what}`, cause));
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
