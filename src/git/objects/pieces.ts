import { concat } from '../../shared/bytes.ts';

/** Joins small pieces until they are worth a write or a packet. */
export async function* inPieces(
  source: AsyncIterable<Uint8Array>,
  size = 256 << 10,
): AsyncGenerator<Uint8Array, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of source) {
    parts.push(part);
    length += part.length;
    if (length < size) continue;
    yield concat(parts);
    parts = [];
    length = 0;
  }
  if (length > 0) yield concat(parts);
}

/** Reads ahead up to `limit` bytes: a small stream comes back whole, a larger one as it was. */
export async function peek(
  source: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly whole: Uint8Array } | { readonly rest: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length <= limit) {
    const next = await iterator.next();
    if (next.done) return { whole: concat(parts) };
    parts.push(next.value);
    length += next.value.length;
  }
  return {
    rest: {
      async *[Symbol.asyncIterator]() {
        try {
          yield* parts;
          for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
        } finally {
          await iterator.return?.();
        }
      },
    },
  };
}

/** Up to here a pack is made in memory. Bytes. */
const SMALL = 4 << 20;

/** One array for a small pack: writing that costs a tenth of writing a stream, most of all on a busy machine. */
export async function wholeIfSmall(
  source: AsyncIterable<Uint8Array>,
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const peeked = await peek(source, SMALL);
  return 'whole' in peeked ? peeked.whole : inPieces(peeked.rest);
}
