/** What every `Feed` must do. A backend's own test is its set-up and one call of this. */
import type { Feed, FeedEvent, FeedSubscription } from '../../src/ports/feed.ts';
import type { ProjectId } from '../../src/shared/ids.ts';
import type { ProjectChange } from '../../src/shared/types.ts';

export interface FeedStand {
  readonly projectId: ProjectId;
  /** Two devices of one project. */
  readonly feeds: readonly [Feed, Feed];
  /** Breaks every connection, and lets them come back when what it answers is called. */
  cut?(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Collects what one subscriber hears, and waits for it. */
function listen(feed: Feed, cursor?: number) {
  const heard: (FeedEvent | 'connected' | 'disconnected')[] = [];
  const waiting = new Set<() => void>();
  const note = (one: FeedEvent | 'connected' | 'disconnected') => {
    heard.push(one);
    for (const look of waiting) look();
  };
  const subscription: FeedSubscription = feed.subscribe(
    {
      onEvent: note,
      onConnect: () => note('connected'),
      onDisconnect: () => note('disconnected'),
    },
    cursor,
  );
  const events = () => heard.filter((one) => typeof one !== 'string');
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return {
    heard,
    events,
    messages: () => events().map(({ change }) => change.message),
    count: (what: 'connected' | 'disconnected') => heard.filter((one) => one === what).length,
    connected: (times = 1) => until(() => heard.filter((one) => one === 'connected').length >= times),
    disconnected: () => until(() => heard.includes('disconnected')),
    hears: (count: number) => until(() => events().length >= count),
    close: () => subscription.close(),
  };
}

/** @param make an empty feed, a new one for each test */
export function describeFeed(name: string, make: () => Promise<FeedStand>): void {
  describe(`${name} as a feed`, () => {
    let stand: FeedStand;
    let open: { close(): void }[] = [];
    const listener = (feed: Feed, cursor?: number) => {
      const one = listen(feed, cursor);
      open.push(one);
      return one;
    };
    let made = 0;
    const message = (words: string): ProjectChange => ({
      changeId: `change-${++made}`,
      projectId: stand.projectId,
      kind: 'message',
      author: 'someone',
      timestamp: new Date().toISOString(),
      message: words,
    });

    beforeEach(async () => {
      stand = await make();
    });
    afterEach(async () => {
      for (const one of open) one.close();
      open = [];
      await stand.close();
    });

    test('what one device publishes, every subscriber hears, in order', async () => {
      const [a, b] = [listener(stand.feeds[0]), listener(stand.feeds[1])];
      await Promise.all([a.connected(), b.connected()]);
      for (const words of ['one', 'two', 'three']) await stand.feeds[0].publish(message(words));
      for (const one of [a, b]) {
        await one.hears(3);
        expect(one.messages()).toEqual(['one', 'two', 'three']);
        expect(one.heard[0]).toBe('connected');
      }
      const cursors = b.events().map(({ cursor }) => cursor);
      expect(cursors).toEqual([...cursors].sort((x, y) => x - y));
      expect(new Set(cursors).size).toBe(3);
    });

    test('a new subscriber hears nothing of the past', async () => {
      await stand.feeds[0].publish(message('past'));
      const one = listener(stand.feeds[1]);
      await one.connected();
      await stand.feeds[0].publish(message('present'));
      await one.hears(1);
      expect(one.messages()).toEqual(['present']);
    });

    test('a subscriber that names its cursor is replayed what came after, before it counts as connected', async () => {
      const first = listener(stand.feeds[1]);
      await first.connected();
      for (const words of ['one', 'two', 'three']) await stand.feeds[0].publish(message(words));
      await first.hears(3);
      const again = listener(stand.feeds[1], first.events()[0]!.cursor);
      await again.connected();
      expect(again.messages()).toEqual(['two', 'three']);
      expect(again.heard.at(-1)).toBe('connected');
    });

    test('a long past is replayed whole and in order', async () => {
      const words = Array.from({ length: 230 }, (_, at) => `message ${at}`);
      for (const one of words) await stand.feeds[0].publish(message(one));
      const one = listener(stand.feeds[1], 0);
      await one.connected();
      expect(one.messages()).toEqual(words);
    });

    test('a closed subscription hears nothing more, the others go on', async () => {
      const [gone, here] = [listener(stand.feeds[1]), listener(stand.feeds[1])];
      await Promise.all([gone.connected(), here.connected()]);
      gone.close();
      gone.close();
      await stand.feeds[0].publish(message('one'));
      await here.hears(1);
      expect(gone.events()).toEqual([]);
    });

    test('after a lost connection it comes back by itself, with what was missed', async () => {
      if (!stand.cut) return;
      const one = listener(stand.feeds[1]);
      await one.connected();
      await stand.feeds[0].publish(message('before'));
      await one.hears(1);
      const mend = await stand.cut();
      await one.disconnected();
      await mend();
      await stand.feeds[0].publish(message('while away'));
      await one.connected(2);
      await one.hears(2);
      expect(one.messages()).toEqual(['before', 'while away']);
    });
  });
}
