/**
 * The feed of a project whose host tells a relay, or nobody. Where the project names a relay that follows it, hints come
 * from there at once; looks at the host go on all the same, seldom, because a host's delivery can be lost. Without a relay,
 * or while it cannot be reached, the looks are what there is.
 */
import type { Feed, FeedEvent, FeedHandlers, FeedSubscription } from '../ports/feed.ts';
import type { HintSource } from '../ports/index.ts';
import type { ProjectChange } from '../shared/types.ts';
import { type PollFeedOptions, pollFeed, RefLooks } from './pollFeed.ts';

export interface FollowedFeedOptions extends Omit<PollFeedOptions, 'every'> {
  /** As the project says now: it may change with any pull. */
  readonly hints: () => Promise<HintSource | undefined>;
  readonly relay: (hints: HintSource) => Feed;
  /** Milliseconds between looks at the least, whatever the subscriber wants. */
  readonly least: () => number;
  /** A push of this device's own, which is no news to it: gets its name as `origin`. */
  readonly isOwn: (change: ProjectChange) => boolean;
  readonly device: string;
}

const LOOK_EVERY = 30_000;
/** So much seldomer are looks beside a relay that tells. */
const BESIDE_RELAY = 10;

export function followedFeed(options: FollowedFeedOptions): Feed {
  return {
    async publish(change) {
      const hints = await options.hints();
      await (hints ? options.relay(hints) : pollFeed({ ...options, every: () => 0 })).publish(change);
    },
    subscribe: (handlers, cursor) => new FollowedSubscription(options, handlers, cursor),
  };
}

class FollowedSubscription implements FeedSubscription {
  readonly #options: FollowedFeedOptions;
  readonly #handlers: FeedHandlers;
  readonly #looks: RefLooks;
  #cursor: number | undefined;
  #relay: FeedSubscription | undefined;
  /** What is open here. */
  #path: string | undefined;
  /** What `#relay` was made of. */
  #source = '';
  #closed = false;
  #relayIs: 'none' | 'pending' | 'up' | 'down' = 'none';
  #looksAre: 'pending' | 'up' | 'down' = 'pending';
  #told: 'nothing' | 'connected' | 'disconnected' = 'nothing';
  /** Where each ref was heard to be last: hints of one move come from both sides. */
  readonly #heard = new Map<string, string | undefined>();

  constructor(options: FollowedFeedOptions, handlers: FeedHandlers, cursor: number | undefined) {
    this.#options = options;
    this.#handlers = handlers;
    this.#cursor = cursor;
    const { least, look } = options;
    const alone = () => Math.max(least(), handlers.lookEvery ?? LOOK_EVERY);
    this.#looks = new RefLooks(
      {
        ...options,
        every: () => (this.#relayIs === 'up' ? alone() * BESIDE_RELAY : alone()),
        look: async (signal) => {
          await this.#meetRelay();
          return await look(signal);
        },
      },
      {
        onEvent: ({ change }) => this.#tell({ cursor: this.#cursor ?? 0, change }),
        onConnect: () => {
          this.#looksAre = 'up';
          this.#settle();
        },
        onDisconnect: (error) => {
          this.#looksAre = 'down';
          this.#settle(error);
        },
      },
    );
  }

  moveTo(path: string | undefined): void {
    this.#path = path;
    this.#relay?.moveTo?.(path);
  }

  close(): void {
    this.#closed = true;
    this.#looks.close();
    this.#relay?.close();
  }

  /** The one that the project names now. */
  async #meetRelay(): Promise<void> {
    const hints = await this.#options.hints();
    const source = JSON.stringify(hints ?? '');
    if (this.#closed || source === this.#source) return;
    this.#relay?.close();
    this.#source = source;
    this.#relayIs = hints ? 'pending' : 'none';
    this.#relay =
      hints &&
      this.#options.relay(hints).subscribe(
        {
          onEvent: (event) => {
            this.#cursor = event.cursor;
            this.#tell(event);
          },
          onConnect: () => {
            this.#relayIs = 'up';
            this.#told = 'connected';
            this.#handlers.onConnect();
          },
          onDisconnect: (error) => {
            this.#relayIs = 'down';
            this.#looks.settle();
            this.#settle(error);
          },
          ...(this.#handlers.onPresence && { onPresence: this.#handlers.onPresence }),
        },
        this.#cursor,
      );
    if (this.#path !== undefined) this.#relay?.moveTo?.(this.#path);
  }

  #tell({ cursor, change }: FeedEvent): void {
    const { ref, commitId } = change;
    if (ref !== undefined) {
      if (commitId !== undefined && this.#heard.get(ref) === commitId) return;
      this.#heard.set(ref, commitId);
    }
    const own = this.#options.isOwn(change) ? { origin: this.#options.device } : {};
    this.#handlers.onEvent({ cursor, change: { ...change, ...own } });
  }

  /** Says what is new of the two together. Looks alone count as connected once it is known that no relay will tell. */
  #settle(error?: unknown): void {
    if (this.#relayIs === 'up' || this.#closed) return;
    if (this.#looksAre === 'up' && this.#relayIs !== 'pending') {
      if (this.#told === 'connected') return;
      this.#told = 'connected';
      this.#handlers.onConnect();
    } else if (this.#looksAre === 'down' && this.#told !== 'disconnected') {
      this.#told = 'disconnected';
      this.#handlers.onDisconnect(error);
    }
  }
}
