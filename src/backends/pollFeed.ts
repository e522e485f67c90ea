/**
 * A feed for a host that tells nobody: it looks at the refs now and then. What a look costs while nothing changes is the
 * host's own matter (github/refLook.ts asks with a condition); how often to look is decided here.
 */
import type { Feed, FeedHandlers, FeedSubscription } from '../ports/feed.ts';
import { SyncError } from '../shared/errors.ts';
import type { CommitId, ObjectId, ProjectId } from '../shared/ids.ts';
import type { ProjectChange } from '../shared/types.ts';

export type Refs = ReadonlyMap<string, ObjectId>;

export interface PollFeedOptions {
  readonly projectId: ProjectId;
  /** The branches and tags, as of now. @throws SyncError; `data.retryAfter`: seconds in which it is not to be asked again */
  readonly look: (signal: AbortSignal) => Promise<Refs>;
  /** Milliseconds from one look to the next, as of now. */
  readonly every: () => number;
  /** Makes an id for a change. */
  readonly newId: () => string;
}

/** After failures the pause doubles, up to this. Milliseconds. */
const LONGEST_PAUSE = 15 * 60_000;

/** A tenth more or less, so that a team does not look in step. */
const jittered = (pause: number) => pause * (0.9 + Math.random() / 5);

export function pollFeed(options: PollFeedOptions): Feed {
  return {
    async publish(change) {
      // everyone finds a push by looking
      if (change.kind === 'message')
        throw new SyncError(
          'INVALID_CONFIG',
          'There is nobody here to pass a message on. A relay does that: modsync follow --relay URL',
        );
    },
    subscribe: (handlers) => new RefLooks(options, handlers),
  };
}

export class RefLooks implements FeedSubscription {
  readonly #options: PollFeedOptions;
  readonly #handlers: FeedHandlers;
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen: Refs | undefined;
  #failures = 0;
  #cursor = 0;

  constructor(options: PollFeedOptions, handlers: FeedHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    void this.#look();
  }

  close(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  /** The pause has become another one. */
  settle(): void {
    if (this.#timer !== undefined && this.#failures === 0) this.#again(this.#options.every());
  }

  async #look(): Promise<void> {
    this.#timer = undefined;
    const { signal } = this.#stop;
    try {
      const refs = await this.#options.look(signal);
      if (signal.aborted) return;
      const first = this.#seen === undefined;
      const changes = this.#seen === undefined ? [] : this.#changes(this.#seen, refs);
      this.#seen = refs;
      if (first || this.#failures > 0) this.#handlers.onConnect();
      this.#failures = 0;
      for (const change of changes) this.#handlers.onEvent({ cursor: ++this.#cursor, change });
      this.#again(this.#options.every());
    } catch (error) {
      if (signal.aborted) return;
      if (this.#failures++ === 0) this.#handlers.onDisconnect(error);
      const pause = Math.min(this.#options.every() * 2 ** Math.min(this.#failures, 10), LONGEST_PAUSE);
      this.#again(Math.max(pause, wantedPause(error)));
    }
  }

  #again(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), jittered(pause));
  }

  #changes(before: Refs, after: Refs): ProjectChange[] {
    const { projectId, newId } = this.#options;
    const change = (ref: string, id: ObjectId | undefined): ProjectChange => {
      const isTag = ref.startsWith('refs/tags/');
      // a branch's ref names a commit; a tag's may name a tag
      const commitId = isTag ? undefined : (id as CommitId | undefined);
      return {
        changeId: newId(),
        projectId,
        kind: isTag ? 'tag' : 'push',
        author: '',
        timestamp: new Date().toISOString(),
        ref,
        ...(commitId && { commitId }),
      };
    };
    const moved = [...after].filter(([ref, id]) => before.get(ref) !== id);
    const gone = [...before.keys()].filter((ref) => !after.has(ref));
    return [...moved.map(([ref, id]) => change(ref, id)), ...gone.map((ref) => change(ref, undefined))];
  }
}

/** Longer than a host may ask for: no wait is forever. */
const LONGEST_WAIT = 3600_000;

function wantedPause(error: unknown): number {
  const seconds = error instanceof SyncError ? Number(error.data.retryAfter ?? 0) : 0;
  return Number.isFinite(seconds) ? Math.min(seconds * 1000 * 1.12, LONGEST_WAIT) : 0;
}
