/** While a conflict waits for a person, what does not conflict arrives all the same. */
import { join } from 'node:path';
import { type CommitId, snapshotId } from '../../src/shared/ids.ts';
import { gitBytes } from '../support/gitCommand.ts';
import { type Person, startTeam } from '../support/team.ts';

const numbered = (...changed: readonly (readonly [number, string])[]) => {
  const all = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
  for (const [at, text] of changed) all[at - 1] = text;
  return `${all.join('\n')}\n`;
};

test('other files of theirs arrive beside an open conflict, again and again, and deciding ends as one merge', async () => {
  const { people } = await startTeam(['alice', 'bob'], {
    'sign.dds': 'base',
    'wall.dds': 'base',
    'gone.dds': 'base',
    'both.txt': numbered(),
  });
  const [alice, bob] = people as [Person, Person];
  alice.write('sign.dds', 'hers');
  alice.write('wall.dds', 'hers 1');
  alice.write('new.dds', 'hers');
  alice.write('both.txt', numbered([3, 'hers']));
  alice.remove('gone.dds');
  bob.write('sign.dds', 'his');
  bob.write('both.txt', numbered([12, 'his']));
  await alice.sync();
  const first = await bob.sync();
  expect(first).toMatchObject({ outcome: 'conflicts', pushed: false, conflicts: [{ path: 'sign.dds' }] });
  expect(first.received.map(({ path }) => path)).toEqual(['both.txt', 'gone.dds', 'new.dds', 'wall.dds']);
  expect(bob.read('wall.dds')).toBe('hers 1');
  expect(bob.read('both.txt')).toBe(numbered([3, 'hers'], [12, 'his']));
  expect(bob.read('sign.dds')).toBe('his');
  const [conflict] = await bob.engine.listConflicts(bob.id);
  expect(conflict).toEqual({
    ...first.conflicts[0],
    base: expect.objectContaining(first.conflicts[0]!.base!),
  });
  expect(bob.git('log', '-1', '--format=%s')).toMatch(/^Take .* from alice.* beside an open conflict\n$/);
  expect(bob.git('status', '--porcelain')).toBe('');
  // nothing new: no further commit
  const head = bob.git('rev-parse', 'HEAD');
  expect((await bob.sync()).received).toEqual([]);
  expect(bob.git('rev-parse', 'HEAD')).toBe(head);

  alice.write('wall.dds', 'hers 2');
  alice.write('both.txt', numbered([3, 'hers again'], [4, 'hers']));
  await alice.sync();
  expect((await bob.sync()).conflicts).toMatchObject([
    { conflictId: conflict!.conflictId, path: 'sign.dds' },
  ]);
  expect(bob.read('wall.dds')).toBe('hers 2');
  expect(bob.read('both.txt')).toBe(numbered([3, 'hers again'], [4, 'hers'], [12, 'his']));
  expect(bob.git('rev-parse', 'HEAD^')).toBe(`${bob.git('rev-parse', `${head.trim()}^`).trim()}\n`);

  const ended = await bob.engine.resolveSyncConflict(conflict!, { use: 'local' });
  expect(ended).toMatchObject({ outcome: 'synced', pushed: true, conflicts: [] });
  expect(bob.git('for-each-ref', 'refs/modsync/conflict', 'refs/modsync/taken')).toBe('');
  expect(bob.git('log', '--format=%s')).not.toContain('Take');
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect(alice.read('sign.dds')).toBe('his');
});

