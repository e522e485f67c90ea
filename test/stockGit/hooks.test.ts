/** modsync's hooks on a machine without git-lfs: beside those that were there before, and what they stop. Runs the built `dist`. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf } from '../support/assets.ts';
import { cliPath, type Modder, type RelayProcess, startRelayProcess } from '../support/processes.ts';
import { plainModder, startPlainProject } from '../support/stockGit.ts';

let relay: RelayProcess;
beforeAll(async () => {
  relay = await startRelayProcess();
});

describe('hooks that were there before', () => {
  /** A repository with a history of its own, and hooks that write down what they are given. */
  async function repositoryWithHooks(): Promise<Modder> {
    const modder = plainModder('Ann');
    mkdirSync(modder.folder, { recursive: true });
    await modder.git('init', '-q');
    modder.write('.gitattributes', '*.dds filter=lfs diff=lfs merge=lfs -text\n');
    modder.write('Quest.psc', 'ScriptName Quest\n');
    await modder.git('add', '-A');
    await modder.git('commit', '-qm', 'First');
    for (const name of ['pre-commit', 'pre-push', 'post-checkout'])
      writeFileSync(
        modder.path('.git/hooks', name),
        `#!/bin/sh\n{ echo "${name} $*"; [ ${name} != pre-push ] || cat; } >> "${modder.home}/told"\n[ ! -e "${modder.home}/refuse" ] || exit 7\n`,
        { mode: 0o755 },
      );
    await modder.modsync('login', relay.url, '--token', relay.ownerToken);
    return modder;
  }
  const hooksOf = (modder: Modder) =>
    new Map(
      readdirSync(modder.path('.git/hooks'))
        .filter((name) => !name.endsWith('.sample'))
        .map((name) => [name, readFileSync(modder.path('.git/hooks', name), 'utf8')]),
    );

  test('run first, with all they were given, and their refusal counts', async () => {
    const ann = await repositoryWithHooks();
    await ann.modsync('init', ann.folder, '--relay', relay.url, '--yes');
    await ann.modsync('install');
    const told = () => readFileSync(join(ann.home, 'told'), 'utf8');
    ann.write('Textures/a.dds', bytesOf('hooked', 1000));
    await ann.git('add', '-A');
    await ann.git('commit', '-qm', 'Second');
    expect(told()).toContain('pre-commit \n');
    await ann.git('push', '-q');
    const head = await ann.git('rev-parse', 'HEAD');
    expect(told()).toMatch(new RegExp(`pre-push origin http.*\nrefs/heads/main ${head} refs/heads/main `));

    writeFileSync(join(ann.home, 'refuse'), '');
    ann.write('Quest.psc', 'ScriptName Other\n');
    expect((await ann.tryGit('commit', '-qam', 'Refused')).code).not.toBe(0);
    expect(await ann.git('rev-parse', 'HEAD')).toBe(head);
    // git itself makes 1 of whatever this hook ends with
    expect((await ann.tryGit('checkout', '-q', '-b', 'other')).code).toBe(1);
  });

  test('come back with modsync uninstall, as if it had never been there', async () => {
    const ann = await repositoryWithHooks();
    const before = { hooks: hooksOf(ann), config: await ann.git('config', '--local', '--list') };
    await ann.modsync('init', ann.folder, '--relay', relay.url, '--yes');
    expect(hooksOf(ann).get('pre-commit')).not.toBe(before.hooks.get('pre-commit'));
    await ann.modsync('uninstall');
    expect(hooksOf(ann)).toEqual(before.hooks);
    const added = (await ann.git('config', '--local', '--list'))
      .split('\n')
      .filter((line) => !before.config.includes(line));
    expect(added.filter((line) => !/^(remote|branch|modsync)\./.test(line))).toEqual([]);
    await ann.modsync('uninstall');
    expect(hooksOf(ann)).toEqual(before.hooks);
  });

  test('do nothing more when modsync itself is gone', async () => {
    const ann = await repositoryWithHooks();
    await ann.modsync('init', ann.folder, '--relay', relay.url, '--yes');
    for (const [name, script] of hooksOf(ann))
      if (script.includes('A hook of modsync'))
        writeFileSync(ann.path('.git/hooks', name), script.replaceAll(cliPath, '/nowhere/main.js'));
    await ann.git('config', 'filter.lfs.process', "'/nowhere/node' filter-process");
    ann.write('Quest.psc', 'ScriptName Other\n');
    await ann.git('commit', '-qam', 'Alone');
    await ann.git('push', '-q');
    expect(readFileSync(join(ann.home, 'told'), 'utf8')).toContain('pre-push origin');
  });

  test("git-lfs's own hooks, which fail without git-lfs, step aside", async () => {
    const ann = await repositoryWithHooks();
    const script = `#!/bin/sh\ncommand -v git-lfs >/dev/null 2>&1 || { printf >&2 "\\n%s\\n\\n" "gone"; exit 2; }\ngit lfs pre-push "$@"\n`;
    writeFileSync(ann.path('.git/hooks/pre-push'), script);
    chmodSync(ann.path('.git/hooks/pre-push'), 0o755);
    await ann.modsync('init', ann.folder, '--relay', relay.url, '--yes');
    ann.write('Textures/a.dds', bytesOf('aside', 1000));
    await ann.git('add', '-A');
    await ann.git('commit', '-qm', 'Second');
    await ann.git('push', '-q');
    await ann.modsync('uninstall');
    expect(hooksOf(ann).get('pre-push')).toBe(script);
  });
});

