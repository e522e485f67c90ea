/** The removal of what nothing needs, beside people who are about to need it. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verify } from '../../src/relay/index.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { cloneWith } from '../support/relay.ts';
import { age, assetPath, commitPointers, download, oidOf, shared, upload } from '../support/sharedProject.ts';
import { SOAK, sampled } from '../support/soak.ts';

const ROUNDS = sampled(2, 3);

test('what nothing reaches goes when the grace period has passed, and nothing else', async () => {
  const made = await shared('Collected', { graceDays: 1 });
  const { relay, project, clone, push } = made;
  const [kept, dropped, young, deep] = [randomBytes(10), randomBytes(20), randomBytes(30), randomBytes(40)];
  await push('main', [kept]);
  await push('topic', [dropped]);
  // in the history of a branch, not at its head
  await push('deep', [deep]);
  await clone.git('rm', '-q', '-r', '.');
  await clone.git('commit', '-q', '-m', 'Removed', '--allow-empty');
  await clone.git('push', '-q', 'origin', 'HEAD:refs/heads/deep');
  await upload(relay, project, young);
  await clone.git('push', '-q', 'origin', ':topic');
  const all = [kept, dropped, deep].map(oidOf);

  // unreached since a moment ago: all of it stays, however old
  for (const oid of all) await utimes(assetPath(relay.dataDir, project, oid), 1, 1);
  expect(await relay.relay.runUpkeep()).toMatchObject({ projects: 1, failed: 0, assets: 0, waiting: 2 });
  await age(made, all);
  expect(await relay.relay.runUpkeep()).toMatchObject({ assets: 1, bytes: 20, waiting: 1 });
  const left = await Promise.all(
    [kept, dropped, young, deep].map((bytes) => download(relay, project, oidOf(bytes))),
  );
  expect(left).toEqual([200, 404, 200, 200]);
  expect((await verify(relay.dataDir)).problems).toEqual([]);
  // a client that still has it can push it again
  await push('topic', [dropped]);
  expect((await verify(relay.dataDir)).problems).toEqual([]);
});

test('an asset that a client was just told is here stays', async () => {
  const made = await shared('Claimed', { graceDays: 1 });
  const { relay, project, push } = made;
  const bytes = randomBytes(64);
  await upload(relay, project, bytes);
  await age(made, [oidOf(bytes)]);
  await upload(relay, project, bytes);
  expect(await relay.relay.runUpkeep()).toMatchObject({ assets: 0, waiting: 1 });
  await push('main', [bytes]);
  expect((await verify(relay.dataDir)).problems).toEqual([]);
});

test('objects that no ref reaches go; packs and loose objects become one pack', async () => {
  const { relay, project, clone } = await shared('Packed', { graceDays: 0 });
  await clone.git('commit', '-q', '--allow-empty', '-m', 'Gone');
  const gone = await clone.git('rev-parse', 'HEAD');
  await clone.git('push', '-q', 'origin', 'HEAD:refs/heads/gone');
  await clone.git('push', '-q', 'origin', ':gone');
  const repository = join(relay.dataDir, 'repos', `${project}.git`);
  expect(await relay.relay.runUpkeep()).toMatchObject({ failed: 0 });
  const packs = await readdir(join(repository, 'objects', 'pack'));
  expect(packs.filter((name) => name.endsWith('.pack'))).toHaveLength(1);
  const other = await cloneWith(`${relay.url}/${project}.git`, relay.ownerToken);
  expect((await other.tryGit('fetch', '-q', 'origin', gone)).code).not.toBe(0);
});

test('pushes raced by the removal of objects, without any grace, land whole or are refused', async () => {
  const { relay, clone } = await shared('Objects raced', { graceDays: 0 });
  for (let round = 0; round < ROUNDS; round++) {
    await clone.git('checkout', '-q', '--detach', 'origin/main');
    await clone.write(`file ${round % 2}.txt`, `content ${round % 2}`);
    await clone.git('add', '-A');
    await clone.git(
      'commit',
      '-q',
      '-m',
      `Round ${round % 2}`,
      '--date',
      '2026-01-01T00:00:00Z',
      '--allow-empty',
    );
    const pushes = Array.from({ length: 4 }, (_, i) =>
      clone.tryGit('push', '-q', '--force', 'origin', `HEAD:refs/heads/b${i}`),
    );
    const collecting = relay.relay.runUpkeep();
    await Promise.all(pushes);
    // without a grace period git may meet half-received objects that go away under it: the next run mends that
    if ((await collecting).failed > 0) expect((await relay.relay.runUpkeep()).failed).toBe(0);
    expect((await verify(relay.dataDir)).problems).toEqual([]);
    for (let i = 0; i < 4; i++) await clone.tryGit('push', '-q', 'origin', `:refs/heads/b${i}`);
  }
  // how many land while they are raced is chance; undisturbed, it does
  expect((await clone.tryGit('push', '-q', '--force', 'origin', 'HEAD:refs/heads/last')).code).toBe(0);
});

/** A window between two steps of the relay, held open: a git that stops at one command until it is let go. */
async function heldGit(command: 'of the removal' | 'of a push') {
  const folder = temporaryFolder('held-git');
  const [at, go] = [join(folder, 'at'), join(folder, 'go')];
  execFileSync('mkfifo', [at, go]);
  const git = join(folder, 'git');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  // both list pointers; a push says on stdin from where
  const [one, other] = command === 'of a push' ? ['hold', 'pass'] : ['pass', 'hold'];
  await writeFile(
    git,
    `#!/bin/sh
pass() { :; }
hold() { echo >'${at}'; read -r _ <'${go}'; }
case "$*" in
*rev-list*--objects*--stdin*) ${one} ;;
*rev-list*--objects*) ${other} ;;
esac
exec '${real}' "$@"
`,
    { mode: 0o755 },
  );
  return {
    gitPath: git,
    /** Resolves when it has stopped there. */
    held: () => readFile(at),
    letGo: () => writeFile(go, '\n'),
  };
}

