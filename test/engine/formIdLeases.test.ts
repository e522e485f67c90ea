/** Leases of object ids at a real relay: two people at once, answers that got lost, a relay that is away, old or restored. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { backends } from '../../src/backends/index.ts';
import { leaseFormIds } from '../../src/engine/formIds/lease.ts';
import { Project } from '../../src/engine/project/Project.ts';
import { nodeHost } from '../../src/index.ts';
import type { FormIdLeases, GivenLease } from '../../src/ports/index.ts';
import { backUp, restore } from '../../src/relay/index.ts';
import { overlaps } from '../../src/shared/idRanges.ts';
import { temporaryFolder } from '../support/host.ts';
import { group, misc, plugin } from '../support/pluginBuilder.ts';
import { startTestRelay } from '../support/relay.ts';
import { type Person, startTeam, startTeamAt } from '../support/team.ts';

/** With a record of its own for each object id. */
const mod = (...ids: readonly number[]) =>
  plugin(
    [
      group(
        0,
        'MISC',
        ids.map((id) => misc(0x01000000 + id, 1)),
      ),
    ],
    { masters: ['Fallout4.esm'] },
  );
const FILES = { 'My.esp': mod(0x800) };
const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);

const leaseOf = ({ engine, id }: Person, count?: number) => engine.formIds.lease(id, 'My.esp', { count });

async function at(person: Person, url: string) {
  const host = nodeHost({ home: person.home, environment: { USER: person.name } });
  const remote = await backends.connect(host, {
    backend: 'self-hosted',
    url: `${url}/${person.id}.git`,
    device: 'x',
  });
  if (!remote.formIds) throw new Error('a relay gives out FormIDs');
  return { formIds: remote.formIds, project: await Project.find(host, person.folder) };
}
const known = async (formIds: FormIdLeases) =>
  ((await formIds.list('My.esp')) ?? []).map(({ leaseId, from, to }) => ({ leaseId, from, to }));
/** No two of them have an object id in common. */
const areApart = (all: readonly { readonly from: number; readonly to: number }[]) =>
  all.every((one, n) => all.slice(0, n).every((other) => !overlaps(one, other)));

test('two people who lease at the same moment never get the same, and the project notes what the relay gave', async () => {
  const { relay, people } = await startTeam(['alice', 'bob'], FILES);
  const [alice, bob] = people as [Person, Person];
  const all = [];
  for (let round = 0; round < 2 * SOAK; round++) {
    const both = await Promise.all([leaseOf(alice, 32), leaseOf(bob, 48)]);
    expect(both).toMatchObject([
      { by: 'relay', sure: true },
      { by: 'relay', sure: true },
    ]);
    all.push(...both);
  }
  expect(areApart(all)).toBe(true);
  await alice.sync();
  await bob.sync();
  expect(bob.read('.modsync.json')).toBe(alice.read('.modsync.json'));
  const noted = (await bob.engine.formIds.check(bob.id)).plugins[0]?.leases ?? [];
  const { formIds } = await at(alice, relay.url);
  const byFirst = (a: { from: number }, b: { from: number }) => a.from - b.from;
  expect(noted.map(({ leaseId, from, to }) => ({ leaseId, from, to })).sort(byFirst)).toEqual(
    await known(formIds),
  );
});

test('a command that was cut short gets its lease when it is run again, and what it cannot use goes back', async () => {
  const { relay, people } = await startTeam(['alice'], FILES);
  const [alice] = people as [Person];
  const { formIds, project } = await at(alice, relay.url);
  const cutShort: FormIdLeases = {
    ...formIds,
    lease: async (wish) => {
      await formIds.lease(wish);
      throw new Error('killed');
    },
  };
  const tries = () =>
    leaseFormIds(project, 'My.esp', { count: 16 }, { sync: async () => true, formIds: cutShort });
  for (let run = 0; run < 3; run++) await expect(tries()).rejects.toThrow('killed');
  const [first] = await known(formIds);
  expect(await leaseOf(alice, 16)).toMatchObject({ ...first, by: 'relay' });
  expect(await known(formIds)).toHaveLength(1);

  // of another size it is another wish: the range of the first goes back
  await expect(tries()).rejects.toThrow('killed');
  expect(await known(formIds)).toHaveLength(2);
  const other = await leaseOf(alice, 20);
  expect(other).toMatchObject({ from: 0x811, to: 0x824 });
  expect(await known(formIds)).toHaveLength(2);

  // a record has come into it meanwhile
  await expect(tries()).rejects.toThrow('killed');
  alice.write('My.esp', mod(0x800, 0x826));
  expect(await leaseOf(alice, 16)).toMatchObject({ from: 0x827, to: 0x836 });
  expect(await known(formIds)).toHaveLength(3);
});

