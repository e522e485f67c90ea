import { Repository } from '../git/index.ts';
import type { Host } from '../platform/index.ts';
import type { Backends, FileLock, Member } from '../ports/index.ts';
import { SyncError } from '../shared/errors.ts';
import { type CommitId, type ProjectId, parseProjectId, type SnapshotId } from '../shared/ids.ts';
import { nameOf } from '../shared/paths.ts';
import type { CallOptions } from '../shared/progress.ts';
import type {
  CDNUrl,
  ChangeFilters,
  ChangeSubscription,
  CloudSyncConfig,
  CollaborationSession,
  ConflictResolution,
  ProjectJoinResult,
  ProjectSnapshot,
  ProjectState,
  ShareResult,
  SyncConflict,
  SyncDirection,
  SyncResult,
  SyncStatus,
} from '../shared/types.ts';
import type { Role } from '../shared/wire/relay.ts';
import type { Activity } from './AutoSync.ts';
import { type AssetEntry, listAssets } from './assets/assetList.ts';
import { type DiskUse, diskUse } from './assets/diskUse.ts';
import { downloadAsset, type StoredAsset, uploadAsset } from './assets/exchangeAsset.ts';
import {
  type ChosenParts,
  chooseParts,
  type DroppedAssets,
  dropAssets,
  type FetchedAssets,
  fetchAssets,
} from './assets/keepAssets.ts';
import { type Parts, partsOf } from './assets/parts.ts';
import { apiKeyFor, checkConfig, isEnabled } from './config.ts';
import { diagnoseProject } from './diagnose.ts';
import { diffProject } from './diffProject.ts';
import { ProjectFormIds } from './formIds/ProjectFormIds.ts';
import { listSnapshots, nameSnapshot, restore } from './history.ts';
import { listLocks, lockFiles, type ProjectLock, refuseNoFiles, unlockFiles } from './locks/fileLocks.ts';
import { conflictsBetween, openConflicts } from './merging/conflicts.ts';
import { connectRemote, type OpenProject, type Surroundings } from './OpenedProject.ts';
import { OpenedProjects } from './OpenedProjects.ts';
import { ProjectFollowing } from './ProjectFollowing.ts';
import { AssetTracking } from './project/AssetTracking.ts';
import type { CloneSource } from './project/createProject.ts';
import { cloneHosted, createdProject, hostProject, startProject } from './project/hosting.ts';
import { identityFor } from './project/identity.ts';
import { Project } from './project/Project.ts';
import { planProject } from './project/planProject.ts';
import { ProjectProposals } from './proposals/ProjectProposals.ts';
import { ProjectReleases } from './releases/index.ts';
import { projectStates } from './status.ts';
import { StockGit } from './stockGit/StockGit.ts';
import { broadcast, type ChangeCallback, ChangeSubscriptions, type NewChange } from './subscriptions.ts';
import { abortMerge, type OpenedMerge, openMerge } from './sync/openMerge.ts';
import { bringAssets } from './sync/projectAssets.ts';
import { type ConflictDecision, resolveConflicts } from './sync/resolve.ts';
import type {
  CloneOptions,
  CreatedProject,
  FileDiff,
  Finding,
  PlanOptions,
  ProjectPlan,
  SyncOptions,
} from './types.ts';

export type ActivityEvent = Activity & { readonly projectId: ProjectId };

/** What is there between `initialize()` and `close()`. */
interface Running extends Surroundings {
  readonly projects: OpenedProjects;
}

/**
 * The engine: it organises, the rooms below do the work. Every method rejects with a `SyncError`;
 * `ENGINE_NOT_INITIALIZED` before `initialize()`.
 */
