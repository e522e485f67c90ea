/** A team at GitHub: what one saves is with the others at once, through a relay that follows, or by looking. */
import { readFileSync } from 'node:fs';
import { bytesOf } from '../support/assets.ts';
import { type GitHubTeam, startGitHubTeam } from '../support/github/team.ts';
import { deliverWebhooks, type Webhooks } from '../support/github/webhooks.ts';
import { type Modder, Running, startRelayProcess, until } from '../support/processes.ts';
import { converged, expectHealthy } from '../support/workingCopies.ts';

const files = { 'Scripts/Source/User/Quest.psc': 'ScriptName Quest\r\n' };
const script = 'Scripts/Source/User/Quest.psc';
/** Seconds: no test waits for a look. */
const SELDOM = '86400';

let team: GitHubTeam;
let webhooks: Webhooks;
let ann: Modder;
let ben: Modder;

/** One team for all: each test says who tells it of changes. */
beforeAll(async () => {
  team = await startGitHubTeam(['ann', 'ben'], files);
  [ann, ben] = team.people as [Modder, Modder];
  webhooks = deliverWebhooks(team.github);
});

async function watchSeldom(modder: Modder): Promise<Running> {
  const watching = new Running(['watch', '--interval', SELDOM, '-C', modder.folder], { env: modder.env });
  await watching.next(`${modder.name} is online`, ({ type }) => type === 'online');
  return watching;
}

test('without a relay, looks that find nothing are answered 304, and a push is found', async () => {
  const before = team.github.asked.length;
  const watch = new Running(['watch', '--interval', '1', '-C', ben.folder], { env: ben.env });
  await watch.next('ben is online', ({ type }) => type === 'online');
  const looks = () =>
    team.github.asked
      .slice(before)
      .filter(({ path, login, status }) => path.includes('matching-refs') && login === 'ben' && status !== 0);
  await until('three looks', () => looks().length >= 6);
  expect(
    looks()
      .slice(0, 6)
      .map(({ status }) => status),
  ).toEqual([200, 200, 304, 304, 304, 304]);
  ann.write(script, 'found\r\n');
  await ann.modsync('sync');
  await until('Ben has it', () => ben.tryRead(script)?.toString() === 'found\r\n');
  expect(await watch.end()).toBe(0);
});

test('what one saves is pushed to GitHub, GitHub tells the relay, and the other copy is updated', async () => {
  const { github, repository } = team;
  const relay = await startRelayProcess();
  await ann.modsync('login', relay.url, '--token', relay.ownerToken);
  const followed = await ann.modsync('follow', repository, '--relay', relay.url);
  expect(followed).toEqual({
    repository,
    heard: true,
    relay: relay.url,
    settingsUrl: `${github.url}/${repository}/settings/hooks`,
  });
  await ann.modsync('sync');
  await ben.modsync('sync');
  expect(JSON.parse(ben.read('.modsync.json')).hints).toEqual({
    relay: relay.url,
    key: expect.stringMatching(/^msf_/),
  });

  const { findings } = await ben.modsync('doctor');
  expect(findings).toContainEqual({
    check: 'hints',
    state: 'good',
    message: `${relay.url} tells of changes at once`,
  });

  const watching = await Promise.all([ann, ben].map(watchSeldom));
  ann.write(script, 'ScriptName Quest extends Form\r\n');
  ann.write('Textures/snow.dds', bytesOf('snow', 50_000));
  await until('Ben has what Ann saved', () => ben.tryRead(script)?.toString().includes('extends Form'));
  await until('and the texture', () => ben.tryRead('Textures/snow.dds')?.equals(bytesOf('snow', 50_000)));
  ben.write('Textures/rain.dds', bytesOf('rain', 50_000));
  await until('Ann has what Ben saved', () =>
    ann.tryRead('Textures/rain.dds')?.equals(bytesOf('rain', 50_000)),
  );
  // by stock git, too
  const changes = (at: number) => watching[at]?.events.filter(({ type }) => type === 'remote-change') ?? [];
  await until('hints name who pushed', () =>
    changes(1).some(({ change }) => (change as { author: string }).author === 'ann'),
  );
  await webhooks.idle();
  expect(webhooks.delivered.map(({ status }) => status)).toEqual(webhooks.delivered.map(() => 200));
  // what a device pushes itself is no news to it
  expect(changes(0).some(({ change }) => (change as { author: string }).author === 'ann')).toBe(false);
  for (const watch of watching) expect(await watch.end()).toBe(0);
  await converged([ann, ben]);
  for (const one of [ann, ben]) await expectHealthy(one);

  await ann.modsync('unfollow');
  await ann.modsync('sync');
  expect(JSON.parse(ann.read('.modsync.json')).hints).toBeUndefined();
  const hooks = await github.request('ann', `/repos/${repository}/hooks`);
  expect(await hooks.json()).toEqual([]);
  // no token is where others see it
  for (const { env } of [ann, ben])
    for (const one of [ann, ben])
      expect(readFileSync(one.path('.git', 'config'), 'utf8') + one.read('.modsync.json')).not.toContain(
        env.GITHUB_TOKEN,
      );
});

test('a relay that is away costs time and nothing else', async () => {
  const relay = await startRelayProcess();
  await ann.modsync('login', relay.url, '--token', relay.ownerToken);
  await ann.modsync('follow', '--relay', relay.url);
  await ann.modsync('sync');
  await ben.modsync('sync');
  const watch = new Running(['watch', '--interval', '1', '-C', ben.folder], { env: ben.env });
  await watch.next('ben is online', ({ type }) => type === 'online');
  await relay.kill();
  ann.write(script, 'one\r\n');
  await ann.modsync('sync');
  await until('Ben finds it without the relay', () => ben.tryRead(script)?.toString() === 'one\r\n');
  expect(watch.events.filter(({ type }) => type === 'offline' || type === 'error')).toEqual([]);
  expect(await watch.end()).toBe(0);
});
