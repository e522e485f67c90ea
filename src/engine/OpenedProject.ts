/** A project that an engine has opened, and what runs for it: its remote, its syncs one after the other, auto-sync. */
import type { Host } from '../platform/index.ts';
import type { Backends, Feed, Remote } from '../ports/index.ts';
import { type ErrorBody, errorBody, SyncError } from '../shared/errors.ts';
import type { ProjectId } from '../shared/ids.ts';
import type {
  CollaborationSession,
  SyncDirection,
  SyncProgress,
  SyncResult,
  SyncStatus,
} from '../shared/types.ts';
import { type Activity, AutoSync } from './AutoSync.ts';
import { partsOf } from './assets/parts.ts';
import { collaborationSession, Heard } from './collaboration.ts';
import { apiKeyFor, type EngineConfig } from './config.ts';
import { listLocks } from './locks/fileLocks.ts';
import { workingCopyOf } from './project/lfsSettings.ts';
import type { Project } from './project/Project.ts';
import { knownProposals, refreshProposals } from './proposals/knownProposals.ts';
import { projectStatus } from './status.ts';
import { ProgressMeter } from './sync/ProgressMeter.ts';
import { syncOnce } from './sync/sync.ts';
import { withTimeout } from './sync/withTimeout.ts';
import type { SyncOptions } from './types.ts';

/** What an engine has for all of its projects. */
export interface Surroundings {
  readonly host: Host;
  readonly backends: Backends;
  readonly config: EngineConfig;
  readonly report: (project: Project, activity: Activity) => void;
}

export interface SyncRequest extends SyncOptions {
  readonly direction: SyncDirection;
  readonly only?: readonly string[];
  readonly onlyIfChanged?: boolean;
}

export class OpenedProject {
  readonly project: Project;
  readonly heard = new Heard();
  readonly #around: Surroundings;
  #remote: Promise<Remote | undefined> | undefined;
  #auto: AutoSync | undefined;
  /** As a tool says. */
  #openFile: string | undefined;
  #starting: Promise<void> | undefined;
  #meter: ProgressMeter | undefined;
  #lastSync: string | undefined;
  #lastError: ErrorBody | undefined;
  /** Syncs of one engine queue up here; those of other processes wait at the project's lock. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(project: Project, around: Surroundings) {
    this.project = project;
    project.mergeDrivers = around.config.mergeDrivers;
    this.#around = around;
  }

  /** The project's remote, if it has one. Makes no request. */
  remote(): Promise<Remote | undefined> {
    this.#remote ??= connectRemote(this.#around, this.project);
    return this.#remote;
  }

  /** The project has another one now. */
  forgetRemote(): void {
    this.#remote = undefined;
  }

  /** @throws SyncError `INVALID_CONFIG` where the remote has none */
  async feed(): Promise<Feed> {
    const feed = (await this.remote())?.feed;
    if (feed) return feed;
    throw new SyncError(
      'INVALID_CONFIG',
      'This project’s remote has no feed of changes: it is a plain Git host, or there is none. A relay has one.',
    );
  }

