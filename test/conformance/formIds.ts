/** What every `FormIdLeases` must do. A backend's own test is its set-up and one call of this. */
import type { FormIdLeases, LeaseWish } from '../../src/ports/formIds.ts';

export interface FormIdsStand {
  /** Two people of one project who may push; the first may give back leases of others. */
  readonly formIds: readonly [owner: FormIdLeases, other: FormIdLeases];
  close(): Promise<void>;
}

/** @param make a project without leases, a new one for each test */
export function describeFormIds(name: string, make: () => Promise<FormIdsStand>): void {
  describe(`${name} as a giver of FormIDs`, () => {
    let stand: FormIdsStand;
    let owner: FormIdLeases;
    let other: FormIdLeases;
    beforeEach(async () => {
      stand = await make();
      [owner, other] = stand.formIds;
    });
    afterEach(() => stand.close());

    let made = 0;
    const wish = (changed: Partial<LeaseWish> = {}): LeaseWish => ({
      leaseId: (++made).toString(16).padStart(16, '0'),
      plugin: 'Ünïcode name.esp',
      count: 16,
      free: [{ from: 0x800, to: 0xffffff }],
      ...changed,
    });
    const ranges = async (plugin = 'Ünïcode name.esp') =>
      (await owner.list(plugin))?.map(({ from, to, mine }) => [from, to, mine]);

    test('what one has, the other does not get, and both see it', async () => {
      expect(await ranges()).toEqual([]);
      expect(await owner.lease(wish())).toMatchObject({ from: 0x800, to: 0x80f, mine: true });
      expect(await other.lease(wish({ count: 32 }))).toMatchObject({ from: 0x810, to: 0x82f, mine: true });
      expect(await ranges()).toEqual([
        [0x800, 0x80f, true],
        [0x810, 0x82f, false],
      ]);
      expect(await other.lease(wish({ plugin: 'Other.esp' }))).toMatchObject({ from: 0x800 });
    });

    test('of many at once, none meets another', async () => {
      const given = await Promise.all(
        Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? owner : other).lease(wish())),
      );
      const firsts = given.map((lease) => lease?.from ?? 0).sort((a, b) => a - b);
      expect(firsts).toEqual(Array.from({ length: 40 }, (_, at) => 0x800 + 16 * at));
    });

    test('it keeps to what is free for who asks', async () => {
      await owner.lease(wish({ count: 8 }));
      const free = [
        { from: 0x804, to: 0x810 },
        { from: 0x820, to: 0x82f },
        { from: 0x900, to: 0xfff },
      ];
      expect(await other.lease(wish({ free }))).toMatchObject({ from: 0x820, to: 0x82f });
      expect(await other.lease(wish({ free }))).toMatchObject({ from: 0x900, to: 0x90f });
      expect(await other.lease(wish({ free, count: 9 }))).toMatchObject({ from: 0x808, to: 0x810 });
      await expect(other.lease(wish({ free: [{ from: 0x800, to: 0x80f }] }))).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
      expect(await ranges()).toHaveLength(4);
    });

    test('the same asked again is the same lease, even where its range is no longer free', async () => {
      const first = wish();
      const given = await owner.lease(first);
      expect(await owner.lease(first)).toEqual(given);
      expect(await owner.lease({ ...first, free: [{ from: 0x900, to: 0xfff }] })).toEqual(given);
      expect(await ranges()).toHaveLength(1);
      for (const [who, changed] of [
        [other, {}],
        [owner, { plugin: 'Other.esp' }],
      ] as const)
        await expect(who.lease({ ...first, ...changed })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await ranges()).toHaveLength(1);
    });

    test('spellings of one name are one plugin', async () => {
      await owner.lease(wish());
      expect(await other.lease(wish({ plugin: 'ÜNÏCODE NAME.ESP'.normalize('NFD') }))).toMatchObject({
        from: 0x810,
      });
      expect(await ranges('ünïcode name.Esp')).toHaveLength(2);
    });

    test('what is given back can be had again; by its person, or by who may', async () => {
      const [hers, his] = [wish(), wish()];
      await owner.lease(hers);
      await other.lease(his);
      await expect(other.release(hers.leaseId)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
      await owner.release(his.leaseId);
      await owner.release(hers.leaseId);
      // what is not there is given back already
      await owner.release(hers.leaseId);
      expect(await ranges()).toEqual([]);
      expect(await other.lease(wish())).toMatchObject({ from: 0x800 });
    });

    test('an abort ends a call with ABORTED, and leases nothing', async () => {
      const options = { signal: AbortSignal.abort() };
      const calls = [
        owner.lease(wish(), options),
        owner.list('a.esp', options),
        owner.release('0'.repeat(16), options),
      ];
      for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
      expect(await ranges()).toEqual([]);
    });
  });
}
