/** Pull requests: proposed at one copy, seen at the other, taken in at GitHub, and back again. */
import { startGitHubTeam } from '../support/github/team.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { group, type misc, plugin, record, u32, z } from '../support/pluginBuilder.ts';
import { killedAfter, type Modder } from '../support/processes.ts';
import { expectHealthy } from '../support/workingCopies.ts';

const weapon = (formId: number, name: string, value: number) =>
  record('MISC', formId, [
    ['EDID', z(name)],
    ['FULL', z(`The ${name}`)],
    ['DATA', u32(value, 0)],
  ]);
const pluginOf = (...records: ReturnType<typeof misc>[]) => plugin([group(0, 'MISC', records)]);
const before = pluginOf(weapon(0x01000801, 'Beacon', 10), weapon(0x01000802, 'Lamp', 5));
const after = pluginOf(weapon(0x01000801, 'Beacon', 25), weapon(0x01000803, '`@everyone`', 1));

interface Pull {
  readonly title: string;
  readonly body: string;
  readonly head: { readonly ref: string };
  readonly base: { readonly ref: string };
}

const proposalsOf = async (modder: Modder) =>
  ((await modder.modsync('status')).proposals as { open: Record<string, unknown>[] } | undefined)?.open ?? [];

test('a proposal is a branch and a pull request with the records that change; the others’ branch stays as it was', async () => {
  const { github, people, repository } = await startGitHubTeam(['ann', 'ben'], {
    'Beacon.esp': before,
    'Readme.txt': 'one\n',
  });
  const [ann, ben] = people as [Modder, Modder];
  const main = await ann.git('rev-parse', 'main');
  ann.write('Beacon.esp', after);
  ann.write('Scripts/Source/User/New.psc', 'ScriptName New\r\n');
  const proposed = await ann.modsync('propose', '-m', 'Balance the beacon!');
  expect(proposed).toMatchObject({ isNew: true, branch: 'balance-the-beacon', base: 'main' });
  const pull = (await (await github.request('ann', `/repos/${repository}/pulls/1`)).json()) as Pull;
  expect(pull).toMatchObject({
    title: 'Balance the beacon!',
    head: { ref: 'balance-the-beacon' },
    base: { ref: 'main' },
  });
  expect(pull.body).toContain('### `Beacon.esp`\n\nRecords: 1 added, 1 changed, 1 removed.');
  expect(pull.body).toMatch(/```+diff\n[\s\S]*! MISC 01000801 Beacon\n {4}.*10.* → .*25/);
  expect(pull.body).toMatch(/\+ MISC 01000803 `@everyone`[\s\S]*- MISC 01000802 Lamp[\s\S]*\n```/);
  expect(pull.body).toContain('- 1 added: `Scripts/Source/User/New.psc`');
  // at the remote, main is where it was; here too, and the work is on the branch
  const bare = github.repository('ann', 'mod');
  expect(await ann.git('--git-dir', bare, 'rev-parse', 'main')).toBe(main);
  expect(await ann.git('rev-parse', 'main')).toBe(main);
  expect(await ann.git('symbolic-ref', '--short', 'HEAD')).toBe('balance-the-beacon');
  expect(await ann.git('status', '--porcelain')).toBe('');
  expect(await ann.git('--git-dir', bare, 'rev-parse', 'balance-the-beacon')).toBe(
    await ann.git('rev-parse', 'HEAD'),
  );

  // what is synced now adds to it, and proposing again says it anew
  ann.write('Readme.txt', 'two\n');
  const again = await ann.modsync('propose', '-m', 'Balance the beacon, and say so');
  expect(again).toMatchObject({ isNew: false, proposal: { number: 1 } });
  const changed = (await (await github.request('ann', `/repos/${repository}/pulls/1`)).json()) as Pull;
  expect(changed.title).toBe('Balance the beacon, and say so');
  expect(changed.body).toContain('`Readme.txt`');

  // the other one sees it, and whether it merges
  await ben.modsync('sync');
  expect(ben.read('Readme.txt')).toBe('one\n');
  expect(await proposalsOf(ben)).toMatchObject([
    { number: 1, author: 'ann', branch: 'balance-the-beacon', base: 'main', mergeable: 'yes' },
  ]);
  const asked = github.asked.length;
  const told = await ben.tryModsync('status');
  expect(told.code).toBe(0);
  expect(github.asked).toHaveLength(asked);

  // back to what everyone works on, and the work is where it was proposed
  ann.write('Unfinished.txt', 'not in a snapshot yet\n');
  expect(await ann.modsync('propose', '--back')).toEqual({ branch: 'main', left: 'balance-the-beacon' });
  expect([
    ann.read('Readme.txt'),
    ann.tryRead('Unfinished.txt'),
    ann.tryRead('Scripts/Source/User/New.psc'),
  ]).toEqual(['one\n', undefined, undefined]);
  expect(await ann.git('symbolic-ref', '--short', 'HEAD')).toBe('main');
  expect(await ann.git('show', 'balance-the-beacon:Unfinished.txt')).toContain('not in a snapshot');
  for (const one of [ann, ben]) await expectHealthy(one);

  // taken in at GitHub, it arrives as anything else does
  const atGitHub = (...args: string[]) => ann.git('--git-dir', bare, ...args);
  const tree = await atGitHub('merge-tree', '--write-tree', 'main', 'balance-the-beacon');
  const parents = ['-p', 'main', '-p', 'balance-the-beacon'];
  const merge = await atGitHub('commit-tree', tree, ...parents, '-m', 'Merge pull request #1');
  await atGitHub('update-ref', 'refs/heads/main', merge);
  await ann.modsync('sync');
  expect(ann.tryRead('Beacon.esp')?.equals(after)).toBe(true);

  // GitHub removes the branch of what was taken in, and no sync brings it back
  await atGitHub('update-ref', '-d', 'refs/heads/balance-the-beacon');
  await ann.git('switch', '--quiet', 'balance-the-beacon');
  await ann.modsync('sync');
  expect(await ann.modsync('propose', '--back')).toMatchObject({ branch: 'main' });
  expect(await atGitHub('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

test('one that does not merge says so; nothing to propose, and a name that is taken, change nothing', async () => {
  const { people } = await startGitHubTeam(['ann', 'ben'], { 'Readme.txt': 'one\n' });
  const [ann, ben] = people as [Modder, Modder];
  const head = await ann.git('rev-parse', 'HEAD');
  const nothing = await ann.tryModsync('propose', '-m', 'Nothing');
  expect(nothing.answer).toMatchObject({
    success: false,
    error: { code: 'INVALID_INPUT', message: expect.stringMatching(/nothing to propose/) },
  });
  expect(await ann.git('branch', '--format=%(refname:short)')).toBe('main');
  ann.write('Readme.txt', 'ann\n');
  for (const name of ['two words', '../main', 'main/beside', 'a..b', '-x'])
    expect((await ann.tryModsync('propose', '-m', 'Mine', `--branch=${name}`)).code).not.toBe(0);
  const taken = await ann.tryModsync('propose', '-m', 'Mine', '--branch', 'main');
  expect(taken.answer).toMatchObject({
    success: false,
    error: { message: expect.stringMatching(/--branch NAME/) },
  });
  expect((await ann.tryModsync('propose')).code).toBe(2);
  // no snapshot that the next sync would send to everyone
  expect(await ann.git('rev-parse', 'main')).toBe(head);
  expect(await ann.git('status', '--porcelain')).toBe(' M Readme.txt');
  expect(await ann.git('symbolic-ref', '--short', 'HEAD')).toBe('main');
  await ann.modsync('propose', '-m', 'Mine', '--branch', 'mine');
  ben.write('Readme.txt', 'ben\n');
  await ben.modsync('sync');
  const { open } = (await ben.modsync('status')).proposals as { open: unknown };
  // as GitHub found it when it was asked, beside that sync
  expect(open).toMatchObject([{ branch: 'mine' }]);
  await ann.modsync('propose', '-m', 'Mine still');
  expect(await proposalsOf(ann)).toMatchObject([{ number: 1, title: 'Mine still', mergeable: 'conflicts' }]);
  const words = await ann.tryModsync('status');
  expect(words.code).toBe(0);
});

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);
const KILLS = 3;

test.each(Array.from({ length: SOAK }, (_, at) => 900 + at))(
  'killed while it goes to a proposal or back, seed %i: the next run goes on, and nothing is lost',
  async (seed) => {
    const random = randomFrom(seed);
    const { people } = await startGitHubTeam(['ann'], { 'Readme.txt': 'one\n' });
    const [ann] = people as [Modder];
    const written: string[] = [];
    for (let at = 1; at <= KILLS; at++) {
      written.push(`Idea${at}.txt`);
      ann.write(`Idea${at}.txt`, `idea ${at}\n`);
      ann.write('Readme.txt', `${at}\n`);
      const command = at % 2 === 1 ? ['-m', `Idea ${at}`] : ['--back'];
      await killedAfter(100 + random() * 900, ['propose', ...command, '-C', ann.folder], ann);
      await ann.modsync('sync');
      expect(await ann.git('status', '--porcelain')).toBe('');
    }
    await expectHealthy(ann);
    for (const path of written) expect(await ann.git('log', '--all', '--format=%h', '--', path)).not.toBe('');
    expect(await ann.modsync('propose', '--back')).toMatchObject({ branch: 'main' });
    expect(await ann.git('symbolic-ref', '--short', 'HEAD')).toBe('main');
  },
);