/** An open conflict in `sign.dds`, with `files` besides; Alice's first changes are taken. */
async function waiting(
  files: Readonly<Record<string, string>>,
  hers: Readonly<Record<string, string | undefined>>,
  his: Readonly<Record<string, string | undefined>> = {},
) {
  const { people, relay } = await startTeam(['alice', 'bob'], { 'sign.dds': 'base', ...files });
  const [alice, bob] = people as [Person, Person];
  const change = (person: Person, changes: Readonly<Record<string, string | undefined>>) => {
    for (const [path, content] of Object.entries(changes))
      if (content === undefined) person.remove(path);
      else person.write(path, content);
  };
  /** Alice does this, and both sync. */
  const next = async (changes: Readonly<Record<string, string | undefined>>) => {
    change(alice, changes);
    await alice.sync();
    return await bob.sync();
  };
  change(bob, { 'sign.dds': 'his', ...his });
  const first = await next({ 'sign.dds': 'hers', ...hers });
  expect(first).toMatchObject({ outcome: 'conflicts', pushed: false });
  const open = async () =>
    (await bob.engine.listConflicts(bob.id)).map(({ path, kind }) => `${path} ${kind}`);
  const end = async (use: 'local' | 'remote' = 'local') => {
    const decisions = (await bob.engine.listConflicts(bob.id)).map((conflict) => ({
      conflict,
      resolution: { use },
    }));
    expect(await bob.engine.resolveSyncConflicts(decisions)).toMatchObject({
      outcome: 'synced',
      pushed: true,
    });
    await alice.sync();
    expect(alice.files()).toEqual(bob.files());
    expect(bob.git('for-each-ref', 'refs/modsync/conflict', 'refs/modsync/taken')).toBe('');
    expect(bob.git('status', '--porcelain')).toBe('');
    bob.git('fsck', '--strict');
  };
  const repository = join(relay.dataDir, 'repos', `${alice.id}.git`);
  return { alice, bob, next, open, end, repository };
}

test('what was taken and then deleted, renamed or put back by the others follows them', async () => {
  const { bob, next, open, end } = await waiting(
    { 'a.dds': 'a', 'b.dds': 'b', 'c.dds': 'c', 'd.dds': 'd', 'e.txt': numbered() },
    { 'a.dds': 'A', 'b.dds': 'B', 'c.dds': 'C', 'new.dds': 'N', 'e.txt': numbered([1, 'hers']) },
    { 'e.txt': numbered([20, 'his']) },
  );
  const result = await next({
    'a.dds': undefined,
    'b.dds': undefined,
    'moved/b.dds': 'B',
    'c.dds': 'c',
    'new.dds': undefined,
    'e.txt': undefined,
    'f.txt': numbered([1, 'hers'], [2, 'hers too']),
  });
  expect(result.conflicts.map(({ path }) => path)).toEqual(['sign.dds']);
  expect([...bob.files().keys()].filter((path) => !path.startsWith('.'))).toEqual([
    'c.dds',
    'd.dds',
    'f.txt',
    'moved/b.dds',
    'sign.dds',
  ]);
  expect(bob.read('c.dds')).toBe('c');
  expect(bob.read('f.txt')).toBe(numbered([1, 'hers'], [2, 'hers too'], [20, 'his']));
  expect(await open()).toEqual(['sign.dds both-modified']);
  await end('remote');
  expect(bob.read('sign.dds')).toBe('hers');
});

test('a taken file that both go on with merges, or is a conflict with what was taken as its base', async () => {
  const { bob, next, open, end } = await waiting(
    { 'wall.dds': 'base', 'both.txt': numbered(), 'sure.txt': numbered() },
    { 'wall.dds': 'hers 1', 'both.txt': numbered([3, 'hers']), 'sure.txt': numbered([3, 'hers']) },
  );
  bob.write('wall.dds', 'his 2');
  bob.write('both.txt', numbered([3, 'hers'], [12, 'his']));
  const { conflicts } = await next({
    'wall.dds': 'hers 2',
    'both.txt': numbered([3, 'hers'], [4, 'more of hers']),
    'sure.txt': numbered([3, 'hers again']),
  });
  expect(bob.read('both.txt')).toBe(numbered([3, 'hers'], [4, 'more of hers'], [12, 'his']));
  expect(bob.read('sure.txt')).toBe(numbered([3, 'hers again']));
  expect(await open()).toEqual(['sign.dds both-modified', 'wall.dds both-modified']);
  const [, wall] = conflicts;
  const blob = (id: string | undefined) => bob.git('cat-file', '-p', id ?? '');
  expect(blob(wall?.base?.blobId)).toBe(bob.git('show', 'HEAD~2:wall.dds'));
  expect(wall?.ours?.author?.name).toMatch(/bob/i);
  expect(wall?.theirs?.author?.name).toMatch(/alice/i);
  const [, shown] = await bob.engine.listConflicts(bob.id);
  expect(shown?.base).toMatchObject({ author: { name: expect.stringMatching(/alice/i) } });
  await end('local');
  expect(bob.read('wall.dds')).toBe('his 2');
  expect(bob.read('both.txt')).toBe(numbered([3, 'hers'], [4, 'more of hers'], [12, 'his']));
});

