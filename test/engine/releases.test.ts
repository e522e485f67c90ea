/** Releases: what goes to players, and that the same tag makes the same archive everywhere. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { parsePlugin, sampleProject, zstring } from '../../src/bethesda/index.ts';
import { subrecords } from '../../src/bethesda/plugin/subrecords.ts';
import { joinTeam, type Person, startTeam } from '../support/team.ts';
import { alone, bytesAt, faultsOf, MOD, mod, releaseOf, ruled, stateOf } from './releaseProject.ts';

test('players get what the game reads, exactly as it is in the tag, and nothing that is for the team', async () => {
  const alice = await alone();
  const made = await releaseOf(alice, '1.0.0', { notes: 'The first one.' });
  const archive = bytesAt(made.archive?.path);
  const found = unzipSync(archive);
  expect(Object.keys(found)).toEqual([
    'MCM/Config/My/config.json',
    'My.esp',
    'Readme.txt',
    'Scripts/My.pex',
    'Textures/My/a.dds',
    'fomod/ModuleConfig.xml',
    'fomod/info.xml',
  ]);
  for (const [path, content] of Object.entries(found))
    expect(Buffer.from(content).toString('latin1')).toBe(alice.read(path));
  expect(made.leftOut).toEqual(
    expect.arrayContaining(['docs/plan.md', 'Textures/My/a.psd', '.modsync.json']),
  );

  const sha256 = createHash('sha256').update(archive).digest('hex');
  expect(made.archive).toMatchObject({ sha256, size: archive.length });
  expect(bytesAt(made.archive?.checksum).toString()).toBe(`${sha256}  Test Mod-1.0.0.zip\n`);
  const manifest = JSON.parse(bytesAt(made.archive?.manifest).toString());
  expect(manifest).toMatchObject({ name: 'Test Mod', version: '1.0.0', archive: { sha256 } });
  for (const { path, size, sha256: of } of manifest.files) {
    const content = found[path] as Uint8Array;
    expect([size, of]).toEqual([content.length, createHash('sha256').update(content).digest('hex')]);
  }
  expect(alice.git('cat-file', '-t', 'v1.0.0').trim()).toBe('tag');
  expect(alice.git('tag', '-l', '--format=%(contents)', 'v1.0.0')).toContain('The first one.');
  expect(await alice.engine.releases.list(alice.id)).toMatchObject([
    { version: '1.0.0', tag: 'v1.0.0', prerelease: false, archive: { sha256, name: 'Test Mod-1.0.0.zip' } },
  ]);
});

test('another copy, with other file times, builds the same bytes from the tag that a sync brought', async () => {
  const { people } = await startTeam(
    ['alice'],
    Object.fromEntries(sampleProject(7, { megabytes: 1 }).map(({ path, content }) => [path, content])),
  );
  const [alice] = people as [Person];
  const made = await releaseOf(alice, '2.0.0-beta.1');
  expect(made.prerelease).toBe(true);
  await alice.sync();
  const bob = await joinTeam(alice, 'bob');
  for (const [path] of bob.files()) utimesSync(join(bob.folder, path), 86_400 * 365 * 20, 86_400 * 365 * 20);
  const verified = await bob.engine.releases.verify(bob.id, 'v2.0.0-beta.1', { archive: made.archive?.path });
  expect(verified).toMatchObject({ sha256: made.archive?.sha256, files: made.files.length });

  const other = join(bob.folder, '..', `broken-${process.pid}.zip`);
  writeFileSync(other, bytesAt(made.archive?.path).subarray(1));
  await expect(bob.engine.releases.verify(bob.id, '2.0.0-beta.1', { archive: other })).rejects.toMatchObject({
    code: 'RELEASE_DIFFERS',
  });
  await expect(bob.engine.releases.verify(bob.id, '3.0.0')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('the files that say the version say the new one, in the release and on the disk, in one commit', async () => {
  const stamp = [
    'My.esp',
    'fomod/info.xml',
    'MCM/Config/My/config.json',
    { path: 'Readme.json', key: 'release' },
  ];
  const alice = await alone({ ...MOD, 'Readme.json': '{"release": "x", "version": "y"}' }, { stamp });
  const description = () => {
    const { tes4 } = parsePlugin(Buffer.from(alice.read('My.esp'), 'latin1'));
    return zstring(subrecords(tes4.data).find(({ type }) => type === 'SNAM')?.data ?? new Uint8Array());
  };
  const before = alice.git('rev-parse', 'HEAD').trim();
  const made = await releaseOf(alice, '1.2.0');
  expect(made.stamped).toHaveLength(4);
  expect(description()).toBe('Version 1.2.0');
  expect(alice.read('fomod/info.xml')).toContain('<Version>1.2.0</Version>');
  expect(alice.read('MCM/Config/My/config.json')).toBe('{ "modName": "My", "version": "1.2.0" }\n');
  expect(alice.read('Readme.json')).toBe('{"release": "1.2.0", "version": "y"}');
  expect(alice.git('rev-parse', 'HEAD^').trim()).toBe(before);
  expect(alice.git('rev-parse', 'v1.2.0^{}')).toBe(alice.git('rev-parse', 'HEAD'));
  expect(alice.git('status', '--porcelain')).toBe('');
  const found = unzipSync(bytesAt(made.archive?.path));
  expect(Buffer.from(found['My.esp'] ?? []).toString('latin1')).toBe(alice.read('My.esp'));

  await alice.sync();
  await releaseOf(alice, '1.3.0');
  expect(description()).toBe('Version 1.3.0');
  await alice.sync();
  const bob = await joinTeam(alice, 'bob');
  expect(bob.files()).toEqual(alice.files());
  expect((await bob.engine.releases.verify(bob.id, '1.2.0')).sha256).toBe(made.archive?.sha256);
});

test('the changelog says which records changed, what scripts and assets came, and what people wrote', async () => {
  const alice = await alone();
  await releaseOf(alice, '1.0.0');
  alice.write('My.esp', mod('Renamed', 'Second'));
  alice.write('Scripts/My.pex', 'compiled again');
  alice.write('Textures/My/b.dds', 'texture b');
  alice.remove('Textures/My/a.dds');
  alice.write('docs/plan.md', 'still not for players\n');
  await alice.sync('bidirectional', { message: 'A second thing to find' });
  const made = await releaseOf(alice, '1.1.0', { dryRun: true });
  expect(made.archive).toBeUndefined();
  expect(made.changelog).toBe(`Changes since 1.0.0:

- A second thing to find

### Plugins

- \`My.esp\`: records: 1 added, 1 changed
  - changed: MISC 01000800 Renamed
  - added: MISC 01000801 Second

### Scripts

- 1 changed: \`Scripts/My.pex\`

### Assets and other files

- 1 added: \`Textures/My/b.dds\`
- 1 removed: \`Textures/My/a.dds\`
`);
});

test('history knows a release, and its files come back with restore', async () => {
  const alice = await alone();
  await releaseOf(alice, '1.0.0');
  await alice.sync();
  const released = alice.files();
  alice.write('My.esp', mod('Broken'));
  await alice.sync();
  const [, old] = await alice.engine.getProjectHistory(alice.id);
  expect(old).toMatchObject({ names: ['v1.0.0'], release: { version: '1.0.0', prerelease: false } });
  await alice.engine.restoreSnapshot('v1.0.0', { projectId: alice.id });
  expect(alice.files()).toEqual(released);
});

test('an asset that is only at the remote is fetched for the archive', async () => {
  const alice = await alone();
  await alice.engine.dropAssets(alice.id);
  const made = await releaseOf(alice, '1.0.0');
  expect(Buffer.from(unzipSync(bytesAt(made.archive?.path))['Textures/My/a.dds'] ?? []).toString()).toBe(
    'texture a',
  );
});

test('a full version tells what is new since the last full one, and every beta what is new since the one before', async () => {
  const alice = await alone();
  for (const [version, since] of [
    ['1.0.0', undefined],
    ['1.1.0-beta.1', '1.0.0'],
    ['1.1.0-beta.2', '1.1.0-beta.1'],
    ['1.1.0', '1.0.0'],
  ] as const) {
    alice.write('Scripts/My.pex', version);
    await alice.sync();
    const { changelog } = await releaseOf(alice, version);
    expect(changelog).toContain(since ? `Changes since ${since}:` : 'First release');
  }
});

test('two releases of one version, made at once: whoever syncs second is told', async () => {
  const alice = await alone();
  const bob = await joinTeam(alice, 'bob');
  await releaseOf(alice, '1.0.0', { notes: 'hers' });
  await releaseOf(bob, '1.0.0', { notes: 'his' });
  expect((await alice.sync()).warnings).toEqual([]);
  expect((await bob.sync()).warnings).toEqual([
    expect.stringContaining('v1.0.0 names one thing here and another at the remote'),
  ]);
  bob.git('tag', '-d', 'v1.0.0');
  expect((await bob.sync()).warnings).toEqual([]);
  expect((await bob.engine.releases.list(bob.id))[0]?.notes).toContain('hers');
});

test('stopped in the middle, a release leaves nothing', async () => {
  const alice = await alone();
  const before = stateOf(alice);
  const stop = new AbortController();
  const onProgress = ({ phase, files }: { phase: string; files: number }) => {
    if (phase === 'hash' && files > 2) stop.abort();
  };
  await expect(releaseOf(alice, '1.0.0', { signal: stop.signal, onProgress })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect(stateOf(alice)).toEqual(before);
  expect(existsSync(join(alice.folder, '.git/modsync/tmp'))).toBe(false);
  await releaseOf(alice, '1.0.0');
});

test('the archive goes where it is wanted, and never over another', async () => {
  const alice = await alone();
  const out = join(alice.home, 'upload');
  const made = await releaseOf(alice, '1.0.0', { out });
  expect(readdirSync(out).sort()).toEqual([
    'Test Mod-1.0.0.zip',
    'Test Mod-1.0.0.zip.manifest.json',
    'Test Mod-1.0.0.zip.sha256',
  ]);
  expect(createHash('sha256').update(bytesAt(made.archive?.path)).digest('hex')).toBe(made.archive?.sha256);
  expect(made.archive?.path).toBe(`${out}/Test Mod-1.0.0.zip`);
  writeFileSync(join(out, 'Test Mod-1.1.0.zip'), 'mine');
  const before = stateOf(alice);
  await expect(releaseOf(alice, '1.1.0', { out })).rejects.toMatchObject({ code: 'WOULD_OVERWRITE' });
  expect(stateOf(alice)).toEqual(before);
});

test('a release goes out with its tag, and can be taken back; the version stays taken', async () => {
  const { people } = await startTeam(['alice'], MOD);
  const [alice] = people as [Person];
  const bob = await joinTeam(alice, 'bob');
  const made = await releaseOf(alice, '1.0.0', { notes: 'For all' });
  expect(await alice.engine.releases.published(alice.id)).toEqual([]);
  const seen: number[] = [];
  const published = await alice.engine.releases.publish(alice.id, '1.0.0', {
    draft: true,
    onProgress: ({ phase, bytes, totalBytes }) => {
      if (phase === 'upload' && totalBytes !== undefined) seen.push(bytes / totalBytes);
    },
  });
  expect(published).toMatchObject({ tag: 'v1.0.0', draft: true, prerelease: false });
  expect(published.files.map(({ name }) => name)).toEqual([
    'Test Mod-1.0.0.zip',
    'Test Mod-1.0.0.zip.sha256',
    'Test Mod-1.0.0.zip.manifest.json',
  ]);
  expect([seen[0], seen.at(-1), seen.every((part, at) => at === 0 || part >= (seen[at - 1] ?? 0))]).toEqual([
    0,
    1,
    true,
  ]);

  // another member lets it out, from a copy that has no archive
  await bob.sync();
  expect(await bob.engine.releases.unfinished(bob.id, 'v1.0.0')).toMatchObject({ tag: 'v1.0.0' });
  const out = await bob.engine.releases.publish(bob.id, '1.0.0');
  expect(out.draft).toBe(false);
  expect(await bob.engine.releases.unfinished(bob.id, '1.0.0')).toBeUndefined();
  const [file] = out.files;
  expect((await fetch(file?.url ?? '')).status).toBe(401);
  await expect(bob.engine.releases.setAudience(bob.id, 'public')).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
  });
  await alice.engine.releases.setAudience(alice.id, 'public');
  const bytes = Buffer.from(await (await fetch(file?.url ?? '')).arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(made.archive?.sha256);

  expect(await alice.engine.releases.withdraw(alice.id, '1.0.0')).toMatchObject({ draft: true });
  expect((await fetch(out.page)).status).toBe(404);
  const cara = await joinTeam(alice, 'cara');
  expect(cara.git('tag', '-l')).toBe('v1.0.0\n');
  expect((await faultsOf(bob, '1.0.0')).map(({ check }) => check)).toEqual(['version-taken']);
  expect(await alice.engine.releases.publish(alice.id, '1.0.0')).toMatchObject({ draft: false });
});

test('by a rule, a release is several archives; each is checked, and together they are the tree', async () => {
  const alice = await alone(MOD, { parts: { Textures: ['Textures/'], Rest: ['nothing/'] } });
  const made = await releaseOf(alice, '1.0.0');
  const paths = [made.archive?.path, ...(made.parts ?? []).map(({ path }) => path)];
  expect(paths.map((path) => path?.split('/').at(-1))).toEqual([
    'Test Mod-1.0.0.zip',
    'Test Mod-Textures-1.0.0.zip',
  ]);
  const [main = {}, textures = {}] = paths.map((path) => unzipSync(bytesAt(path)));
  expect(Object.keys(textures)).toEqual(['Textures/My/a.dds']);
  expect([...Object.keys(main), ...Object.keys(textures)].sort()).toEqual(
    made.files.map(({ path }) => path).sort(),
  );
  expect(await alice.engine.releases.verify(alice.id, '1.0.0')).toMatchObject({
    files: made.files.length,
    parts: [{ name: 'Test Mod-Textures-1.0.0.zip' }],
  });
  expect(
    await alice.engine.releases.verify(alice.id, '1.0.0', { archive: made.parts?.[0]?.path }),
  ).toMatchObject({ archive: made.parts?.[0]?.path });
  const { files } = await alice.engine.releases.publish(alice.id, '1.0.0');
  expect(files).toHaveLength(6);
  // an installer finds only what is in its own archive
  await ruled(alice, { parts: { Plugins: ['*.esp'] } });
  expect((await faultsOf(alice, '1.1.0')).map(({ check }) => check)).toEqual(['fomod']);
});
