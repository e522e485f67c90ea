/**
 * Keeps one project in sync by itself: a save becomes a snapshot after a short quiet, a hint from the remote becomes
 * a pull, and whatever fails is tried again with growing pauses. One sync runs at a time; what happens meanwhile is
 * looked at right after it.
 */
import type { FeedSubscription, Present, Remote } from '../ports/index.ts';
import { type ErrorBody, type ErrorCode, errorBody, hasCode } from '../shared/errors.ts';
import type { CommitId } from '../shared/ids.ts';
import type { ProjectChange, SyncResult } from '../shared/types.ts';
import type { Project } from './project/Project.ts';

/** A burst of saves is one snapshot: it is taken after this much quiet, or at the deadline. Milliseconds. */
const QUIET = 250;
const DEADLINE = 2000;
/** Hints come in bursts too. */
const HINT_QUIET = 30;
const FIRST_RETRY = 1000;
const LAST_RETRY = 60_000;
/** A watcher can miss things: now and then everything is looked at. */
const FULL_LOOK = 10 * 60_000;
/** How soon a commit that stock Git made here is noticed. */
const HEAD_LOOK = 2000;

/** The user has to act first, and then should not wait long: looking costs next to nothing. */
const WAIT_FOR_PERSON = 2000;
const WAITS_FOR_PERSON: readonly ErrorCode[] = [
  'MERGE_IN_PROGRESS',
  'ACCESS_DENIED',
  'UNSAFE_PATH',
  'NOT_FOUND',
  'ASSET_MISSING',
  'LOCKED',
  'UNSUPPORTED_REPOSITORY',
];

export type Activity =
  | { readonly type: 'synced'; readonly result: SyncResult }
  | { readonly type: 'error'; readonly error: ErrorBody; readonly retryInMs?: number }
  | { readonly type: 'online' }
  | { readonly type: 'offline'; readonly message: string }
  | { readonly type: 'remote-change'; readonly change: ProjectChange };

export interface AutoSyncOptions {
  readonly project: Project;
  readonly remote: Remote | undefined;
  /** Milliseconds between looks at a remote whose feed cannot be reached. */
  readonly interval: number;
  readonly sync: (request: {
    readonly only?: readonly string[];
    readonly onlyIfChanged: boolean;
    readonly signal: AbortSignal;
  }) => Promise<SyncResult>;
  /** Who is there, as of now. */
  readonly onPresence: (people: readonly Present[]) => void;
  /** Somebody locked or unlocked something. */
  readonly onLocks: () => void;
  readonly report: (activity: Activity) => void;
}

export class AutoSync {
  readonly #options: AutoSyncOptions;
  readonly #stop = new AbortController();
  /** `undefined`: anything may have changed. */
  #dirty: Set<string> | undefined;
  /** The remote may have something, or something here waits to go out. */
  #exchange = true;
  #firstChange: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  #failures = 0;
  #retryIn = FIRST_RETRY;
  #online = false;
  #feed: FeedSubscription | undefined;
  #watching: { close(): Promise<void> } | undefined;
  #polls: ReturnType<typeof setInterval>[] = [];
  /** HEAD as the last sync left it. */
  #head: CommitId | undefined;
  /** Git's index as the last sync left it: but for what is dirty, the working tree equals it. */
  #settled: object | undefined;
  /** What was told last: the same failure, again and again, is one event. */
  #told: string | undefined;
  #lastFull = 0;

  constructor(options: AutoSyncOptions) {
    this.#options = options;
  }

  get online(): boolean {
    return this.#online;
  }

  /** Tells the others. */
  showOpenFile(path: string | undefined): void {
    this.#feed?.moveTo?.(path);
  }