test('where the others settle it by themselves nothing is left to decide, and history is one line', async () => {
  const { alice, bob, next } = await waiting({ 'wall.dds': 'base' }, { 'wall.dds': 'hers' });
  expect(await next({ 'sign.dds': 'his' })).toMatchObject({ outcome: 'up-to-date', conflicts: [] });
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect(bob.git('log', '--format=%s')).not.toContain('Take');
  expect(bob.git('rev-list', '--merges', 'HEAD')).toBe('');
  expect(bob.git('for-each-ref', 'refs/modsync/taken')).toBe('');
});

test('what belongs to a conflict waits with it: both names of a file, a folder, the previs of a plugin', async () => {
  const { bob, open, end } = await waiting(
    {
      'name.dds': 'named',
      'Textures/a.dds': 'a',
      'My.esp': 'no plugin, so taken whole',
      'Vis/My.esp/1.uvd': 'previs',
      'other.dds': 'other',
    },
    {
      'name.dds': undefined,
      'hers.dds': 'named',
      'Textures/a.dds': undefined,
      'textures/a.dds': 'a',
      'My.esp': undefined,
      'Vis/My.esp/1.uvd': 'previs of hers',
      'other.dds': 'hers',
    },
    { 'name.dds': undefined, 'his.dds': 'named', 'Textures/own.dds': 'own', 'My.esp': 'his plugin' },
  );
  expect(await open()).toEqual(
    expect.arrayContaining(['hers.dds rename-rename', 'textures/a.dds case-collision']),
  );
  expect(bob.read('other.dds')).toBe('hers');
  expect(bob.read('Textures/a.dds')).toBe('a');
  expect(bob.read('his.dds')).toBe('named');
  expect(bob.read('My.esp')).toBe('his plugin');
  expect(bob.read('Vis/My.esp/1.uvd')).toBe('previs');
  expect(bob.files().has('hers.dds')).toBe(false);
  await end('local');
});

test('two who save in turn for a week make two commits, and none of them is left in the end', async () => {
  const { bob, next, end } = await waiting(
    { 'wall.dds': 'base', 'both.txt': numbered() },
    { 'wall.dds': 'hers' },
    { 'own.txt': 'his' },
  );
  const subjects = () => bob.git('log', '--format=%s', 'origin/main..').trim().split('\n');
  for (let turn = 1; turn <= 4; turn++) {
    bob.write('own.txt', `his ${turn}`);
    bob.write(`own${turn}.txt`, 'his');
    bob.write('both.txt', numbered([12, `his ${turn}`]));
    await next({ 'wall.dds': `hers ${turn}`, [`new${turn}.dds`]: 'hers' });
    expect(subjects()).toEqual([
      expect.stringMatching(/^Take .* from alice beside an open conflict$/),
      expect.stringMatching(/^(Add|Update) /),
    ]);
    expect(bob.read('own.txt')).toBe(`his ${turn}`);
    expect(bob.read('wall.dds')).toBe(`hers ${turn}`);
  }
  // a person's own words stay where they are
  bob.write('own.txt', 'his words');
  await bob.sync('bidirectional', { message: 'Words of his' });
  await next({ 'wall.dds': 'hers at last' });
  expect(subjects()).toEqual([
    expect.stringMatching(/^Take/),
    'Words of his',
    expect.stringMatching(/^Take/),
    expect.anything(),
  ]);
  await end('remote');
  expect(bob.read('both.txt')).toBe(numbered([12, 'his 4']));
  expect(bob.read('own.txt')).toBe('his words');
  expect(bob.files().has('own3.txt')).toBe(true);
});

