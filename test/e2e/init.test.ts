/** `modsync init` in the folders that people really have. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { sampleProject } from '../../src/bethesda/index.ts';
import { testGitLfs } from '../support/gitLfs.ts';
import { Modder, quickCli, runCli, startRelayProcess } from '../support/processes.ts';
import { filesOf } from '../support/team.ts';
import { expectHealthy } from '../support/workingCopies.ts';

async function ownerAtRelay() {
  const relay = await startRelayProcess();
  const alice = new Modder('alice');
  mkdirSync(alice.folder);
  const signedIn = await quickCli(['login', relay.url, '--token', relay.ownerToken], alice.env);
  expect(signedIn.code).toBe(0);
  const init = (...args: string[]) =>
    quickCli(['init', alice.folder, '--relay', relay.url, '--json', ...args], alice.env);
  return { relay, alice, init };
}

const committed = async (modder: Modder) =>
  (await modder.git('ls-tree', '-r', '-z', '--name-only', 'HEAD')).split('\0').filter(Boolean);

test('with nobody to ask, init does nothing without --yes', async () => {
  const { alice, init } = await ownerAtRelay();
  alice.write('Mod.esp', 'plugin');
  expect(await init()).toMatchObject({
    code: 2,
    answer: { success: false, error: { code: 'INVALID_INPUT' } },
  });
  expect(await init('--dry-run')).toMatchObject({ code: 0, answer: { success: true } });
  expect([...filesOf(alice.folder).keys()]).toEqual(['Mod.esp']);
  expect(existsSync(alice.path('.git'))).toBe(false);
  // without --json it says so to a person, with the plan before it
  const told = await runCli(['init', alice.folder], { env: alice.env, input: '' });
  expect(told.code).toBe(2);
  expect(told.err).toMatch(/Writes +\.modsync\.json/);
  expect(told.err).toContain('--yes');
  expect(existsSync(alice.path('.git'))).toBe(false);
});

test("in the game's own Data folder only the plugin's files become the project, ever", async () => {
  const { alice, init } = await ownerAtRelay();
  const game = [
    'Fallout4.esm',
    'Fallout4.cdx',
    'DLCRobot.esm',
    'DLCworkshop01.esm',
    'DLCworkshop02.esm',
    'DLCworkshop03.esm',
    'DLCCoast.esm',
    'DLCNukaWorld.esm',
    'DLCNukaWorld - Main.ba2',
    'Fallout4 - Textures1.ba2',
    'Fallout4 - Main.ba2',
    'ccBGSFO4001-PipBoy(Black).esl',
    'ccBGSFO4001-PipBoy(Black) - Main.ba2',
    'ccFSVFO4007-Halloween.esl',
    'Strings/Fallout4_en.STRINGS',
    'Video/Intro.bk2',
    'LSData/DtC6dal.dat',
    'Scripts/Source/Base/Actor.psc',
    'Scripts/Source/DLC01/DLC01Script.psc',
    'Meshes/Actors/Character/CharacterAssets/loose vanilla.nif',
    'Textures/Architecture/loose_vanilla_d.dds',
    'Interface/Fallout4.swf',
  ];
  const others = [
    'OtherMod.esp',
    'OtherMod - Main.ba2',
    'Textures/OtherMod/o_d.dds',
    'F4SE/Plugins/other.dll',
  ];
  for (const path of [...game, ...others]) alice.write(path, `not ours: ${path}`);
  const sample = sampleProject(5, { megabytes: 1 });
  for (const { path, content } of sample) alice.write(path, content);
  const before = filesOf(alice.folder);

  expect(await init('--yes')).toMatchObject({
    code: 1,
    answer: { error: { code: 'GAME_FOLDER', message: expect.stringContaining('Beacon.esp') } },
  });
  expect(await init('--yes', '--plugin', 'Fallout4.esm')).toMatchObject({ code: 1 });
  expect(await init('--yes', '--plugin', 'DLCCoast.esm')).toMatchObject({ code: 1 });
  expect(filesOf(alice.folder)).toEqual(before);

  expect(await init('--yes', '--plugin', 'Beacon.esp')).toMatchObject({ code: 0 });
  const notOurs = (paths: readonly string[]) => paths.filter((path) => [...game, ...others].includes(path));
  const paths = await committed(alice);
  expect(notOurs(paths)).toEqual([]);
  for (const path of [
    'Beacon.esp',
    'Beacon.ini',
    'Beacon - Main.ba2',
    'MCM/Config/Beacon/config.json',
    'Scripts/Source/User/Beacon/BeaconQuest.psc',
    ...sample.map(({ path }) => path).filter((path) => path.startsWith('Textures/Beacon/')),
  ])
    expect(paths).toContain(path);

  // the game updates, another mod is installed, ours grows: only ours is taken
  alice.write('Fallout4.esm', 'an update of the game');
  alice.write('ccZZZFO4001-New.esl', 'bought since');
  alice.write('Textures/Another/new_d.dds', 'somebody else');
  alice.write('Textures/Beacon/New_d.dds', 'ours');
  expect(await alice.modsync('sync')).toMatchObject({ sent: [{ path: 'Textures/Beacon/New_d.dds' }] });
  const later = await committed(alice);
  expect(notOurs(later)).toEqual([]);
  expect(later).not.toContain('ccZZZFO4001-New.esl');
  for (const [path, content] of before)
    if (path !== 'Fallout4.esm') expect([path, alice.read(path)]).toEqual([path, content]);
  await expectHealthy(alice);
});

testGitLfs(
  'a folder that is a Git repository keeps its history, branch, attributes, ignore rules and origin',
  async () => {
    const { relay, alice, init } = await ownerAtRelay();
    await alice.git('init', '--quiet', '--initial-branch', 'develop');
    alice.write('.gitattributes', '*.psc text eol=crlf\n*.bin filter=lfs diff=lfs merge=lfs -text\n');
    alice.write('.gitignore', 'build/\n');
    alice.write('Quest.psc', 'one\r\ntwo\r\n');
    alice.write('data.bin', 'an asset by rules of their own');
    alice.write('Wall.dds', 'not an asset by rules of their own');
    alice.write('build/out.pex', 'ignored');
    await alice.git('add', '--all');
    await alice.git('commit', '--quiet', '-m', 'From before modsync');
    await alice.git('tag', 'v0.1');
    await alice.git('remote', 'add', 'origin', 'https://github.example/them/mod.git');
    const old = await alice.git('rev-parse', 'HEAD');
    alice.write('unsaved.txt', 'in no commit yet');

    expect(await init('--yes')).toMatchObject({ code: 0, answer: { data: { branch: 'develop' } } });
    expect(await alice.git('symbolic-ref', 'HEAD')).toBe('refs/heads/develop');
    expect(await alice.git('rev-parse', 'HEAD^', 'v0.1')).toBe(`${old}\n${old}`);
    expect(readFileSync(alice.path('.gitattributes'), 'utf8')).toMatch(
      /^\*\.psc text eol=crlf\n\*\.bin filter=lfs/,
    );
    expect(readFileSync(alice.path('.gitignore'), 'utf8')).toMatch(/^build\/\n/);
    expect(await alice.git('remote', 'get-url', 'origin')).toBe('https://github.example/them/mod.git');
    expect(await committed(alice)).toEqual([
      '.gitattributes',
      '.gitignore',
      '.modsync.json',
      'Quest.psc',
      'Wall.dds',
      'data.bin',
      'unsaved.txt',
    ]);
    expect(await alice.git('cat-file', 'blob', 'HEAD:data.bin')).toMatch(/^version https:\/\/git-lfs/);
    expect(await alice.git('cat-file', 'blob', 'HEAD:Wall.dds')).toBe('not an asset by rules of their own');
    expect(await alice.git('cat-file', 'blob', 'HEAD:Quest.psc')).toBe('one\ntwo');
    await expectHealthy(alice);

    // and whoever joins gets all of it: the history, the branch, the line ends of the attributes
    const bob = new Modder('bob');
    const { inviteCode } = await alice.modsync('share');
    expect(await quickCli(['join', String(inviteCode), bob.folder, '--json'], bob.env)).toMatchObject({
      code: 0,
    });
    expect(await bob.git('symbolic-ref', '--short', 'HEAD')).toBe('develop');
    expect(await bob.git('rev-parse', 'HEAD^', 'v0.1')).toBe(`${old}\n${old}`);
    expect(bob.read('Quest.psc')).toBe('one\r\ntwo\r\n');
    expect(bob.read('data.bin')).toBe('an asset by rules of their own');
    bob.write('Quest.psc', 'one\r\n2\r\n');
    await bob.modsync('sync');
    await alice.modsync('sync');
    expect(alice.read('Quest.psc')).toBe('one\r\n2\r\n');
    expect(relay.url).toBe(new URL(await bob.git('remote', 'get-url', 'origin')).origin);
    for (const person of [alice, bob]) await expectHealthy(person);
  },
);
