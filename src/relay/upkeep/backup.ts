/**
 * A backup is a folder that can be added to: repositories and assets are immutable things under their own names, so a
 * second backup into it copies only what is new. What belongs together is in `backup.json`, which is replaced last: a
 * backup that was cut short leaves the one before it as it was.
 *
 * The order makes it whole beside a relay that runs: the database first, then the refs, then the assets. A ref that is
 * in it was pushed before the copy of the assets began, so its assets are there. The relay announces refs that its
 * database has not heard of when it starts.
 */
import { createReadStream } from 'node:fs';
import { access, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { hasCode, SyncError, throwIfAborted } from '../../shared/errors.ts';
import { isProjectId, type ProjectId } from '../../shared/ids.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { assetSize, listAssets, storeAsset } from '../assets/assetFolder.ts';
import { emptyTemporary, type FolderLayout, folderLayout, makeLayout } from '../dataFolder.ts';
import { copyDatabase, projectsOf } from '../db/db.ts';
import { Git } from '../git/gitProcess.ts';
import { defaultLimits } from '../limits.ts';

const MANIFEST = 'backup.json';

const manifest = z.object({
  version: z.literal(1),
  madeAt: z.string(),
  /** Name of the database's copy in this folder. */
  database: z.string().regex(/^relay-[\w-]+\.sqlite$/),
  projects: z.array(
    z.object({
      id: z.string().refine(isProjectId),
      /** Name of the default branch's ref. */
      head: z.string(),
      refs: z.array(z.tuple([z.string(), z.string()])),
    }),
  ),
});
type Manifest = z.infer<typeof manifest>;

export interface CopyReport {
  readonly projects: number;
  readonly refs: number;
  /** In all, and those that had to be copied. */
  readonly assets: number;
  readonly copied: number;
  readonly copiedBytes: number;
  /** Assets whose bytes are not those of their name any more: they were left out. */
  readonly damaged: readonly string[];
}

/**
 * @param dataDir may be served by a relay meanwhile
 * @param target made when it is not there; else empty, or an earlier backup
 * @throws SyncError `NOT_FOUND` without a relay's data, `INVALID_INPUT` when the target holds something else
 */
export async function backUp(
  dataDir: string,
  target: string,
  options: CallOptions = {},
): Promise<CopyReport> {
  const source = folderLayout(dataDir);
  if (!(await exists(source.database)))
    throw new SyncError(
      'NOT_FOUND',
      `There is no relay's data in ${source.path}. Name its folder with --data.`,
    );
  await requirePlace(source, target);
  const copy = await makeLayout(target);
  const before = await readManifest(copy).catch(() => undefined);
  await emptyTemporary(copy);

  const madeAt = new Date().toISOString();
  const database = `relay-${madeAt.replace(/[:.]/g, '-')}.sqlite`;
  copyDatabase(source.database, join(copy.path, database));
  const ids = projectsOf(join(copy.path, database));
  const git = Git.beside(source);
  const projects = [];
  for (const id of ids) {
    throwIfAborted(options.signal);
    projects.push(await copyRepository(git, source.repository(id), copy.repository(id), id));
  }
  const report = await copyAssets(source, copy, ids, options);
  throwIfAborted(options.signal);
  await writeManifest(copy, { version: 1, madeAt, database, projects });
  if (before !== undefined && before.database !== database)
    await rm(join(copy.path, before.database), { force: true });
  return {
    ...report,
    projects: projects.length,
    refs: projects.reduce((sum, { refs }) => sum + refs.length, 0),
  };
}

/**
 * @param dataDir must be empty, or not there: nothing is ever written over
 * @throws SyncError `NOT_FOUND` when the folder holds no whole backup, `INVALID_INPUT` when the target is not empty
 */
export async function restore(
  backup: string,
  dataDir: string,
  options: CallOptions = {},
): Promise<CopyReport> {
  const source = folderLayout(backup);
  const content = await readManifest(source);
  const target = resolve(dataDir);
  if ((await readdir(target).catch((): string[] => [])).length > 0)
    throw new SyncError(
      'INVALID_INPUT',
      `${target} is not empty. Name a folder that is, or that is not there yet.`,
    );
  // It becomes the data folder when it is whole: a relay that starts on a part of it would think it has all.
  const unfinished = `${target}.restoring`;
  await rm(unfinished, { recursive: true, force: true });
  const made = await makeLayout(unfinished);
  const git = await Git.open(made, defaultLimits);
  const ids = content.projects.map(({ id }) => id);
  for (const project of content.projects) {
    throwIfAborted(options.signal);
    const repository = made.repository(project.id);
    await git.init(repository, project.head);
    if (project.refs.length > 0)
      await git.output(
        repository,
        [...FETCH, '--stdin', source.repository(project.id)],
        project.refs.map(([name, id]) => `${id}:${name}\n`).join(''),
      );
  }
  const report = await copyAssets(source, made, ids, options);
  throwIfAborted(options.signal);
  copyDatabase(join(source.path, content.database), made.database);
  await rm(target, { recursive: true, force: true });
  await rename(unfinished, target);
  return {
    ...report,
    projects: ids.length,
    refs: content.projects.reduce((sum, { refs }) => sum + refs.length, 0),
  };
}

const FETCH = ['fetch', '--quiet', '--no-write-fetch-head', '--no-auto-maintenance', '--no-tags'];

/** Git itself copies: it knows what belongs to its refs at one moment, whatever is pushed or packed meanwhile. */
async function copyRepository(
  git: Git,
  from: string,
  to: string,
  id: ProjectId,
): Promise<Manifest['projects'][number]> {
  const head = (await git.output(from, ['symbolic-ref', 'HEAD'])).trim();
  if (!(await exists(join(to, 'HEAD')))) await git.init(to, head);
  await git.output(to, [...FETCH, '--prune', '--force', from, '+refs/*:refs/*']);
  const listing = await git.output(to, ['for-each-ref', '--format=%(refname) %(objectname)']);
  const refs = listing
    .split('\n')
    .filter((line) => line !== '')
    // A ref's name has no space.
    .map((line) => line.split(' ') as [string, string]);
  return { id, head, refs };
}

async function copyAssets(
  from: FolderLayout,
  to: FolderLayout,
  projects: readonly ProjectId[],
  { signal, onProgress }: CallOptions,
): Promise<Pick<CopyReport, 'assets' | 'copied' | 'copiedBytes' | 'damaged'>> {
  let assets = 0;
  let copied = 0;
  let copiedBytes = 0;
  const damaged: string[] = [];
  for (const project of projects)
    for await (const { oid, size } of listAssets(from, project)) {
      throwIfAborted(signal);
      assets++;
      if (assetSize(to, project, oid) === size) continue;
      try {
        const upload = { project, oid, size, limit: size };
        copiedBytes += await storeAsset(
          to,
          upload,
          createReadStream(from.asset(project, oid), { highWaterMark: 1 << 20 }),
        );
        copied++;
      } catch (error) {
        if (hasCode(error, 'ASSET_CORRUPT')) damaged.push(`${project}/${oid}`);
        // Removed since it was listed: nothing names it.
        else if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
      onProgress?.({ phase: 'upload', files: assets, bytes: copiedBytes });
    }
  return { assets, copied, copiedBytes, damaged };
}

async function requirePlace(source: FolderLayout, target: string): Promise<void> {
  const path = resolve(target);
  const inside = relative(source.path, path);
  if (inside === '' || !inside.startsWith('..'))
    throw new SyncError('INVALID_INPUT', `${path} is inside the relay's own data. Name a folder elsewhere.`);
  const names = await readdir(path).catch((): string[] => []);
  // A first backup that was cut short has everything but the manifest.
  if (names.length > 0 && !names.includes(MANIFEST) && !names.some((name) => /^relay-.*\.sqlite$/.test(name)))
    throw new SyncError(
      'INVALID_INPUT',
      `${path} holds something else. Name an empty folder, or an earlier backup.`,
    );
}

async function readManifest(folder: FolderLayout): Promise<Manifest> {
  try {
    return manifest.parse(JSON.parse(await readFile(join(folder.path, MANIFEST), 'utf8')));
  } catch (cause) {
    throw new SyncError(
      'NOT_FOUND',
      `${folder.path} holds no whole backup: its ${MANIFEST} is missing, or not ours.`,
      {
        cause,
      },
    );
  }
}

async function writeManifest(folder: FolderLayout, content: Manifest): Promise<void> {
  const written = join(folder.temporary, MANIFEST);
  const file = await open(written, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content, null, 1)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(written, join(folder.path, MANIFEST));
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
