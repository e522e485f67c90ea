/** A feed within one process: for tests of what stands above the port, and the yardstick of its conformance suite. */
import type { Feed, FeedEvent, FeedHandlers } from '../ports/feed.ts';
import type { ProjectChange } from '../shared/types.ts';

export interface MemoryFeedOptions {
  /** Shared by the feeds of several devices. */
  readonly events: FeedEvent[];
  readonly listeners: Set<(event: FeedEvent) => void>;
}

export function memoryFeed(
  { events, listeners }: MemoryFeedOptions = { events: [], listeners: new Set() },
): Feed {
  return {
    async publish(change: ProjectChange) {
      const event = { cursor: events.length + 1, change };
      events.push(event);
      for (const listener of listeners) listener(event);
    },
    subscribe(handlers: FeedHandlers, cursor = events.length) {
      let at = cursor;
      let closed = false;
      /** Asynchronous, as over a wire: nothing is heard before `subscribe` has returned. */
      const catchUp = () =>
        queueMicrotask(() => {
          while (!closed && at < events.length) handlers.onEvent(events[at++] as FeedEvent);
        });
      catchUp();
      queueMicrotask(() => {
        if (!closed) handlers.onConnect();
      });
      listeners.add(catchUp);
      return {
        close: () => {
          closed = true;
          listeners.delete(catchUp);
        },
      };
    },
  };
}
