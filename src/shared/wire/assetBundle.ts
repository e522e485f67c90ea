/**
 * Several small assets in one request, for both sides of the transfer `modsync-bundle`: before each asset's bytes stands
 * one line, `OID SIZE` and a line feed. Nothing stands between or behind them. See docs/protocol.md.
 */
import { concat, text, utf8 } from '../bytes.ts';
import { SyncError } from '../errors.ts';
import { isOid, type Oid } from '../ids.ts';

export const BUNDLE_TRANSFER = 'modsync-bundle';
export const BUNDLE_MEDIA_TYPE = 'application/vnd.modsync.bundle';
/** Larger assets go by themselves, where a transfer that breaks off can be continued. Bytes. */
export const BUNDLED_ASSET = 1 << 20;

/** 64 hex digits, a space, at most 7 digits and the line feed. */
const LONGEST_HEAD = 73;

export interface BundledAsset {
  readonly oid: Oid;
  readonly bytes: Uint8Array;
}

export const bundleHead = ({ oid, size }: { readonly oid: Oid; readonly size: number }): Uint8Array =>
  utf8(`${oid} ${size}\n`);

/**
 * The assets of a bundle as they come, each whole. Nobody has looked yet whether the bytes are the oid's. They are in
 * one buffer, one after the other: whoever wants to keep an asset's bytes copies them before asking for the next.
 * @throws SyncError `REMOTE_PROTOCOL` when it is no bundle, or ends in the middle of an asset; what the stream throws
 */
export async function* readBundle(stream: AsyncIterable<Uint8Array>): AsyncGenerator<BundledAsset, void> {
  const input = new Input(stream);
  try {
    for (;;) {
      const head = await input.line();
      if (head === undefined) return;
      const [, oid, size] = /^([0-9a-f]{64}) (0|[1-9][0-9]{0,6})$/.exec(head) ?? [];
      if (oid === undefined || !isOid(oid) || Number(size) > BUNDLED_ASSET) throw notABundle();
      yield { oid, bytes: await input.take(Number(size)) };
    }
  } finally {
    await input.close();
  }
}

const notABundle = () => new SyncError('REMOTE_PROTOCOL', 'This is no bundle of assets, or it broke off.');

/** A stream in other portions than it comes in; what is in one piece of it is not copied. */
class Input {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();
  #buffer: Uint8Array = new Uint8Array();

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#source = stream[Symbol.asyncIterator]();
  }

  /** Nobody reads on. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** `undefined` at the end. */
  async line(): Promise<string | undefined> {
    let head: Uint8Array = this.#piece;
    for (;;) {
      const end = head.subarray(0, LONGEST_HEAD).indexOf(10);
      if (end >= 0) {
        this.#piece = head.subarray(end + 1);
        return text(head.subarray(0, end));
      }
      if (head.length >= LONGEST_HEAD) throw notABundle();
      const next = await this.#source.next();
      if (next.done && head.length === 0) return undefined;
      if (next.done) throw notABundle();
      head = concat([head, next.value]);
    }
  }

  async take(size: number): Promise<Uint8Array> {
    if (this.#piece.length >= size) return this.#cut(size);
    if (this.#buffer.length < size) this.#buffer = new Uint8Array(size);
    const whole = this.#buffer.subarray(0, size);
    for (let at = 0; ; ) {
      const part = this.#cut(Math.min(size - at, this.#piece.length));
      whole.set(part, at);
      at += part.length;
      if (at === size) return whole;
      const next = await this.#source.next();
      if (next.done) throw notABundle();
      this.#piece = next.value;
    }
  }

  #cut(length: number): Uint8Array {
    const part = this.#piece.subarray(0, length);
    this.#piece = this.#piece.subarray(length);
    return part;
  }
}
