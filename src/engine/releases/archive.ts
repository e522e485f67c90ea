/** The archive of a snapshot, and the list of what is in it: bytes that depend on the tree and its rules alone. */
import { utf8 } from '../../shared/bytes.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import type { Oid } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Project } from '../project/Project.ts';
import { bytesOf, isPacked, type ShippedFile } from './contents.ts';
import { zip } from './zip.ts';

export interface ManifestEntry {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** One archive under way: read `bytes` to its end, then ask for the rest. */
export interface Archive {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly result: () => {
    readonly sha256: Oid;
    readonly size: number;
    readonly files: readonly ManifestEntry[];
  };
}

/** The assets must be in the cache. @throws SyncError `ASSET_MISSING`, `ASSET_CORRUPT`, `ABORTED` while it is read */
export function archiveOf(
  project: Project,
  files: readonly ShippedFile[],
  { signal, onProgress }: CallOptions,
): Archive {
  const { codec } = project.host;
  const whole = codec.sha256();
  const entries: ManifestEntry[] = [];
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let [size, read] = [0, 0];

  async function* hashed(file: ShippedFile) {
    const digest = codec.sha256();
    for await (const piece of bytesOf(project, file)) {
      throwIfAborted(signal);
      digest.update(piece);
      read += piece.length;
      onProgress?.({
        phase: 'hash',
        files: entries.length,
        totalFiles: files.length,
        bytes: read,
        totalBytes: total,
      });
      yield piece;
    }
    entries.push({ path: file.path, size: file.size, sha256: digest.hex() });
  }

  async function* bytes() {
    const list = files.map((file) => ({
      path: file.path,
      size: file.size,
      packed: isPacked(file.path),
      open: () => hashed(file),
    }));
    for await (const piece of zip(list)) {
      whole.update(piece);
      size += piece.length;
      yield piece;
    }
  }

  let sha256: Oid | undefined;
  return {
    bytes: bytes(),
    result: () => {
      sha256 ??= whole.hex() as Oid; // what the digest of a SHA-256 is
      return { sha256, size, files: entries };
    },
  };
}

export function manifestOf(
  release: { readonly name: string; readonly version: string; readonly commitId: string },
  archive: { readonly file: string; readonly sha256: string; readonly size: number; readonly format: number },
  files: readonly ManifestEntry[],
): Uint8Array {
  return utf8(`${JSON.stringify({ ...release, archive, files }, null, 2)}\n`);
}

/** As `sha256sum --check` reads it. */
export const checksumLine = (sha256: string, name: string): Uint8Array => utf8(`${sha256}  ${name}\n`);