  /** Where the working tree can differ from Git's index; `undefined`: anywhere. */
  async dirtyPaths(): Promise<readonly string[] | undefined> {
    if (this.#running || this.#dirty === undefined || !(await this.#isSettled())) return undefined;
    return [...this.#dirty];
  }

  /** Nobody else has written Git's index since: "git reset" changes what differs, and no file. */
  async #isSettled(): Promise<boolean> {
    const { repository } = this.#options.project;
    return this.#settled !== undefined && this.#settled === (await repository.indexState());
  }

  /** Resolves when watching has begun; the first sync follows at once. */
  async start(): Promise<void> {
    const { project, remote, interval } = this.#options;
    this.#watching = await project.host.watch.start(project.folder, {
      onChange: (paths) => this.#changed(paths),
      onError: (error) => {
        this.#changed(undefined);
        this.#options.report({ type: 'error', error: errorBody(error) });
      },
    });
    this.#feed = remote?.feed?.subscribe({
      onEvent: ({ change }) => this.#hinted(change),
      onConnect: () => {
        this.#setOnline(true);
        this.#options.onLocks();
        this.#wantExchange(0);
      },
      onDisconnect: (error) => this.#setOnline(false, errorBody(error).message),
      onPresence: this.#options.onPresence,
      lookEvery: interval,
    });
    this.#polls = [
      setInterval(() => {
        if (!this.#online) this.#wantExchange(0);
        else if (Date.now() - this.#lastFull > FULL_LOOK) this.#changed(undefined);
      }, interval),
      setInterval(() => void this.#lookAtHead(), HEAD_LOOK),
    ];
    this.#schedule(0);
  }

  /** Stops after what is being done; nothing is left half done. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    for (const poll of this.#polls) clearInterval(poll);
    this.#feed?.close();
    this.#stop.abort();
    await this.#watching?.close();
    await this.#running;
  }

  #changed(paths: readonly string[] | undefined): void {
    if (paths?.length === 0) return;
    if (paths === undefined) this.#dirty = undefined;
    else for (const path of paths) this.#dirty?.add(path);
    const now = performance.now();
    this.#firstChange ??= now;
    this.#reschedule(Math.min(QUIET, Math.max(0, this.#firstChange + DEADLINE - now)));
  }

  #hinted(change: ProjectChange): void {
    if (change.origin === this.#options.project.identity.device && change.kind !== 'message') return;
    this.#options.report({ type: 'remote-change', change });
    if (change.kind === 'lock') this.#options.onLocks();
    else if (change.kind !== 'message' && change.kind !== 'people') this.#wantExchange(HINT_QUIET);
  }

  /** A commit, a pull or the end of a merge by stock Git: nothing in the working tree need have changed. */
  async #lookAtHead(): Promise<void> {
    if (this.#running) return;
    const { commit } = await this.#options.project.repository.refs
      .head()
      .catch(() => ({ commit: this.#head }));
    if (!this.#running && commit !== this.#head) this.#wantExchange(0);
  }

  #wantExchange(delay: number): void {
    this.#exchange = true;
    this.#schedule(delay);
  }

  #setOnline(online: boolean, message = ''): void {
    if (online === this.#online) return;
    this.#online = online;
    this.#options.report(online ? { type: 'online' } : { type: 'offline', message });
  }

  /** Each further save of a burst moves the snapshot back, up to the deadline. */
  #reschedule(delay: number): void {
    this.#due = Number.POSITIVE_INFINITY;
    this.#schedule(delay);
  }

  #schedule(delay: number): void {
    const due = performance.now() + delay;
    if (this.#stop.signal.aborted || this.#running || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        if (this.#pending) this.#schedule(this.#failures > 0 ? this.#retryIn : QUIET);
      });
    }, delay);
  }

  get #pending(): boolean {
    return this.#exchange || this.#dirty === undefined || this.#dirty.size > 0;
  }

  #retryDelay(): number {
    return Math.min(FIRST_RETRY * 2 ** (this.#failures - 1), LAST_RETRY) * (0.75 + Math.random() / 2);
  }

  async #run(): Promise<void> {
    const reported = this.#dirty;
    const exchange = this.#exchange;
    this.#dirty = new Set();
    this.#exchange = false;
    this.#firstChange = undefined;
    this.#due = Number.POSITIVE_INFINITY;
    const dirty = (await this.#isSettled().catch(() => false)) ? reported : undefined;
    if (dirty === undefined) this.#lastFull = Date.now();
    try {
      const result = await this.#options.sync({
        ...(dirty && { only: [...dirty] }),
        onlyIfChanged: !exchange,
        signal: this.#stop.signal,
      });
      this.#failures = 0;
      this.#told = undefined;
      this.#head = result.commitId;
      this.#settled = await this.#options.project.repository.indexState();
      if (result.outcome !== 'up-to-date' || result.warnings.length > 0)
        this.#options.report({ type: 'synced', result });
    } catch (error) {
      this.#failed(error, dirty);
    }
  }

  /** What was to be looked at still is. */
  #failed(error: unknown, dirty: Set<string> | undefined): void {
    if (this.#stop.signal.aborted) return;
    if (dirty === undefined) this.#dirty = undefined;
    else for (const path of dirty) this.#dirty?.add(path);
    this.#exchange = true;
    this.#failures++;
    if (hasCode(error, 'BACKEND_CONNECTION_FAILED')) this.#setOnline(false, error.message);
    const body = errorBody(error);
    const retryInMs = WAITS_FOR_PERSON.includes(body.code) ? WAIT_FOR_PERSON : this.#retryDelay();
    this.#retryIn = retryInMs;
    if (this.#told === body.message) return;
    this.#told = body.message;
    this.#options.report({ type: 'error', error: body, retryInMs: Math.round(retryInMs) });
  }
}
