/** What every `Locks` must do. A backend's own test is its set-up and one call of this. */
import type { Locks } from '../../src/ports/locks.ts';

export interface LocksStand {
  /** Two people of one project; the first may take locks of others away. */
  readonly locks: readonly [owner: Locks, other: Locks];
  close(): Promise<void>;
}

/** @param make a project without locks, a new one for each test */
export function describeLocks(name: string, make: () => Promise<LocksStand>): void {
  describe(`${name} as a keeper of locks`, () => {
    let stand: LocksStand;
    let owner: Locks;
    let other: Locks;
    beforeEach(async () => {
      stand = await make();
      [owner, other] = stand.locks;
    });
    afterEach(() => stand.close());

    const PATH = 'Data/Ünïcode name.esp';
    const pathsOf = (locks: readonly { readonly path: string }[]) => locks.map(({ path }) => path).sort();

    test('without any, everyone has none', async () => {
      expect(await owner.list()).toEqual([]);
      expect(await owner.verify()).toEqual({ ours: [], theirs: [] });
    });

    test('a lock is seen by everyone, as ours or as theirs, until it is given up', async () => {
      const { lock, isNew } = await other.lock(PATH);
      expect([lock.path, isNew]).toEqual([PATH, true]);
      expect(new Date(lock.lockedAt).getTime()).not.toBeNaN();
      expect(await owner.list()).toEqual([lock]);
      expect(await other.verify()).toEqual({ ours: [lock], theirs: [] });
      expect(await owner.verify()).toEqual({ ours: [], theirs: [lock] });
      await other.unlock(lock.id);
      expect(await owner.list()).toEqual([]);
    });

    test('a path that is locked is answered with the lock that stands', async () => {
      const { lock } = await other.lock(PATH);
      expect(await owner.lock(PATH)).toEqual({ lock, isNew: false });
      expect(await other.lock(PATH)).toEqual({ lock, isNew: false });
      expect(await owner.list()).toEqual([lock]);
    });

    test('of several at once on one path, exactly one is new', async () => {
      const locked = await Promise.all([owner, other, owner, other].map((locks) => locks.lock(PATH)));
      expect(locked.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(locked.map(({ lock }) => lock.id)).size).toBe(1);
    });

    test('asked for one path, it tells of that one alone', async () => {
      for (const path of [PATH, 'b.esp', 'B.esp']) await owner.lock(path);
      expect(pathsOf(await other.list({ path: PATH }))).toEqual([PATH]);
      expect(pathsOf(await other.list({ path: 'b.esp' }))).toEqual(['b.esp']);
      expect(await other.list({ path: 'c.esp' })).toEqual([]);
    });

    test('more than a page of them are all told', async () => {
      const paths = Array.from({ length: 130 }, (_, at) => `file ${String(at).padStart(3, '0')}`);
      for (const [at, path] of paths.entries()) await (at % 2 === 0 ? owner : other).lock(path);
      expect(pathsOf(await owner.list())).toEqual(paths);
      const { ours, theirs } = await owner.verify();
      expect([ours.length, theirs.length]).toEqual([65, 65]);
    });

    test("another's lock is taken away by who may, and only by force", async () => {
      const { lock } = await other.lock(PATH);
      await expect(owner.unlock(lock.id)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
      expect(await other.list()).toEqual([lock]);
      await owner.unlock(lock.id, { force: true });
      expect(await other.list()).toEqual([]);
      const mine = await owner.lock(PATH);
      await expect(other.unlock(mine.lock.id, { force: true })).rejects.toMatchObject({
        code: 'ACCESS_DENIED',
      });
    });

    test('a lock that is gone is NOT_FOUND', async () => {
      const { lock } = await owner.lock(PATH);
      await owner.unlock(lock.id);
      await expect(owner.unlock(lock.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect((await other.lock(PATH)).isNew).toBe(true);
    });

    test('an abort ends a call with ABORTED, and locks nothing', async () => {
      const options = { signal: AbortSignal.abort() };
      const calls = [owner.lock(PATH, options), owner.list({}, options), owner.verify(options)];
      for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
      expect(await owner.list()).toEqual([]);
    });
  });
}