test('a large file that no rule covers is stopped before the commit, with the rule to add', async () => {
  const ann = await startPlainProject(relay, { 'Quest.psc': 'ScriptName Quest\n' });
  ann.write('Source/big.bin', Buffer.alloc(11_000_000, 'big'));
  ann.write('Mod.esp', Buffer.alloc(12_000_000, 'plugin'));
  await ann.git('add', '-A');
  const refused = await ann.tryGit('commit', '-qm', 'Big');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('Source/big.bin (11 MB)');
  expect(refused.err).toContain('modsync track "*.bin"');
  expect(refused.err).not.toContain('Mod.esp');

  await ann.modsync('track', '*.bin');
  await ann.git('add', '-A');
  await ann.git('commit', '-qm', 'Big');
  expect(await ann.git('show', 'HEAD:Source/big.bin')).toContain('oid sha256');

  ann.write('Source/other.raw', Buffer.alloc(11_000_000, 'big'));
  await ann.git('add', '-A');
  expect((await ann.tryGit('commit', '-qm', 'Other')).code).toBe(1);
  const project = JSON.parse(ann.read('.modsync.json'));
  ann.write('.modsync.json', JSON.stringify({ ...project, rules: { maxFileSize: '12 MB' } }));
  await ann.git('commit', '-qam', 'Other');
});

test('a large file that history has already is no reason to stop: renamed, or from the other side of a merge', async () => {
  const ann = plainModder('Ann');
  mkdirSync(ann.folder, { recursive: true });
  await ann.git('init', '-q');
  ann.write('a.txt', 'a');
  await ann.git('add', '-A');
  await ann.git('commit', '-qm', 'First');
  await ann.git('checkout', '-qb', 'other');
  ann.write('big.bin', Buffer.alloc(11_000_000, 'big'));
  ann.write('a.txt', 'theirs');
  await ann.git('add', '-A');
  await ann.git('commit', '-qm', 'Big');
  await ann.git('checkout', '-q', '-');
  ann.write('a.txt', 'ours');
  await ann.git('commit', '-qam', 'Ours');
  await ann.modsync('install');
  expect((await ann.tryGit('merge', '-q', 'other')).code).toBe(1);
  ann.write('a.txt', 'both');
  await ann.git('add', 'a.txt');
  await ann.git('commit', '-qm', 'Merged');
  await ann.git('mv', 'big.bin', 'bigger.bin');
  await ann.git('commit', '-qm', 'Renamed');
});

test('content that went past the filter is noticed before the commit', async () => {
  const ann = await startPlainProject(relay, { 'Quest.psc': 'ScriptName Quest\n' });
  const bypass = ['-c', 'filter.lfs.process=', '-c', 'filter.lfs.clean='];
  ann.write('small.dds', bytesOf('raw', 5000));
  await ann.git(...bypass, 'add', '-A');
  const small = await ann.tryGit('commit', '-qm', 'Small');
  expect(small.code).toBe(0);
  expect(small.err).toContain('small.dds is an asset by .gitattributes, but its content was staged');
  ann.write('large.dds', Buffer.alloc(11_000_000, 'raw'));
  await ann.git(...bypass, 'add', '-A');
  expect((await ann.tryGit('commit', '-qm', 'Large')).code).toBe(1);
  await ann.git('add', '--renormalize', 'large.dds');
  await ann.git('commit', '-qm', 'Large');
});

test('core.hooksPath: a folder of this copy alone gets the hooks, one that others have does not', async () => {
  const ann = await startPlainProject(relay, { 'Quest.psc': 'ScriptName Quest\n' });
  const big = () => ann.write('big.bin', Buffer.alloc(11_000_000, 'big'));
  for (const own of ['.git/own hooks', '.ignored-hooks']) {
    if (own.startsWith('.ig')) writeFileSync(ann.path('.git/info/exclude'), '/.ignored-hooks/\n');
    await ann.git('config', 'core.hooksPath', own.startsWith('.git/') ? ann.path(own) : own);
    await ann.modsync('install');
    big();
    await ann.git('add', '-A');
    expect((await ann.tryGit('commit', '-qm', 'Big')).err).toContain('big.bin (11 MB)');
    await ann.git('rm', '-q', '--cached', 'big.bin');
    await ann.modsync('uninstall');
    expect(readdirSync(ann.path(own))).toEqual([]);
  }
  const shared = join(ann.home, 'shared hooks');
  mkdirSync(shared);
  for (const others of [shared, 'team-hooks']) {
    await ann.git('config', 'core.hooksPath', others);
    expect(JSON.stringify(await ann.modsync('install'))).toContain("is not this working copy's alone");
    expect(existsSync(ann.path('team-hooks'))).toBe(false);
    expect(readdirSync(shared)).toEqual([]);
  }
});
