import { AssetCache, lfsFilter, lfsStorage } from '../../assets/index.ts';
import { type ContentFilter, Repository } from '../../git/index.ts';
import { type LfsSettings, rewrittenUrl } from '../../lfs/index.ts';
import type { Host, ProcessLock } from '../../platform/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { Signature } from '../../shared/git.ts';
import type { CommitId, ProjectId } from '../../shared/ids.ts';
import type { MergeDriver } from '../../shared/mergeDriver.ts';
import { join, parentOf } from '../../shared/paths.ts';
import type { Identity } from '../types.ts';
import { identityFor, signatureOf } from './identity.ts';
import { type LfsConfigured, readLfsSettings } from './lfsSettings.ts';
import { projectFileAt } from './projectFile.ts';
import { refuseDuringMerge } from './underWay.ts';

/** How long another modsync may hold the project before we say so. Milliseconds. */
const PATIENCE = 60_000;

/** One working copy, opened: its repository, its asset cache, and the folder where modsync keeps its own state. */
export class Project {
  readonly host: Host;
  readonly id: ProjectId;
  readonly name: string;
  readonly repository: Repository;
  readonly cache: AssetCache;
  readonly filters: readonly ContentFilter[];
  readonly identity: Identity;
  /** Of the engine that opened it. */
  mergeDrivers: readonly MergeDriver[] = [];
  /** While assets of changes come that bring another `.lfsconfig`. */
  arriving: LfsConfigured['arriving'];

  private constructor(repository: Repository, id: ProjectId, name: string, identity: Identity) {
    this.host = repository.host;
    this.repository = repository;
    this.id = id;
    this.name = name;
    this.identity = identity;
    const { host, config, gitDir } = repository;
    this.cache = new AssetCache(host, lfsStorage(host, config, gitDir));
    this.filters = [lfsFilter(this.cache)];
  }

  /**
   * The project that `folder` is in, looking upwards.
   * @throws SyncError `NOT_A_PROJECT`, `INVALID_CONFIG`, `UNSUPPORTED_REPOSITORY`
   */
  static async find(host: Host, folder: string): Promise<Project> {
    for (let at = folder; ; at = parentOf(at)) {
      const said = await projectFileAt(host.disk, at);
      if (said) return await Project.open(await Repository.open(host, at), said.projectId, said.name);
      if (at === '' || parentOf(at) === at) break;
    }
    throw new SyncError(
      'NOT_A_PROJECT',
      `${folder} is not in a modsync project. Make one with "modsync init", or get one with "modsync join" or "modsync clone".`,
      {
        data: { folder },
      },
    );
  }

  static async open(repository: Repository, id: ProjectId, name: string): Promise<Project> {
    return new Project(repository, id, name, await identityFor(repository.host, repository));
  }

  get folder(): string {
    return this.repository.folder;
  }

  /** A file of modsync's own state: local to this working copy, never committed. */
  stateFile(name: string): string {
    return join(this.repository.gitDir, 'modsync', name);
  }

  /**
   * One file of the working folder, whole or not at all: killed, half of it lies in modsync's own folder, where nobody
   * takes it for a file of the mod.
   * @throws SyncError `WOULD_OVERWRITE` where a file stands in the place of its folder
   */
  async writeFile(path: string, content: Uint8Array): Promise<void> {
    const { disk } = this.host;
    const [written] = await disk.writeMany(this.folder, this.stateFile('tmp'), [{ path, content }]);
    if (written) return;
    throw new SyncError(
      'WOULD_OVERWRITE',
      `${path} cannot be written: a file stands in the place of its folder.`,
      {
        data: { path },
      },
    );
  }

  /** Which of Git's remotes is the project's: `origin`, unless that one was there before and is another. */
  async remoteName(): Promise<string> {
    return (await this.repository.config.get('modsync.remote')) ?? 'origin';
  }

  /** As Git reads it: `url.<base>.insteadOf` may make another of what is written there. */
  async remoteUrl(): Promise<string | undefined> {
    const { config } = this.repository;
    const url = config.get(`remote.${await this.remoteName()}.url`);
    return url === undefined ? undefined : rewrittenUrl(config, url);
  }

  /** The remote-tracking ref of a branch: what the remote's was at the last contact. */
  async trackingRef(branch: string): Promise<string> {
    return `refs/remotes/${await this.remoteName()}/${shortName(branch)}`;
  }

  async tracked(branch: string): Promise<CommitId | undefined> {
    // a branch's ref names a commit
    return (await this.repository.refs.read(await this.trackingRef(branch))) as CommitId | undefined;
  }

  /** As of now: Git's configuration and the project's `.lfsconfig`. */
  lfs(): Promise<LfsSettings> {
    return readLfsSettings(this);
  }

  signature(): Signature {
    return signatureOf(this.identity);
  }

  /**
   * Whoever changes the project holds this; others wait.
   * @throws SyncError `PROJECT_BUSY`
   */
  async lock(signal?: AbortSignal): Promise<ProcessLock> {
    const lock = await this.host.disk.lockProcess(this.stateFile('sync.lock'), {
      waitMs: PATIENCE,
      ...(signal && { signal }),
    });
    if (lock) {
      // Git programs beside us leave alone what comes in until refs lead to it.
      const hold = this.repository.objects.hold();
      return { release: () => hold.release().finally(() => lock.release()) };
    }
    throw new SyncError(
      'PROJECT_BUSY',
      `Another modsync is at work in ${this.folder}. Wait until it is done, or stop it.`,
      {
        data: { folder: this.folder },
      },
    );
  }

  /**
   * The branch that HEAD is on.
   * @throws SyncError `UNSUPPORTED_REPOSITORY` when HEAD is detached, `MERGE_IN_PROGRESS` when Git detached it for a rebase
   */
  async branch(): Promise<{ readonly ref: string; readonly commit?: CommitId }> {
    const { branch, commit } = await this.repository.refs.head();
    if (branch === undefined) {
      await refuseDuringMerge(this);
      throw new SyncError(
        'UNSUPPORTED_REPOSITORY',
        'HEAD is detached: no branch is checked out. Check one out ("git switch main", or "git switch -c NAME" to keep what was committed here) and try again.',
      );
    }
    return { ref: branch, ...(commit && { commit }) };
  }
}

export const shortName = (ref: string): string => ref.replace(/^refs\/(heads|tags|remotes)\//, '');
export const conflictRef = (branch: string): string => `refs/modsync/conflict/${shortName(branch)}`;
export const TAKEN_REFS = 'refs/modsync/taken/';
export const takenRef = (branch: string): string => `${TAKEN_REFS}${shortName(branch)}`;
export const backupRef = (branch: string): string => `refs/modsync/backup/${shortName(branch)}`;