test('what is decided already stays decided while more arrives, and waits for the rest', async () => {
  const { bob, next, open, end } = await waiting(
    { 'a.dds': 'base', 'both.txt': numbered(), 'wall.dds': 'base' },
    { 'a.dds': 'hers', 'both.txt': numbered([1, 'her own'], [5, 'hers'], [10, 'hers']), 'wall.dds': 'hers' },
    { 'a.dds': 'his', 'both.txt': numbered([5, 'his'], [10, 'his'], [20, 'his own']) },
  );
  const conflicts = await bob.engine.listConflicts(bob.id);
  const named = (path: string) => conflicts.find((conflict) => conflict.path === path)!;
  await bob.engine.resolveSyncConflict(named('a.dds'), { use: 'remote' });
  await bob.engine.resolveSyncConflict(named('both.txt'), { hunks: { 1: 'both' } });
  await next({ 'wall.dds': 'hers 2', 'new.dds': 'hers' });
  expect(bob.read('wall.dds')).toBe('hers 2');
  expect(bob.read('a.dds')).toBe('his');
  expect(bob.read('both.txt')).toBe(numbered([5, 'his'], [10, 'his'], [20, 'his own']));
  expect((await open()).sort()).toEqual(['both.txt both-modified', 'sign.dds both-modified']);
  await bob.engine.resolveSyncConflict(named('both.txt'), { hunks: { 2: 'remote' } });
  await next({ 'wall.dds': 'hers 3' });
  expect(await open()).toEqual(['sign.dds both-modified']);
  expect(bob.read('both.txt')).toBe(numbered([5, 'his'], [10, 'his'], [20, 'his own']));
  await end('local');
  expect(bob.read('a.dds')).toBe('hers');
  expect(bob.read('sign.dds')).toBe('his');
  expect(bob.read('wall.dds')).toBe('hers 3');
  expect(bob.read('both.txt')).toBe(
    numbered([1, 'her own'], [5, 'his\nhers'], [10, 'hers'], [20, 'his own']),
  );
  const [last] = await bob.engine.getProjectHistory(bob.id, { conflicts: true });
  expect(last?.decided?.map(({ path, how }) => `${path} ${how}`).sort()).toEqual([
    'a.dds remote',
    'both.txt inside',
    'sign.dds local',
  ]);
});

test('an editor that had a file open when a take brought it does not undo what came', async () => {
  const { bob, next, open, end } = await waiting(
    { 'Quest.psc': numbered() },
    { 'Quest.psc': numbered([3, 'hers']) },
  );
  expect(bob.read('Quest.psc')).toBe(numbered([3, 'hers']));
  // it still has the old text
  bob.write('Quest.psc', numbered([15, 'his']));
  await next({ 'new.dds': 'hers' });
  expect(bob.read('Quest.psc')).toBe(numbered([3, 'hers'], [15, 'his']));
  expect(await open()).toEqual(['sign.dds both-modified']);
  await end('remote');
  expect(bob.read('Quest.psc')).toBe(numbered([3, 'hers'], [15, 'his']));
});

test('nothing is taken where .gitattributes itself is the question', async () => {
  const assets = '*.dds filter=lfs diff=lfs merge=lfs -text\n';
  const { bob, open, end } = await waiting(
    { 'wall.dds': 'base' },
    { '.gitattributes': `${assets}*.hers text\n`, 'wall.dds': 'hers' },
    { '.gitattributes': `${assets}*.his text\n` },
  );
  expect(await open()).toEqual(['.gitattributes both-modified', 'sign.dds both-modified']);
  expect(bob.read('wall.dds')).toBe('base');
  await end('local');
  expect(bob.read('wall.dds')).toBe('hers');
});