test('without a way to the relay the project alone has the lease; once both are there, the relay’s counts', async () => {
  const { relay, people } = await startTeamAt(await startTestRelay(), ['alice', 'bob'], FILES);
  const [alice, bob] = people as [Person, Person];
  await relay.relay.close();
  const offline = await leaseOf(alice);
  expect(offline).toMatchObject({ from: 0x801, sure: false });
  expect(offline.by).toBeUndefined();
  await relay.restart({ port: Number(new URL(relay.url).port) });
  // he cannot know of hers
  expect(await leaseOf(bob)).toMatchObject({ from: 0x801, by: 'relay', sure: true });
  await alice.sync();
  expect((await alice.engine.formIds.check(alice.id)).findings).toMatchObject([
    {
      state: 'warning',
      message: expect.stringMatching(/^alice leased .* after bob had .* alice should lease again\.$/i),
    },
  ]);
  expect(await leaseOf(alice)).toMatchObject({ from: 0x901, by: 'relay', standing: false });
  expect(await leaseOf(alice)).toMatchObject({ from: 0x901, standing: true });
  expect(await leaseOf(bob)).toMatchObject({ from: 0x801, standing: true });
});

test('a relay that gives none out, or nonsense, leaves it to the project', async () => {
  const { relay, people } = await startTeam(['alice'], FILES);
  const [alice] = people as [Person];
  const { formIds, project } = await at(alice, relay.url);
  const lie = (changed: Partial<GivenLease>): FormIdLeases['lease'] => {
    return async (wish) => {
      const given = await formIds.lease(wish);
      return given && { ...given, ...changed };
    };
  };
  const none: FormIdLeases['lease'][] = [
    async () => undefined,
    lie({ from: 0x800 }),
    lie({ from: 0x100, to: 0x10f }),
    lie({ to: 0xffffff }),
    lie({ from: 0xffffff, to: 0x800 }),
  ];
  for (const lease of none) {
    const context = { sync: () => alice.sync().then(() => true), formIds: { ...formIds, lease } };
    const leased = await leaseFormIds(project, 'My.esp', { count: 16 }, context);
    expect([leased.by, leased.sure, leased.to - leased.from]).toEqual([undefined, true, 15]);
  }
  expect(areApart((await alice.engine.formIds.check(alice.id)).plugins[0]?.leases ?? [])).toBe(true);
});

test('a relay that was restored from before a lease does not give it out again', async () => {
  const { relay, people } = await startTeamAt(await startTestRelay(), ['alice', 'bob'], FILES);
  const [alice, bob] = people as [Person, Person];
  const target = temporaryFolder('backup');
  await backUp(relay.dataDir, target);
  const hers = await leaseOf(alice);
  expect(hers).toMatchObject({ from: 0x801, by: 'relay' });
  await relay.relay.close();
  const dataDir = join(temporaryFolder('restored'), 'data');
  await restore(target, dataDir);
  await relay.restart({ dataDir, port: Number(new URL(relay.url).port) });
  const { formIds } = await at(bob, relay.url);
  expect(await known(formIds)).toEqual([]);
  await alice.sync();
  expect(areApart([hers, await leaseOf(bob)])).toBe(true);
  expect(await leaseOf(alice)).toMatchObject({ leaseId: hers.leaseId, standing: true });
});

test('two machines of one person have a range each, and neither warns of the other’s', async () => {
  const { people } = await startTeam(['alice', 'alice'], FILES);
  const [desk, laptop] = people as [Person, Person];
  const [one, two] = [await leaseOf(desk), await leaseOf(laptop)];
  expect(areApart([one, two])).toBe(true);
  expect([await leaseOf(desk), await leaseOf(laptop)]).toMatchObject([
    { leaseId: one.leaseId, standing: true },
    { leaseId: two.leaseId, standing: true },
  ]);
  desk.write('My.esp', mod(0x800, two.from));
  expect((await desk.sync()).warnings).toEqual([]);
});

test('a plugin that was renamed keeps the ranges that were leased before', async () => {
  const { people } = await startTeam(['alice', 'bob'], FILES);
  const [alice, bob] = people as [Person, Person];
  const before = await leaseOf(alice);
  renameSync(join(alice.folder, 'My.esp'), join(alice.folder, 'Mine.esp'));
  await alice.sync();
  const after = await bob.engine.formIds.lease(bob.id, 'Mine.esp');
  expect(areApart([before, after])).toBe(true);
});

test('what is given back can be leased again, by its person or the owner, also of a plugin that is gone', async () => {
  const { relay, people } = await startTeam(['alice', 'bob'], FILES);
  const [alice, bob] = people as [Person, Person];
  const hers = await leaseOf(alice);
  const his = await leaseOf(bob);
  await expect(bob.engine.formIds.release(bob.id, 'My.esp', hers.leaseId)).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
  });
  expect(await bob.engine.formIds.release(bob.id, 'My.esp')).toMatchObject([{ leaseId: his.leaseId }]);
  await expect(bob.engine.formIds.release(bob.id, 'My.esp')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await leaseOf(bob)).toMatchObject({ from: his.from });
  await alice.sync();
  alice.remove('My.esp');
  await alice.sync();
  await bob.sync();
  const [again] = await bob.engine.formIds.release(bob.id, 'my.ESP');
  expect(again).toMatchObject({ from: his.from });
  await alice.engine.formIds.release(alice.id, 'My.esp', hers.leaseId);
  const { formIds } = await at(alice, relay.url);
  expect(await known(formIds)).toEqual([]);
  for (const count of [0, -1, 1.5, 1e9])
    await expect(leaseOf(alice, count)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
