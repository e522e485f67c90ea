/** The part of `Codec` that parsers take, over node's zlib, for tests of rooms below the platform. */
import { deflateSync, inflateSync } from 'node:zlib';
import type { Codec } from '../../src/platform/index.ts';
import { SyncError } from '../../src/shared/errors.ts';

export const zlibCodec: Pick<Codec, 'inflate' | 'deflate'> = {
  deflate: (bytes, level = 1) => new Uint8Array(deflateSync(bytes, { level })),
  inflate(bytes, maxLength) {
    try {
      const data = new Uint8Array(inflateSync(bytes, { maxOutputLength: Math.max(1, maxLength) }));
      return { data, consumed: bytes.length };
    } catch (cause) {
      throw new SyncError('MALFORMED_OBJECT', 'The zlib stream is broken.', { cause });
    }
  },
};
