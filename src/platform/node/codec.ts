import { createHash, hash, randomBytes } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { SyncError } from '../../shared/errors.ts';
import type { Codec, Digest } from '../index.ts';

function digest(algorithm: 'sha1' | 'sha256'): Digest {
  const hash = createHash(algorithm);
  return {
    update(bytes) {
      hash.update(bytes);
      return this;
    },
    hex: () => hash.digest('hex'),
  };
}

/** What `{ info: true }` adds to the answer of `inflateSync`; @types/node does not tell. */
interface InflatedWithInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** Pointers and small trees are smaller than the memory that zlib clears for each: half of the time, for a thousand of them. */
const FEW = 1000;
const FOR_FEW = { windowBits: 10, memLevel: 4, chunkSize: 1024 };

/** Node takes what is not larger from a piece that it has. What does not fit gets a second one. */
const POOLED = 4095;

export const nodeCodec: Codec = {
  sha1: () => digest('sha1'),
  // without an object for the collector, of which thousands would be made
  sha1Of: (bytes) => hash('sha1', bytes),
  sha256: () => digest('sha256'),
  deflate: (bytes, level = 1) => deflateSync(bytes, { level, ...(bytes.length <= FEW && FOR_FEW) }),
  inflate(bytes, maxLength) {
    try {
      // One output buffer where the length is known: pieces would be joined, and be in memory twice. It is not larger
      // than the input makes likely: a process that reserves a gigabyte for a length that lies cannot start another.
      const likely = Math.max(64, Math.min(maxLength + 1, bytes.length * 4 + 256));
      const chunkSize = likely > POOLED && bytes.length * 2 < POOLED ? POOLED : likely;
      const options = { info: true, maxOutputLength: Math.max(maxLength, 1), chunkSize };
      // the option changes the result's shape, which the declared type leaves out
      const { buffer, engine } = inflateSync(bytes, options) as unknown as InflatedWithInfo;
      if (buffer.length > maxLength) throw new RangeError('longer than declared');
      return { data: buffer, consumed: engine.bytesWritten };
    } catch (error) {
      throw new SyncError('MALFORMED_OBJECT', 'Compressed data is broken or longer than it says.', {
        cause: error,
      });
    }
  },
  randomBytes: (length) => randomBytes(length),
};
