/** A host and folders of a test's own, gone when it ends. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../src/platform/index.ts';
import { nodeHost } from '../../src/platform/node/index.ts';

const folders: string[] = [];

afterAll(async () => {
  // the promise's `rm` begins anew where a file came meanwhile; `rmSync` only tries the emptied folder again
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

export function temporaryFolder(name = 'test'): string {
  const folder = mkdtempSync(join(tmpdir(), `modsync-${name}-`));
  folders.push(folder);
  return folder;
}

export const testHost = (): Host => nodeHost({ home: temporaryFolder('home'), environment: {} });

/** One that waits for a file's lock a minute and a half instead of ten seconds: for races on a loaded machine. */
export function patientHost(): Host {
  const { disk, ...rest } = testHost();
  return {
    ...rest,
    disk: { ...disk, lockFile: (path, options) => disk.lockFile(path, { waitMs: 90_000, ...options }) },
  };
}
