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