export class CloudSyncEngine {
  static #latest: CloudSyncEngine | undefined;
  readonly #given: Partial<CloudSyncConfig>;
  readonly #host: Host;
  readonly #backends: Backends;
  readonly #listeners = new Set<(event: ActivityEvent) => void>();
  readonly #closing = new Set<() => Promise<void> | void>();
  readonly #subscriptions = new ChangeSubscriptions();
  readonly #open: OpenProject = async (id) => await this.#ready().projects.get(id);
  readonly releases = new ProjectReleases(this.#open);
  readonly tracking = new AssetTracking(this.#open);
  readonly formIds = new ProjectFormIds(this.#open);
  readonly proposals = new ProjectProposals(this.#open);
  readonly following = new ProjectFollowing(this.#open);
  #running: Running | undefined;

  constructor(config: Partial<CloudSyncConfig>, host: Host, backends: Backends) {
    this.#given = config;
    this.#host = host;
    this.#backends = backends;
  }

  /** The engine initialised last in this process, and not closed since. */
  static get latest(): CloudSyncEngine | undefined {
    return CloudSyncEngine.#latest;
  }

  /** The machine that it works on. */
  get host(): Host {
    return this.#host;
  }

  /** @throws SyncError `INVALID_CONFIG` that lists every fault */
  async initialize(): Promise<void> {
    if (!isEnabled(this.#host.environment)) {
      throw new SyncError(
        'INVALID_CONFIG',
        'Syncing is turned off here (CLOUD_SYNC_ENABLED). Set it to true to use modsync.',
      );
    }
    const config = checkConfig(this.#given, this.#host.environment);
    await identityFor(this.#host);
    const around: Surroundings = {
      host: this.#host,
      backends: this.#backends,
      config,
      report: (project, activity) => this.#report(project.id, activity),
    };
    this.#running = { ...around, projects: new OpenedProjects(around) };
    CloudSyncEngine.#latest = this;
  }

  /** Stops what runs, in order; what was begun is finished or undone. */
  async close(): Promise<void> {
    this.#subscriptions.close();
    if (CloudSyncEngine.#latest === this) CloudSyncEngine.#latest = undefined;
    for (const listener of this.#closing) await listener();
    await this.#running?.projects.close();
    this.#running = undefined;
  }

  /** Opens the project that `folder` (a disk path) is in. @throws SyncError `NOT_A_PROJECT` */
  async openProject(folder: string): Promise<ProjectId> {
    const { projects } = this.#ready();
    const { project } = await projects.add(await Project.find(this.#host, folder));
    return project.id;
  }

  /** What `createProject` would do with a folder. Changes nothing. */
  planProject(folder: string, options: PlanOptions = {}): Promise<ProjectPlan> {
    this.#ready();
    return planProject(this.#host, folder, options);
  }

  /** @throws SyncError `PROJECT_EXISTS`, `ACCESS_DENIED`, `BACKEND_CONNECTION_FAILED`: the local project is made then, and the next call goes on */
  async createProject(plan: ProjectPlan, options: CallOptions = {}): Promise<CreatedProject> {
    const running = this.#ready();
    const { project, warnings } = await startProject(running, plan, options);
    const opened = await running.projects.add(project);
    if (await hostProject(running, project, plan, options)) {
      opened.forgetRemote();
      await this.syncProject(project.id, 'bidirectional', options);
    }
    return await createdProject(project, plan, warnings);
  }

  /** A working copy of the project at a Git URL. @throws SyncError `WOULD_OVERWRITE`, `NOT_A_PROJECT`, `ACCESS_DENIED` */
  async cloneProject(url: string, folder: string, options: CloneOptions = {}): Promise<ProjectJoinResult> {
    this.#ready();
    return await this.#clone(folder, await this.#backends.addressOf(this.#host, url), options);
  }

  /**
   * Accepts an invite and makes a working copy.
   * @param folder default: the project's name, in the current folder of the caller, who must say it here
   * @throws SyncError `INVALID_INVITE`, `WOULD_OVERWRITE`
   */
  async joinProject(
    inviteCode: string,
    folder?: string | ((name: string) => string),
    options: CloneOptions = {},
  ): Promise<ProjectJoinResult> {
    const apiKey = apiKeyFor(this.#ready().config, inviteCode);
    const { name } = await identityFor(this.#host);
    const hosting = await this.#backends.acceptInvite(this.#host, inviteCode, name, { ...options, apiKey });
    const where = typeof folder === 'function' ? folder(hosting.name) : folder;
    if (where === undefined)
      throw new SyncError('INVALID_INPUT', 'Say which folder the working copy goes to.');
    return await this.#clone(where, { gitUrl: hosting.gitUrl, hosting }, options);
  }

  /**
   * An invite that lets whoever has it work on the project. `collaborators` are noted for the caller; nobody is mailed.
   * Where the remote knows people by name (GitHub), it lets these in, with that role, and nobody else.
   */
  async shareProject(
    projectId: ProjectId,
    collaborators: readonly string[] = [],
    { role, ...options }: CallOptions & { readonly role?: Role | undefined } = {},
  ): Promise<ShareResult> {
    const opened = await this.#open(projectId);
    const access = (await opened.remote())?.access;
    if (!access) {
      throw new SyncError(
        'INVALID_CONFIG',
        'This project has no relay to invite people to. Run "modsync init --relay URL" in its folder first.',
      );
    }
    if (role !== undefined && role !== 'editor' && !access.share)
      throw new SyncError(
        'INVALID_INPUT',
        `Whoever joins by a relay's invite is an editor, and no ${role}. Leave the role out.`,
      );
    const { code } =
      access.share && collaborators.length > 0
        ? await access.share(collaborators, role ?? 'editor', options)
        : await access.invite(options);
    return {
      projectId: opened.project.id,
      inviteCode: code,
      collaborators,
      ...(access.share && { isPersonal: true }),
    };
  }

  /** Who may work on the project, and in which role. @throws SyncError `INVALID_CONFIG` where the remote has no accounts */
  async listMembers(projectId: ProjectId, options: CallOptions = {}): Promise<readonly Member[]> {
    const access = (await (await this.#open(projectId)).remote())?.access;
    if (access?.members) return await access.members(options);
    throw new SyncError('INVALID_CONFIG', 'This project’s remote keeps no list of people.');
  }

  /**
   * One sync: snapshot, fetch, merge, assets, push. `push` sends only, and refuses when the remote has more; `pull`
   * brings only. Conflicts are a result, not an error.
   * @throws SyncError `BACKEND_CONNECTION_FAILED`, `PUSH_REJECTED`, `MERGE_IN_PROGRESS`, `SYNC_TIMEOUT`, `ABORTED`, …
   */
  async syncProject(
    projectId: ProjectId,
    direction: SyncDirection = 'bidirectional',
    options: SyncOptions = {},
  ): Promise<SyncResult> {
    const opened = await this.#open(projectId);
    return await opened.sync({ ...options, direction });
  }

  /** @param interval milliseconds between looks at a remote whose feed cannot be reached */
  async enableAutoSync(projectId: ProjectId, interval?: number): Promise<void> {
    const { config } = this.#ready();
    const opened = await this.#open(projectId);
    await opened.enableAutoSync(interval ?? config.syncInterval);
  }

  async disableAutoSync(projectId: ProjectId): Promise<void> {
    await (await this.#open(projectId)).disableAutoSync();
  }

  /** For what serves this engine: it ends first. @returns ends the listening */
  onClose(listener: () => Promise<void> | void): () => void {
    this.#closing.add(listener);
    return () => this.#closing.delete(listener);
  }

  /** What auto-sync does, as it happens. @returns ends the listening */
  onActivity(listener: (event: ActivityEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the project's other devices. A hint: whoever needs the content fetches it. */
  async broadcastChange(change: NewChange): Promise<void> {
    await broadcast(await this.#open(change.projectId), change);
  }

  /**
   * Tells those who follow the project which file is open here, until another is, or none: they see it in
   * `getCollaborationSession`. Kept nowhere, and told while auto-sync runs, at a relay.
   */
  async setOpenFile(projectId: ProjectId, path: string | undefined): Promise<void> {
    (await this.#open(projectId)).showOpenFile(path);
  }

  async subscribeToChanges(
    projectId: ProjectId,
    callback: ChangeCallback,
    filters: ChangeFilters = {},
  ): Promise<ChangeSubscription> {
    return await this.#subscriptions.add(await this.#open(projectId), callback, filters);
  }

  /** What would conflict if the two states were merged. Both commits must be in the local repository. */
  async detectSyncConflicts(localState: ProjectState, remoteState: ProjectState): Promise<SyncConflict[]> {
    const opened = await this.#open(localState.projectId);
    if (localState.projectId !== remoteState.projectId)
      throw new SyncError('INVALID_INPUT', 'The two states are of different projects.');
    if (!localState.commitId || !remoteState.commitId) return [];
    return await conflictsBetween(opened.project, localState.commitId, remoteState.commitId);
  }

  /** The states that `detectSyncConflicts` compares: here, and the remote as of the last contact. */
  async getProjectStates(
    projectId: ProjectId,
  ): Promise<{ readonly local: ProjectState; readonly remote: ProjectState }> {
    return await projectStates((await this.#open(projectId)).project);
  }

  /**
   * What waits for a person in this working copy.
   * @param options.decided also those that are decided, and wait for the others: each has a `decided`
   */
  async listConflicts(
    projectId: ProjectId,
    { decided = false }: { readonly decided?: boolean } = {},
  ): Promise<SyncConflict[]> {
    return await openConflicts((await this.#open(projectId)).project, { origins: true, decided });
  }

  /** Decides one conflict, or a part of it. After the last one the merge is made, and the sync goes on by itself. */
  resolveSyncConflict(
    conflict: SyncConflict,
    resolution: ConflictResolution,
    options: SyncOptions = {},
  ): Promise<SyncResult> {
    return this.resolveSyncConflicts([{ conflict, resolution }], options);
  }

  /**
   * Several of one project: all of them or none, and one sync.
   * @throws SyncError `NOT_FOUND`: one is not open (any more) as it was shown; `INVALID_INPUT`: it has no such choice
   */
  async resolveSyncConflicts(
    decisions: readonly ConflictDecision[],
    options: SyncOptions = {},
  ): Promise<SyncResult> {
    const [first] = decisions;
    if (!first || decisions.some(({ conflict }) => conflict.projectId !== first.conflict.projectId))
      throw new SyncError('INVALID_INPUT', 'Name the conflicts to decide, all of one project.');
    const opened = await this.#open(first.conflict.projectId);
    const warnings = await resolveConflicts(opened.project, decisions);
    const result = await opened.sync({ ...options, direction: 'bidirectional' });
    return { ...result, warnings: [...warnings, ...result.warnings] };
  }

  /**
   * Writes the open conflict as stock Git knows it: MERGE_HEAD, stages, markers in texts. modsync changes nothing until
   * that merge is committed or aborted, by Git or by `abortMerge`.
   * @throws SyncError `NOT_FOUND` when nothing is open, `INVALID_INPUT`, `MERGE_IN_PROGRESS`
   */
  async openMerge(projectId: ProjectId, options: CallOptions = {}): Promise<OpenedMerge> {
    const opened = await this.#open(projectId);
    return await openMerge(opened.project, () => opened.remote(), options);
  }

  /** Back to ours; what is on disk stays in the backup chain. @throws SyncError `NOT_FOUND` when no merge is open */
  async abortMerge(projectId: ProjectId): Promise<void> {
    await abortMerge((await this.#open(projectId)).project);
  }

  /** Newest first. @param options.conflicts only those in which conflicts were decided */
  async getProjectHistory(
    projectId: ProjectId,
    { limit = 100, conflicts }: { readonly limit?: number; readonly conflicts?: boolean } = {},
  ): Promise<ProjectSnapshot[]> {
    return await listSnapshots((await this.#open(projectId)).project, limit, { conflicts });
  }

  /** Names the newest snapshot: an annotated tag. @throws SyncError `INVALID_INPUT` for a name that is taken or not allowed */
  async nameSnapshot(projectId: ProjectId, name: string, message?: string): Promise<ProjectSnapshot> {
    return await nameSnapshot((await this.#open(projectId)).project, name, message);
  }

  /**
   * Puts an old snapshot back as a new one. `snapshotId` may also be a name, or the beginning of a commit id, when
   * `projectId` says of which project.
   */
  async restoreSnapshot(
    snapshotId: SnapshotId | string,
    options: CallOptions & { readonly projectId?: ProjectId } = {},
  ): Promise<ProjectSnapshot> {
    const colon = snapshotId.indexOf(':');
    if (colon < 0 && options.projectId === undefined)
      throw new SyncError('INVALID_INPUT', `Say of which project: "PROJECT:${snapshotId}".`);
    const id = options.projectId ?? parseProjectId(snapshotId.slice(0, colon));
    const opened = await this.#open(id);
    const { project } = opened;
    const beforeCheckout = async (from: CommitId, to: CommitId) => {
      const { graph, trees } = project.repository;
      const changes = await trees.diff((await graph.commit(from)).tree, (await graph.commit(to)).tree);
      const remote = await opened.remote();
      if (remote) await bringAssets(project, remote, changes, options);
    };
    return await restore(project, snapshotId, { ...options, beforeCheckout });
  }

  /** @param to left out: the files on disk; @param from left out: the newest snapshot */
  async diffProject(projectId: ProjectId, from?: string, to?: string): Promise<FileDiff[]> {
    return await diffProject((await this.#open(projectId)).project, from, to);
  }

  async getSyncStatus(projectId: ProjectId): Promise<SyncStatus> {
    return await (await this.#open(projectId)).status();
  }

  /** Who works on the project, as far as is known here. Asks nobody over the network. */
  async getCollaborationSession(projectId: ProjectId): Promise<CollaborationSession> {
    return await (await this.#open(projectId)).collaboration();
  }

  /**
   * Stores one file's bytes at the remote.
   * @param assetPath a disk path, of any file, or a project path
   * @throws SyncError `NOT_FOUND`, `INVALID_CONFIG` without a remote, `ASSET_REFUSED`, …
   */
  async uploadAsset(assetPath: string, projectId: ProjectId, options: CallOptions = {}): Promise<CDNUrl> {
    const opened = await this.#open(projectId);
    return await uploadAsset(opened.project, await opened.remote(), assetPath, options);
  }

  /**
   * Brings an asset, checked by its hash, to a disk path where nothing is yet.
   * @throws SyncError `WOULD_OVERWRITE`, `ASSET_MISSING`, …
   */
  async downloadAsset(cdnUrl: CDNUrl, localPath: string, options: CallOptions = {}): Promise<StoredAsset> {
    const opened = await this.#open(cdnUrl.projectId);
    return await downloadAsset(opened.project, await opened.remote(), cdnUrl, localPath, options);
  }

  /** Where an opened project is, its name, and where modsync keeps its own state of it: disk paths. */
  placeOf(projectId: ProjectId): { readonly path: string; readonly name: string; readonly state: string } {
    const { project } = this.#ready().projects.peek(projectId);
    return { path: project.folder, name: project.name, state: project.stateFile('').replace(/\/$/, '') };
  }

  /** Everyone's locks, as of now. @throws SyncError `LOCKS_UNSUPPORTED` */
  async listLocks(projectId: ProjectId, options: CallOptions = {}): Promise<ProjectLock[]> {
    const opened = await this.#open(projectId);
    return await listLocks(opened.project, await opened.remote(), options);
  }

  /** @param paths project paths @throws SyncError `NOT_FOUND`: no such file; `LOCKED`: others have them; `LOCKS_UNSUPPORTED` */
  async lockFiles(
    projectId: ProjectId,
    paths: readonly string[],
    options: CallOptions = {},
  ): Promise<FileLock[]> {
    const opened = await this.#open(projectId);
    await refuseNoFiles(opened.project, paths);
    return await lockFiles(opened.project, await opened.remote(), paths, options);
  }

  /** @throws SyncError `NOT_FOUND`, `LOCKED`, `ACCESS_DENIED`, `WOULD_OVERWRITE`: changes that are not sent yet */
  async unlockFiles(
    projectId: ProjectId,
    paths: readonly string[],
    options: CallOptions & { readonly force?: boolean } = {},
  ): Promise<FileLock[]> {
    const opened = await this.#open(projectId);
    return await unlockFiles(opened.project, await opened.remote(), paths, options);
  }

  /**
   * modsync as stock Git's filter and hooks, in the repository whose working tree is `folder`. Close it.
   * @throws SyncError `NOT_A_PROJECT`, `UNSUPPORTED_REPOSITORY`
   */
  async stockGit(folder: string): Promise<StockGit> {
    const running = this.#ready();
    const repository = await Repository.open(this.#host, folder);
    // it need not be a project at the moment: Git asks in its very first checkout, too
    const project = await Project.open(repository, 'git' as ProjectId, nameOf(folder));
    return new StockGit(project, (url) => connectRemote(running, project, url));
  }

  /** The newest snapshot's assets, and where their bytes are here. @param patterns as in `.gitignore`; none: all */
  async listAssets(projectId: ProjectId, patterns: readonly string[] = []): Promise<AssetEntry[]> {
    return await listAssets((await this.#open(projectId)).project, patterns);
  }

  /** @param patterns as in `.gitignore`; none: the parts that this working copy has */
  async fetchAssets(
    projectId: ProjectId,
    patterns: readonly string[] = [],
    options: CallOptions = {},
  ): Promise<FetchedAssets> {
    const opened = await this.#open(projectId);
    return await fetchAssets(opened.project, await opened.remote(), patterns, options);
  }

  /** Frees copies in the cache of what the remote has. @param patterns none: the whole cache */
  async dropAssets(
    projectId: ProjectId,
    patterns: readonly string[] = [],
    options: CallOptions = {},
  ): Promise<DroppedAssets> {
    const opened = await this.#open(projectId);
    return await dropAssets(opened.project, await opened.remote(), patterns, options);
  }

  /** The parts of the project that this working copy has; both empty: all of it. */
  async getParts(projectId: ProjectId): Promise<Parts> {
    const { only, without } = await partsOf((await this.#open(projectId)).project);
    return { only, without };
  }

  /** Chooses them, and makes the disk agree. @throws SyncError `INVALID_INPUT` for a pattern that cannot be kept */
  async chooseParts(projectId: ProjectId, parts: Parts, options: CallOptions = {}): Promise<ChosenParts> {
    const opened = await this.#open(projectId);
    return await chooseParts(opened.project, await opened.remote(), parts, options);
  }

  async getDiskUse(projectId: ProjectId): Promise<DiskUse> {
    return await diskUse((await this.#open(projectId)).project);
  }

  /** Looks at a project and its remote. @param folder a disk path in the project */
  async diagnose(folder: string, { fix = false }: { readonly fix?: boolean } = {}): Promise<Finding[]> {
    this.#ready();
    const opened = await this.#open(await this.openProject(folder));
    return await diagnoseProject(opened.project, () => opened.remote(), fix);
  }

  #ready(): Running {
    if (this.#running) return this.#running;
    throw new SyncError(
      'ENGINE_NOT_INITIALIZED',
      'Engine not initialized: call initialize() first, and not after close().',
    );
  }

  async #clone(folder: string, from: CloneSource, options: CloneOptions): Promise<ProjectJoinResult> {
    const running = this.#ready();
    const { project, joined } = await cloneHosted(running, folder, from, options);
    await running.projects.add(project);
    return joined;
  }

  #report(projectId: ProjectId, activity: Activity): void {
    for (const listener of this.#listeners) listener({ ...activity, projectId });
  }
}
