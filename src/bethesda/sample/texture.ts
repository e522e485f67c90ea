/** A DDS texture: BC1 with mip levels, filled with noise. */
import { utf8 } from '../../shared/bytes.ts';
import type { Random } from './random.ts';

const HEADER_SIZE = 128;
/** CAPS, HEIGHT, WIDTH, PIXELFORMAT, MIPMAPCOUNT, LINEARSIZE. */
const HAS = 0x000a1007;
/** COMPLEX, TEXTURE, MIPMAP. */
const CAPS = 0x00401008;
/** Two colours and sixteen 2-bit indices for 4 × 4 pixels. */
const BLOCK_SIZE = 8;

const blocks = (pixels: number): number => Math.max(1, pixels >> 2);

/** @param side of the square, in pixels; a power of two */
export function texture(side: number, random: Random): Uint8Array {
  const levels = Math.log2(side) + 1;
  let length = HEADER_SIZE;
  for (let level = 0; level < levels; level++) length += blocks(side >> level) ** 2 * BLOCK_SIZE;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set(utf8('DDS '));
  view.setUint32(4, 124, true);
  view.setUint32(8, HAS, true);
  view.setUint32(12, side, true);
  view.setUint32(16, side, true);
  view.setUint32(20, blocks(side) ** 2 * BLOCK_SIZE, true);
  view.setUint32(28, levels, true);
  // The pixel format: its size, "has a four-character code", the code.
  view.setUint32(76, 32, true);
  view.setUint32(80, 4, true);
  bytes.set(utf8('DXT1'), 84);
  view.setUint32(108, CAPS, true);
  for (let at = HEADER_SIZE; at < length; at += 4) view.setUint32(at, random.bits(), true);
  return bytes;
}