  sync(request: SyncRequest): Promise<SyncResult> {
    const run = this.#queue.then(
      () => this.#syncNow(request),
      () => this.#syncNow(request),
    );
    this.#queue = run.catch(() => undefined);
    return run;
  }

  /** Resolves when watching has begun. @param interval milliseconds */
  async enableAutoSync(interval: number): Promise<void> {
    this.#starting ??= this.#startAutoSync(interval);
    try {
      await this.#starting;
    } catch (error) {
      this.#starting = undefined;
      throw error;
    }
  }

  async disableAutoSync(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    await this.#auto?.close();
    this.#auto = undefined;
    this.heard.present = [];
    this.#starting = undefined;
  }

  async status(): Promise<SyncStatus> {
    const progress = this.#meter?.current;
    const remote = await this.project.remoteUrl();
    // only where something was asked already: status asks nobody
    const budget = (await this.#remote?.catch(() => undefined))?.budget?.();
    const { only, without, isWhole } = await partsOf(this.project);
    const proposals = await knownProposals(this.project);
    return {
      ...(await projectStatus(this.project, await this.#auto?.dirtyPaths())),
      isSyncing: this.#meter !== undefined,
      syncProgress: progress?.percent ?? (this.#meter ? 0 : 100),
      ...(progress && { progress }),
      ...(!isWhole && { parts: { only, without } }),
      autoSync: this.#auto !== undefined,
      online: this.#auto?.online ?? (this.#lastSync !== undefined && this.#lastError === undefined),
      ...(remote !== undefined && { remote }),
      ...(budget && { budget }),
      ...(this.#lastSync !== undefined && { lastSync: this.#lastSync }),
      ...(this.#lastError && { lastError: this.#lastError }),
      ...(proposals && { proposals }),
    };
  }

  showOpenFile(path: string | undefined): void {
    this.#openFile = path;
    this.#auto?.showOpenFile(path);
  }

  async collaboration(): Promise<CollaborationSession> {
    return await collaborationSession(this.project, this.heard, this.#auto?.online ?? false);
  }

  /** Stops what runs; what was begun is finished or undone. */
  async close(): Promise<void> {
    await this.disableAutoSync();
    await this.#queue.catch(() => undefined);
    await (await this.#remote?.catch(() => undefined))?.close();
  }

  async #startAutoSync(interval: number): Promise<void> {
    const { project } = this;
    const auto = new AutoSync({
      project,
      remote: await this.remote(),
      interval,
      sync: (request) => this.sync({ ...request, direction: 'bidirectional' }),
      onPresence: (people) => {
        this.heard.present = people;
      },
      // what is read-only here follows; a failure is mended by the next push, which asks anyway
      onLocks: () =>
        void this.remote()
          .then((remote) => listLocks(project, remote, {}))
          .catch(() => undefined),
      report: (activity) => {
        if (activity.type === 'offline') this.heard.present = [];
        if (activity.type === 'remote-change') this.heard.add(activity.change);
        this.#around.report(project, activity);
      },
    });
    this.#auto = auto;
    await auto.start();
    if (this.#openFile !== undefined) auto.showOpenFile(this.#openFile);
  }

  async #syncNow({ strategy, signal, onProgress, ...request }: SyncRequest): Promise<SyncResult> {
    const { config } = this.#around;
    const meter = new ProgressMeter(onProgress && ((progress: SyncProgress) => onProgress(progress)));
    this.#meter = meter;
    const asked = refreshProposals(this.project, () => this.remote(), request.onlyIfChanged === true);
    try {
      const result = await withTimeout(
        { timeout: config.timeout, signal, onProgress: meter.report },
        (calls) =>
          syncOnce(this.project, () => this.remote(), {
            ...request,
            ...calls,
            strategy: strategy ?? config.conflictResolutionMode,
          }),
      );
      await asked;
      this.#lastSync = new Date().toISOString();
      this.#lastError = undefined;
      return result;
    } catch (error) {
      this.#lastError = errorBody(error);
      throw error;
    } finally {
      this.#meter = undefined;
    }
  }
}

/** @param other instead of the project's own remote */
export async function connectRemote(
  { host, backends, config }: Surroundings,
  project: Project,
  other?: string,
): Promise<Remote | undefined> {
  const url = other ?? (await project.remoteUrl());
  if (url === undefined) return undefined;
  return await backends.connect(host, {
    backend: config.backend,
    url,
    apiKey: apiKeyFor(config, url),
    workingCopy: workingCopyOf(project),
    device: project.identity.device,
    name: project.identity.name,
  });
}

/** @throws SyncError `ENGINE_NOT_INITIALIZED`; `NOT_FOUND` for a project that nobody opened here */
export type OpenProject = (projectId: ProjectId) => Promise<OpenedProject>;