const onUnix = process.platform === 'win32' ? test.skip : test;

onUnix.each([0, 1])(
  'what is needed again while it is being looked for stays: told of, sent, or pushed (%i days of grace)',
  async (graceDays) => {
    const { gitPath, held, letGo } = await heldGit('of the removal');
    const made = await shared('Window', { graceDays, gitPath });
    const { relay, project, clone } = made;
    const [told, sent, pushed, unused] = [1, 2, 3, 4].map((size) => randomBytes(size * 100)) as [
      Buffer<ArrayBuffer>,
      Buffer<ArrayBuffer>,
      Buffer<ArrayBuffer>,
      Buffer<ArrayBuffer>,
    ];
    const all = [told, sent, pushed, unused];
    for (const bytes of all) await upload(relay, project, bytes);
    await age(made, all.map(oidOf));

    const collecting = relay.relay.runUpkeep();
    await held();
    expect(await upload(relay, project, told)).toBe(false);
    const put = await relay.request(`/assets/${project}/${oidOf(sent)}`, {
      method: 'PUT',
      token: relay.ownerToken,
      body: sent,
    });
    expect(put.status).toBe(200);
    await commitPointers(clone, [pushed]);
    await clone.git('push', '-q', 'origin', 'HEAD:refs/heads/pushed');
    await letGo();
    expect(await collecting).toMatchObject({ failed: 0, assets: 1, bytes: unused.length });

    await commitPointers(clone, [told, sent]);
    await clone.git('push', '-q', 'origin', 'HEAD:refs/heads/told');
    expect((await verify(relay.dataDir)).problems).toEqual([]);
  },
);

