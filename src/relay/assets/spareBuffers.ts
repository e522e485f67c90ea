/**
 * Memory on its way to readers, used again and again: clearing new memory for each piece costs more than reading the file
 * into it, and makes the collector look at everything the relay holds.
 */
const MOST_SPARE = 16 << 20;

/** Buffers that nobody uses, by size: powers of two, so that there are few kinds. */
const spare = new Map<number, Buffer[]>();
let spareBytes = 0;

/** At least so long, and not cleared. */
export function takeBuffer(length: number, smallest: number): Buffer {
  let size = smallest;
  while (size < length) size *= 2;
  const buffer = spare.get(size)?.pop();
  if (buffer === undefined) return Buffer.allocUnsafeSlow(size);
  spareBytes -= size;
  return buffer;
}

/** One that came from `takeBuffer`, and that nothing reads any more. */
export function giveBack(buffer: Buffer): void {
  if (spareBytes + buffer.length > MOST_SPARE) return;
  spareBytes += buffer.length;
  const alike = spare.get(buffer.length);
  if (alike === undefined) spare.set(buffer.length, [buffer]);
  else alike.push(buffer);
}
