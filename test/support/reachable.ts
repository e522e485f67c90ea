/** Which contents can be reached from the refs of repositories: what "no version is lost" means. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gitBytes } from './gitCommand.ts';

export const blobIdOf = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

export const pointerTo = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${createHash('sha256').update(bytes).digest('hex')}\nsize ${bytes.length}\n`,
  );

/** The blob that a file on disk becomes: its bytes, or of an asset its pointer. An empty asset is itself. */
export function blobIdOnDisk(path: string, content: string): string {
  const bytes = Buffer.from(content, 'latin1');
  const isAsset = /\.(dds|ba2)$/i.test(path) && bytes.length > 0;
  return blobIdOf(isAsset ? pointerTo(bytes) : bytes);
}

/** Everything that any ref of any of these repositories reaches, `refs/modsync/backup/*` among them. */
export function reachableIds(repositories: readonly string[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const repository of repositories) {
    const listed = gitBytes(repository, ['rev-list', '--objects', '--all']).toString();
    for (const line of listed.split('\n')) ids.add(line.slice(0, 40));
  }
  return ids;
}

/** The bare repositories below a relay's data folder. */
export function hostedRepositories(dataDir: string): string[] {
  const found = readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.git') && existsSync(join(dataDir, path, 'HEAD')))
    .map((path) => join(dataDir, path));
  if (found.length === 0) throw new Error(`No repositories below ${dataDir}.`);
  return found;
}
