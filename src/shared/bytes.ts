/** Bytes as the portable rooms need them: `Uint8Array` in, `Uint8Array` out, no `Buffer`. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Uint8Array => encoder.encode(text);
/** Lossy: malformed bytes become U+FFFD. For text that is shown, never for text that is written back. */
export const text = (bytes: Uint8Array): string => decoder.decode(bytes);

/** `undefined` when the bytes are not UTF-8: decoding and encoding again gives the same bytes otherwise. */
export function exactText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && commonStart(a, b) === a.length;

/** From here on four bytes at a time are worth the views. */
const LONG = 64;

/** How many bytes both begin with. */
export function commonStart(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  if (most >= LONG) {
    const [left, right] = [viewOf(a), viewOf(b)];
    while (at + 4 <= most && left.getInt32(at) === right.getInt32(at)) at += 4;
  }
  while (at < most && a[at] === b[at]) at++;
  return at;
}

/** How many bytes both end with. @param most of them that are looked at */
export function commonEnd(a: Uint8Array, b: Uint8Array, most: number): number {
  let end = 0;
  if (most >= LONG) {
    const [left, right] = [viewOf(a), viewOf(b)];
    while (end + 4 <= most && left.getInt32(a.length - end - 4) === right.getInt32(b.length - end - 4))
      end += 4;
  }
  while (end < most && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return end;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The two digits of each byte, as characters. */
const DIGITS = Uint8Array.from(HEX.join(''), (digit) => digit.charCodeAt(0));
/** Ids of Git and SHA-256 fit in here. */
const FEW = 32;
const digits = [...Array(FEW + 1).keys()].map((bytes) => new Uint8Array(bytes * 2));

/**
 * Of few bytes in one piece: a string that grew piece by piece is put together when it is first compared, which for the
 * ids of a large tree takes longer than all the rest.
 */
export function toHex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const few = digits[end - start];
  if (few) {
    for (let i = start, at = 0; i < end; i++) {
      const digit = (bytes[i] as number) * 2;
      few[at++] = DIGITS[digit] as number;
      few[at++] = DIGITS[digit + 1] as number;
    }
    return decoder.decode(few);
  }
  let hex = '';
  for (let i = start; i < end; i++) hex += HEX[bytes[i] as number];
  return hex;
}

const pieces = [...Array(FEW * 2).keys()].map((bytes) => new Uint8Array(bytes));

/** Some of the bytes, all below 0x80, as characters; of few without a view of them. */
export function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  const few = pieces[end - start];
  if (!few) return decoder.decode(bytes.subarray(start, end));
  for (let i = start, at = 0; i < end; i++) few[at++] = bytes[i] as number;
  return decoder.decode(few);
}

export function fromHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

/** Moves surrogates above U+FFFF's other code units, so that comparing code units gives code point order. */
const byCodePoint = (unit: number) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

/** Git's order of names: by their UTF-8 bytes, which is by code point. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return byCodePoint(x) - byCodePoint(y);
  }
  return a.length - b.length;
}
