/** Making a folder a project, and getting a working copy of one that is elsewhere. */
import { z } from 'zod';
import { Repository } from '../../git/index.ts';
import type { Host } from '../../platform/index.ts';
import type { Hosting, Remote } from '../../ports/index.ts';
import { utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import type { CommitId } from '../../shared/ids.ts';
import { join, nameOf } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { BackendName } from '../../shared/types.ts';
import { partsConfig } from '../assets/parts.ts';
import { takeSnapshot } from '../snapshot/snapshot.ts';
import { setCredentialHelper } from '../stockGit/filterConfig.ts';
import { fetchAll } from '../sync/exchange.ts';
import { integrate } from '../sync/integrate.ts';
import { recover } from '../sync/moveHead.ts';
import type { CloneOptions, ProjectPlan } from '../types.ts';
import { Project, shortName } from './Project.ts';
import {
  formatProjectFile,
  LOCAL_PROJECT_FILE,
  makeProjectId,
  PROJECT_FILE,
  parseProjectFile,
} from './projectFile.ts';
import { StateFile } from './stateFile.ts';

/** Carries out a plan: the files, the repository, the first snapshot. Repeating it changes nothing more. */
export async function createProject(host: Host, plan: ProjectPlan, options: CallOptions): Promise<Project> {
  const repository = plan.existingRepository
    ? await Repository.open(host, plan.folder)
    : await Repository.init(host, plan.folder, { branch: plan.branch });
  const project = await Project.open(repository, plan.projectId, plan.name);
  for (const { path, content } of plan.filesToWrite) await project.writeFile(path, utf8(content));
  const lock = await project.lock(options.signal);
  try {
    await recover(project, options);
    const message = `Start ${plan.name} with modsync`;
    await takeSnapshot(project, { ...options, message, ownWords: true });
  } finally {
    await lock.release();
  }
  return project;
}

/**
 * Makes `url` the project's remote, for stock Git as well: its credential helper answers from modsync's own store. An
 * `origin` that was there before, and the branch's upstream, stay what they are.
 */
export async function setRemote(project: Project, url: string, backend?: BackendName): Promise<void> {
  const { config } = project.repository;
  if (backend !== undefined) await config.set('modsync.backend', backend);
  const origin = await config.get('remote.origin.url');
  const name = origin === undefined || origin === url ? 'origin' : 'modsync';
  await config.set(`remote.${name}.url`, url);
  await config.set(`remote.${name}.fetch`, `+refs/heads/*:refs/remotes/${name}/*`);
  if (name !== 'origin') await config.set('modsync.remote', name);
  const { ref } = await project.branch();
  const upstream = `branch.${shortName(ref)}`;
  if (name === 'origin' || (await config.get(`${upstream}.remote`)) === undefined) {
    await config.set(`${upstream}.remote`, name);
    await config.set(`${upstream}.merge`, ref);
  }
  await setCredentialHelper(project.repository, url);
}

export interface CloneSource {
  readonly gitUrl: string;
  /** Which one serves it, where that is to be remembered. */
  readonly backend?: BackendName;
  readonly hosting?: Hosting;
}

/**
 * A working copy of a hosted project, in a new or empty folder.
 * @throws SyncError `WOULD_OVERWRITE` when the folder holds something; `NOT_A_PROJECT`
 */
export async function cloneProject(
  host: Host,
  folder: string,
  { gitUrl, backend, hosting }: CloneSource,
  connect: (project: { readonly url: string }) => Promise<Remote>,
  { parts, ...options }: CloneOptions,
): Promise<Project> {
  const partsSettings = parts ? partsConfig(parts) : [];
  const before = await host.disk.list(folder);
  if (before && before.length > 0 && !(await isUnfinishedClone(host, folder, gitUrl))) {
    throw new SyncError(
      'WOULD_OVERWRITE',
      `${folder} is not empty. Name a new folder; nothing was changed.`,
      { data: { folder } },
    );
  }
  const remote = await connect({ url: gitUrl });
  try {
    const theirs = await remote.history.listRefs(options);
    const branch = theirs.head ? shortName(theirs.head) : (hosting?.branch ?? 'main');
    const repository = await Repository.init(host, folder, { branch });
    const mark = markOf(repository);
    await mark.write({ url: gitUrl });
    await repository.config.setMany([['remote.origin.url', gitUrl], ...partsSettings]);
    const project = await openCloned(host, repository, remote, branch, { hosting, gitUrl, options });
    await setRemote(project, gitUrl, hosting?.backend ?? backend);
    await mark.remove();
    return project;
  } catch (error) {
    if (!before) await host.disk.removeTree(folder);
    else if (before.length === 0) await emptyFolder(host, folder);
    throw error;
  } finally {
    await remote.close();
  }
}

async function emptyFolder(host: Host, folder: string): Promise<void> {
  for (const { name } of (await host.disk.list(folder)) ?? []) await host.disk.removeTree(join(folder, name));
}

async function openCloned(
  host: Host,
  repository: Repository,
  remote: Remote,
  branch: string,
  { hosting, gitUrl, options }: { hosting: Hosting | undefined; gitUrl: string; options: CallOptions },
): Promise<Project> {
  const guess = await Project.open(
    repository,
    hosting?.projectId ?? ('clone' as Project['id']),
    hosting?.name ?? nameOf(repository.folder),
  ); // until the real id is on disk
  const lock = await guess.lock(options.signal);
  try {
    await recover(guess, options);
    const theirs = await fetchAll(guess, remote, options);
    const tip = theirs.refs.get(`refs/heads/${branch}`) as CommitId | undefined; // a branch's ref names a commit
    await sayWhatItIs(repository, tip, gitUrl, hosting);
    if (tip) await integrate(guess, remote, tip, { ...options, strategy: 'manual' });
  } finally {
    await lock.release();
  }
  return await Project.find(host, repository.folder);
}

/**
 * Before the first file is written. A repository that modsync has never seen is a project in this working copy only: its id
 * is made of its address, so that every clone of it has the same.
 * @throws SyncError `INVALID_CONFIG`
 */
async function sayWhatItIs(
  repository: Repository,
  tip: CommitId | undefined,
  url: string,
  hosting: Hosting | undefined,
): Promise<void> {
  const { host, folder, trees, graph, objects } = repository;
  const file = tip && (await trees.find((await graph.commit(tip)).tree, PROJECT_FILE));
  if (file) {
    parseProjectFile(await objects.readBlob(file.id));
    return;
  }
  const { origin, pathname } = new URL(url);
  const path = pathname.replace(/\/+$/, '').replace(/\.git$/i, '');
  const name = (hosting?.name ?? (nameOf(path) || nameOf(folder))).slice(0, 100);
  const digest = host.codec
    .sha256()
    .update(utf8(`${origin}${path}`.toLowerCase()))
    .hex();
  const seed = Uint8Array.from({ length: 6 }, (_, at) =>
    Number.parseInt(digest.slice(at * 2, at * 2 + 2), 16),
  );
  const said = formatProjectFile(hosting?.projectId ?? makeProjectId(name, seed), name);
  await host.disk.publish(join(folder, LOCAL_PROJECT_FILE), said);
}

/** Stands as long as a clone is not done: it says where from. */
const markOf = (repository: Repository) =>
  new StateFile(
    repository.host.disk,
    join(repository.gitDir, 'modsync', 'cloning.json'),
    z.object({ url: z.string() }),
  );

/** A clone that was killed is carried on by the same command. */
async function isUnfinishedClone(host: Host, folder: string, url: string): Promise<boolean> {
  const names = await host.disk.list(folder);
  const onlyGit = names?.length === 1 && names[0]?.name === '.git' && names[0].kind === 'folder';
  if (onlyGit && !(await host.disk.lstat(join(folder, '.git', 'HEAD')))) return true;
  try {
    const repository = await Repository.open(host, folder);
    if ((await markOf(repository).read())?.url === url) return true;
    const origin = await repository.config.get('remote.origin.url');
    const { commit } = await repository.refs.head();
    return commit === undefined && (origin === url || (onlyGit && origin === undefined));
  } catch {
    return false;
  }
}