onUnix('the removal waits for a push that has been checked and has not landed', async () => {
  const { gitPath, held, letGo } = await heldGit('of a push');
  const made = await shared('Checked', { graceDays: 0, gitPath, requireAssets: false });
  const { relay, project, clone } = made;
  const again = await relay.restart({ requireAssets: true });
  const bytes = randomBytes(100);
  await upload(again, project, bytes);
  await age(made, [oidOf(bytes)]);
  await commitPointers(clone, [bytes]);
  const url = (await clone.git('remote', 'get-url', 'origin')).replace(
    /:\d+\//,
    `:${new URL(again.url).port}/`,
  );
  const pushing = clone.git('push', '-q', url, 'HEAD:refs/heads/waiting');
  await held();
  let over = false;
  const collecting = again.relay.runUpkeep().finally(() => {
    over = true;
  });
  // whoever asks is answered meanwhile, again and again, and the removal has not begun
  for (let i = 0; i < 20; i++) expect(await download(again, project, oidOf(bytes))).toBe(200);
  expect(over).toBe(false);
  await letGo();
  await pushing;
  expect(await collecting).toMatchObject({ failed: 0, assets: 0 });
  expect((await verify(again.dataDir)).problems).toEqual([]);
});

test('what was acknowledged and is gone before its push is asked for again: the push is refused, nothing dangles', async () => {
  const { relay, project, clone } = await shared('Gone', { graceDays: 0 });
  const bytes = randomBytes(100);
  await upload(relay, project, bytes);
  expect(await relay.relay.runUpkeep()).toMatchObject({ assets: 1 });
  await commitPointers(clone, [bytes]);
  const push = () => clone.tryGit('push', '-q', 'origin', 'HEAD:refs/heads/late');
  expect((await push()).error).toContain(oidOf(bytes).slice(0, 12));
  expect(await clone.git('ls-remote', 'origin', 'refs/heads/late')).toBe('');
  expect(await upload(relay, project, bytes)).toBe(true);
  expect((await push()).code).toBe(0);
  expect((await verify(relay.dataDir)).problems).toEqual([]);
});

test('raced without any grace by people who upload, push and delete: never a dangling pointer', async () => {
  const { relay, project, clone } = await shared('Raced', { graceDays: 0 });
  // few, so that most uploads hear that it is here already
  const pool = Array.from({ length: 6 }, () => randomBytes(500));
  const outcomes = { landed: 0, refused: 0, known: 0, removed: 0, collected: 0 };
  let working = 3;
  const person = async (at: number) => {
    const random = randomFrom(at);
    const own = await cloneWith(await clone.git('remote', 'get-url', 'origin'), relay.ownerToken);
    for (let round = 0; round < ROUNDS; round++) {
      const pick = pool.filter(() => random() < 0.4);
      for (const bytes of pick) if (!(await upload(relay, project, bytes))) outcomes.known++;
      await commitPointers(own, pick);
      const { code, error } = await own.tryGit(
        'push',
        '-q',
        '--force',
        'origin',
        `HEAD:refs/heads/person-${at}`,
      );
      if (code === 0) outcomes.landed++;
      else {
        expect(error).toMatch(/does not have/);
        outcomes.refused++;
      }
      if (random() < 0.5) await own.tryGit('push', '-q', 'origin', `:refs/heads/person-${at}`);
    }
    working--;
  };
  const collecting = async () => {
    while (working > 0) {
      const { assets, failed } = await relay.relay.runUpkeep();
      outcomes.removed += assets;
      outcomes.collected++;
      if (failed > 0) expect((await relay.relay.runUpkeep()).failed).toBe(0);
      expect((await verify(relay.dataDir)).problems).toEqual([]);
    }
  };
  await Promise.all([collecting(), ...[0, 1, 2].map(person)]);
  expect((await verify(relay.dataDir)).problems).toEqual([]);
  expect(outcomes.landed + outcomes.refused).toBe(3 * ROUNDS);
  expect(outcomes.collected).toBeGreaterThan(0);
  // how many land while it is collected without end is chance; undisturbed, each does
  const [last] = pool;
  if (!last) throw new Error('The pool is not empty');
  await upload(relay, project, last);
  await commitPointers(clone, [last]);
  expect((await clone.tryGit('push', '-q', 'origin', 'HEAD:refs/heads/last')).code).toBe(0);
  expect(await readdir(join(relay.dataDir, 'temporary'))).toEqual([]);
  if (SOAK > 1) console.log(JSON.stringify(outcomes));
});
