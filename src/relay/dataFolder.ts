/** Where the relay keeps what: the layout of its data folder, readable by the relay's user only. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Oid, ProjectId } from '../shared/ids.ts';

/** Paths only. A backup is laid out like a data folder, but for the key. */
export interface FolderLayout {
  readonly path: string;
  readonly database: string;
  readonly lock: string;
  /** Git's own settings for every repository here, written anew at each start (gitProcess.ts). */
  readonly gitConfig: string;
  /** Empty, and stays so: no repository here has hooks of its own. */
  readonly hooks: string;
  /** What git runs before a push lands, written anew at each start (git/incomingPush.ts). */
  readonly pushHooks: string;
  /** Half-written things, on the same file system as what they become. Emptied at each start. */
  readonly temporary: string;
  /** Bundles whose assets may not have reached the disk one by one (assets/receivedBundles.ts). */
  readonly received: string;
  /** What other processes of this user ask of the relay (upkeep/requests.ts). */
  readonly requests: string;
  repository(project: ProjectId): string;
  /** All of a project's assets. */
  assets(project: ProjectId): string;
  asset(project: ProjectId, oid: Oid): string;
  /** Files of releases that are on their way: kept, so that an upload goes on where it stopped. */
  uploads(project: ProjectId): string;
}

export interface DataFolder extends FolderLayout {
  /** Signs asset capabilities. */
  readonly key: Uint8Array;
}

const KEY_BYTES = 32;

/** Makes what is missing. */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  const layout = await makeLayout(dataDir);
  return { ...layout, key: await readKey(join(layout.path, 'asset.key')) };
}

/** The same, without a key. */
export async function makeLayout(dataDir: string): Promise<FolderLayout> {
  const layout = folderLayout(dataDir);
  await mkdir(layout.path, { recursive: true, mode: 0o700 });
  for (const folder of [
    layout.temporary,
    layout.requests,
    layout.hooks,
    join(layout.path, 'repos'),
    join(layout.path, 'lfs'),
  ])
    await mkdir(folder, { recursive: true });
  return layout;
}

export function folderLayout(dataDir: string): FolderLayout {
  const path = resolve(dataDir);
  return {
    path,
    database: join(path, 'relay.sqlite'),
    lock: join(path, 'relay.lock'),
    gitConfig: join(path, 'gitconfig'),
    hooks: join(path, 'hooks'),
    pushHooks: join(path, 'push-hooks'),
    temporary: join(path, 'temporary'),
    received: join(path, 'received'),
    requests: join(path, 'requests'),
    repository: (project) => join(path, 'repos', `${project}.git`),
    assets: (project) => join(path, 'lfs', project),
    asset: (project, oid) => join(path, 'lfs', project, oid.slice(0, 2), oid.slice(2, 4), oid),
    uploads: (project) => join(path, 'uploads', project),
  };
}

/** What a killed relay left half-written. Only its holder may call this: see `holdFile` in db/. */
export async function emptyTemporary(folder: FolderLayout): Promise<void> {
  for (const path of [folder.temporary, folder.requests])
    for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true });
}

async function readKey(path: string): Promise<Uint8Array> {
  try {
    await writeFile(path, randomBytes(KEY_BYTES), { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = await readFile(path);
  // A kill in the middle of the first write: no capability was ever signed with it.
  if (key.length === KEY_BYTES) return key;
  const fresh = randomBytes(KEY_BYTES);
  await writeFile(path, fresh, { mode: 0o600, flush: true });
  return fresh;
}
