/** Assets for tests, from a seed. */
import { createCipheriv, createHash } from 'node:crypto';
import type { AssetRef, AssetSource } from '../../src/ports/assetStore.ts';
import { isOid } from '../../src/shared/ids.ts';

export interface TestAsset extends AssetSource {
  readonly bytes: Uint8Array;
}

/** The same bytes for the same seed: no two seeds alike, and nothing that compresses. */
export function bytesOf(seed: number | string, size: number): Uint8Array {
  const key = createHash('sha256').update(`${seed}`).digest();
  // a cipher's key stream: a hash for each few bytes took seconds for a large file
  return new Uint8Array(createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(new Uint8Array(size)));
}

export function refOf(bytes: Uint8Array): AssetRef {
  const oid = createHash('sha256').update(bytes).digest('hex');
  if (!isOid(oid)) throw new Error('no oid');
  return { oid, size: bytes.length };
}

export function testAsset(seed: number | string, size: number): TestAsset {
  const bytes = bytesOf(seed, size);
  return { ...refOf(bytes), bytes, open: (start = 0) => pieces(bytes.subarray(start)) };
}

export async function* pieces(bytes: Uint8Array, length = 64 << 10): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

export async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}
