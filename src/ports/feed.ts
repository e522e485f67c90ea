import type { ProjectChange } from '../shared/types.ts';

export interface FeedEvent {
  /** Position in the project's feed; grows by one with each event. Subscribing from it replays what came after. */
  readonly cursor: number;
  readonly change: ProjectChange;
}

export interface Present {
  /** Display name. */
  readonly name: string;
  /** ISO 8601: when they came. */
  readonly since: string;
  /** As in `ProjectChange.origin`. */
  readonly devices: readonly string[];
  /** Paths that they have open, where they say so. */
  readonly at?: readonly string[] | undefined;
}

export interface FeedHandlers {
  readonly onEvent: (event: FeedEvent) => void;
  /** After each (re)connect: hints may have been missed, so fetch once. */
  readonly onConnect: () => void;
  readonly onDisconnect: (error: unknown) => void;
  /** Who follows the project at the moment, this device included; a feed that does not know never calls it. */
  readonly onPresence?: (people: readonly Present[]) => void;
  /** Milliseconds between looks, for a feed that can only look; half a minute unless given. */
  readonly lookEvery?: number;
}

export interface FeedSubscription {
  /** Tells those who are there which path is open here; kept nowhere. A feed that knows of nobody leaves it out. */
  moveTo?(path: string | undefined): void;
  close(): void;
}

/** The stream of change hints of a project. At least once: a lost hint costs time, never data. */
export interface Feed {
  publish(change: ProjectChange): Promise<void>;
  /** Connects, and connects again by itself with growing, jittered pauses, until closed. */
  subscribe(handlers: FeedHandlers, cursor?: number): FeedSubscription;
}