test('killed between the branch and the ref of its base, the next run sets the ref', async () => {
  const { bob, next, end } = await waiting({ 'wall.dds': 'base' }, { 'wall.dds': 'hers 1' });
  const ref = 'refs/modsync/taken/main';
  const [id, to, from] = [ref, 'HEAD', 'HEAD^'].map((name) => bob.git('rev-parse', name).trim());
  bob.git('update-ref', '-d', ref);
  bob.write(
    '.git/modsync/journal.json',
    JSON.stringify({ branch: 'refs/heads/main', from, to, reason: 'modsync: take', beside: { ref, id } }),
  );
  const { conflicts } = await next({ 'wall.dds': 'hers 2' });
  expect(conflicts.map(({ path }) => path)).toEqual(['sign.dds']);
  expect(bob.read('wall.dds')).toBe('hers 2');
  await end('local');
});

test('what the others withdrew by rewriting their history is not brought back', async () => {
  const { alice, bob, open, repository } = await waiting(
    { 'a.txt': 'a\n', 'wall.dds': 'base' },
    { 'withdrawn.txt': 'not meant for anyone\n', 'wall.dds': 'hers' },
  );
  bob.write('own.txt', 'his');
  await bob.sync();
  expect(bob.files().has('withdrawn.txt')).toBe(true);
  alice.git('reset', '-q', '--hard', 'HEAD~1');
  alice.write('a.txt', 'hers\n');
  alice.git('-c', 'user.name=alice', '-c', 'user.email=a@x', 'commit', '--no-verify', '-q', '-am', 'Again');
  gitBytes(repository, ['fetch', '-q', alice.folder, '+main:main']);
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', pushed: true, conflicts: [] });
  expect(await open()).toEqual([]);
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect(bob.files().has('withdrawn.txt')).toBe(false);
  expect([bob.read('wall.dds'), bob.read('sign.dds'), bob.read('own.txt')]).toEqual(['base', 'his', 'his']);
});

test('stock git in the middle of it loses nothing: opened, aborted, merged by git, reset, reverted', async () => {
  const { alice, bob, next, open } = await waiting(
    { 'wall.dds': 'base', 'both.txt': numbered() },
    { 'wall.dds': 'hers', 'both.txt': numbered([3, 'hers']) },
    { 'both.txt': numbered([12, 'his']) },
  );
  const before = bob.files();
  const { paths } = await bob.engine.openMerge(bob.id);
  expect(paths).toEqual(['sign.dds']);
  expect(bob.git('ls-files', '-u').split('\n').filter(Boolean)).toHaveLength(3);
  bob.git('merge', '--abort');
  expect(bob.files()).toEqual(before);
  expect(await open()).toEqual(['sign.dds both-modified']);

  // back to before the take: it comes again
  bob.git('reset', '-q', '--hard', 'HEAD~1');
  expect(bob.read('wall.dds')).toBe('base');
  expect(await open()).toEqual(['sign.dds both-modified']);
  await next({ 'wall.dds': 'hers 2' });
  expect(bob.read('wall.dds')).toBe('hers 2');
  expect(bob.read('both.txt')).toBe(numbered([3, 'hers'], [12, 'his']));

  // an old snapshot, brought back: what was taken is not undone for everyone
  const below = bob.git('rev-parse', 'HEAD~1').trim() as CommitId; // as git prints it
  await bob.engine.restoreSnapshot(snapshotId(bob.id, below));
  expect(bob.read('wall.dds')).toBe('base');
  await next({ 'more.dds': 'more' });
  expect(bob.read('wall.dds')).toBe('hers 2');
  expect(bob.read('more.dds')).toBe('more');

  // git's own merge
  try {
    bob.git('-c', 'merge.conflictStyle=merge', 'merge', '-q', 'origin/main');
  } catch {
    // it conflicts
  }
  bob.git('checkout', '--theirs', 'sign.dds');
  bob.git('add', '-A');
  bob.git('commit', '-q', '-m', 'Merged by hand');
  expect(await bob.sync()).toMatchObject({ outcome: 'synced', pushed: true });
  await alice.sync();
  expect(alice.files()).toEqual(bob.files());
  expect(bob.read('sign.dds')).toBe('hers');
  expect(bob.read('wall.dds')).toBe('hers 2');
  expect(bob.git('for-each-ref', 'refs/modsync/taken')).toBe('');
});
