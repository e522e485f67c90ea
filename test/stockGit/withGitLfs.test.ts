/** Where git-lfs is installed, it goes on as if modsync were not there. Runs the built `dist`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, refOf } from '../support/assets.ts';
import { describeGitLfs } from '../support/gitLfs.ts';
import { Modder, type RelayProcess, startRelayProcess } from '../support/processes.ts';
import { pathWithoutGitLfs, plainModder, startPlainProject } from '../support/stockGit.ts';

describeGitLfs('beside git-lfs', () => {
  let relay: RelayProcess;
  beforeAll(async () => {
    relay = await startRelayProcess();
  });

  /** Ours, and those that git-lfs itself puts there. */
  const ALL = ['post-checkout', 'post-commit', 'post-merge', 'pre-commit', 'pre-push'];
  const hooksOf = (modder: Modder) =>
    readdirSync(modder.path('.git/hooks')).filter((name) => !name.endsWith('.sample'));

  async function projectWithGitLfs(): Promise<Modder> {
    const ann = new Modder('Ann');
    ann.write('Textures/a.dds', bytesOf('a', 1000));
    await ann.modsync('login', relay.url, '--token', relay.ownerToken);
    await ann.modsync('init', ann.folder, '--name', 'Test Mod', '--relay', relay.url, '--yes');
    return ann;
  }

  test('its filter and its hooks stay, and none of its commands complains', async () => {
    const ann = await projectWithGitLfs();
    expect((await ann.tryGit('config', '--local', '--get-regexp', '^filter')).out).toBe('');
    expect(hooksOf(ann).sort()).toEqual(ALL);
    for (const words of [
      ['install', '--local'],
      ['track', '*.raw'],
      ['update'],
      ['fsck'],
      ['status'],
      ['untrack', '*.raw'],
    ]) {
      const ran = await ann.tryGit('lfs', ...words);
      expect({ words, code: ran.code, err: ran.err }).toEqual({ words, code: 0, err: '' });
    }
    expect(hooksOf(ann).sort()).toEqual(ALL);
    const theirs = readFileSync(ann.path('.git/hooks/pre-push'), 'utf8');
    expect(theirs).toContain('git lfs pre-push');

    await ann.modsync('install');
    expect(readFileSync(ann.path('.git/hooks/pre-push'), 'utf8')).toBe(theirs);
    const b = bytesOf('b', 5000);
    ann.write('Textures/b.dds', b);
    await ann.git('add', '-A');
    await ann.git('commit', '-qm', 'B');
    await ann.git('push', '-q');
    expect(await ann.git('lfs', 'fsck')).toBe('Git LFS fsck OK');
    expect(await ann.modsync('sync')).toMatchObject({ outcome: 'up-to-date' });
    await ann.modsync('uninstall');
    expect(readFileSync(ann.path('.git/hooks/pre-push'), 'utf8')).toBe(theirs);
    expect(existsSync(ann.path('.git/hooks/pre-commit'))).toBe(false);
  });

  test('assets go out with the first push, before anything went through its filter', async () => {
    const ann = await projectWithGitLfs();
    const bare = join(ann.home, 'plain.git');
    await ann.git('init', '-q', '--bare', bare);
    await ann.git('push', '-q', `file://${bare}`, 'main');
    const { oid } = refOf(bytesOf('a', 1000));
    expect(readdirSync(join(bare, 'lfs/objects'), { recursive: true })).toContain(
      `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`,
    );
  });

  test('a hook of another is left alone, and it is said what git-lfs cannot do', async () => {
    const ann = await projectWithGitLfs();
    const path = ann.path('.git/hooks/pre-push');
    writeFileSync(path, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    rmSync(ann.path('.git/hooks/post-merge'));
    const { answer } = await ann.tryModsync('install');
    expect(JSON.stringify(answer)).toMatch(/git-lfs could not put its hooks in place.*pre-push/);
    expect(readFileSync(path, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });

  test('when it comes later, modsync install hands over to it; when it goes, modsync takes over', async () => {
    const ann = await startPlainProject(relay, { 'Textures/a.dds': bytesOf('a', 1000) });
    expect(await ann.git('config', '--local', 'filter.lfs.process')).toContain('filter-process');
    const gitConfig = join(ann.home, '.gitconfig');
    const plain = readFileSync(gitConfig, 'utf8');
    ann.env.PATH = process.env.PATH;
    await ann.git('lfs', 'install', '--skip-repo');
    await ann.modsync('install');
    expect((await ann.tryGit('config', '--local', '--get-regexp', '^filter')).out).toBe('');
    expect(hooksOf(ann).sort()).toEqual(ALL);
    expect(readFileSync(ann.path('.git/hooks/pre-push'), 'utf8')).toContain('git lfs pre-push');

    const b = bytesOf('b', 5000);
    ann.write('Textures/b.dds', b);
    await ann.git('add', '-A');
    await ann.git('commit', '-qm', 'By git-lfs');
    await ann.git('push', '-q');
    expect(await ann.git('lfs', 'ls-files', '--long')).toContain(refOf(b).oid);

    // the program goes, what it wrote into the configuration and the hooks stays behind
    ann.env.PATH = pathWithoutGitLfs();
    await ann.modsync('install');
    const c = bytesOf('c', 5000);
    ann.write('Textures/c.dds', c);
    await ann.git('add', '-A');
    await ann.git('commit', '-qm', 'By modsync');
    await ann.git('push', '-q');
    expect(await ann.git('show', 'HEAD:Textures/c.dds')).toContain(refOf(c).oid);
    writeFileSync(gitConfig, plain);
  });

  test('what it has configured for one repository comes back, with it or with modsync uninstall', async () => {
    const ann = plainModder('Ann');
    mkdirSync(ann.folder, { recursive: true });
    await ann.git('init', '-q');
    const without = ann.env.PATH;
    const filter = async () =>
      (await ann.tryGit('config', '--local', '--get-regexp', '^filter')).out.trim().split('\n').sort();
    ann.env.PATH = process.env.PATH;
    await ann.git('lfs', 'install', '--local', '--skip-repo');
    const theirs = await filter();
    for (const back of ['install', 'uninstall']) {
      ann.env.PATH = without;
      for (let times = 0; times < 2; times++) await ann.modsync('install');
      expect((await filter()).join()).toContain('filter-process; else');
      if (back === 'install') ann.env.PATH = process.env.PATH;
      await ann.modsync(back);
      expect(await filter()).toEqual(theirs);
    }
  });

  test('lfs.storage holds the assets of both', async () => {
    const ann = await projectWithGitLfs();
    await ann.git('config', 'lfs.storage', join(ann.home, 'store'));
    const versions = ['1', '2', '3'].map((seed) => bytesOf(`stored ${seed}`, 3000));
    for (const bytes of versions.slice(0, 2)) {
      ann.write('Textures/q.dds', bytes);
      await ann.git('add', '-A');
      await ann.git('commit', '-qm', 'Q');
    }
    ann.write('Textures/q.dds', versions[2] as Buffer);
    expect(await ann.modsync('sync')).toMatchObject({ pushed: true });
    const stored = readdirSync(join(ann.home, 'store/objects'), { recursive: true, encoding: 'utf8' });
    for (const bytes of versions) expect(stored.join()).toContain(refOf(bytes).oid);
    await ann.modsync('assets', 'fetch');
    expect(await ann.git('lfs', 'fsck')).toBe('Git LFS fsck OK');
  });

  test('both understand what the other wrote', async () => {
    const ann = await startPlainProject(relay, { 'Textures/a.dds': bytesOf('a', 1000), 'empty.dds': '' });
    for (const [name, size] of [
      ['b ü', 70_000],
      ['pointer-sized', 1023],
      ['c', 3_000_000],
    ] as const)
      ann.write(`Textures/${name}.dds`, bytesOf(name, size));
    await ann.git('add', '-A');
    await ann.git('commit', '-qm', 'By modsync');
    const ours = await ann.git('ls-tree', '-r', 'HEAD');
    const lfs = ['-c', 'filter.lfs.process=git-lfs filter-process', '-c', 'filter.lfs.required=true'];
    const { PATH } = ann.env;
    ann.env.PATH = process.env.PATH;
    expect(await ann.git('lfs', 'fsck')).toBe('Git LFS fsck OK');
    await ann.git(...lfs, 'add', '--renormalize', '.');
    expect(await ann.git(...lfs, 'status', '--porcelain')).toBe('');
    await ann.git(...lfs, 'commit', '-q', '--allow-empty', '-m', 'By git-lfs');
    expect(await ann.git('ls-tree', '-r', 'HEAD')).toBe(ours);
    ann.env.PATH = PATH;
  });
});
