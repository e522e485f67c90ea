/** Which files are assets: rules, sizes, and moving what is in Git already. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CloudSyncEngine, nodeHost, type ProjectId } from '../../src/index.ts';
import { bytesOf, refOf } from '../support/assets.ts';
import { gitBytes } from '../support/gitCommand.ts';
import { haveGitLfs } from '../support/gitLfs.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';

/** Stock git looks at the same working trees. */
const test = haveGitLfs ? globalThis.test : globalThis.test.skip;

const engines: CloudSyncEngine[] = [];
afterAll(async () => {
  for (const engine of engines) await engine.close();
});

async function project(files: Readonly<Record<string, string | Uint8Array>>) {
  const host = nodeHost({ home: temporaryFolder('home'), environment: { USER: 'Ann' } });
  const engine = new CloudSyncEngine({}, host);
  engines.push(engine);
  await engine.initialize();
  const folder = temporaryFolder('mod');
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  const { projectId } = await engine.createProject(await engine.planProject(folder, { name: 'Mod' }));
  const git = (...args: string[]) =>
    gitBytes(folder, [
      '-c',
      'filter.lfs.process=git-lfs filter-process',
      '-c',
      'filter.lfs.required=true',
      ...args,
    ]).toString();
  return { engine, folder, projectId, write, git };
}

const pointerAt = (git: (...args: string[]) => string, path: string) => git('show', `HEAD:${path}`);
const sync = (engine: CloudSyncEngine, id: ProjectId, message?: string) =>
  engine.syncProject(id, 'bidirectional', { message });

test('a tracked pattern moves the files that are in Git already, and untracking brings them back', async () => {
  const raw = bytesOf('raw', 4000);
  const { engine, folder, projectId, git } = await project({
    'Source/a.raw': raw,
    'b.psc': 'ScriptName B\n',
  });
  expect(pointerAt(git, 'Source/a.raw')).not.toContain('oid sha256');
  const tracked = await engine.tracking.track(projectId, ['*.raw'], { folder: '' });
  expect(tracked).toEqual({ tracked: ['*.raw'], already: [], moves: ['Source/a.raw'] });
  await sync(engine, projectId);
  expect(pointerAt(git, 'Source/a.raw')).toContain(refOf(raw).oid);
  expect(git('status', '--porcelain')).toBe('');

  expect(await engine.tracking.track(projectId, ['*.raw'], { folder: '' })).toMatchObject({
    already: ['*.raw'],
  });
  expect(await engine.tracking.track(projectId, ['a.raw'], { folder: 'Source' })).toMatchObject({
    moves: [],
  });
  expect((await engine.tracking.list(projectId)).slice(0, 1)).toEqual([
    { pattern: 'Source/a.raw', lockable: false, source: 'Source/.gitattributes' },
  ]);
  await engine.tracking.untrack(projectId, ['a.raw'], { folder: 'Source' });
  expect(await engine.tracking.untrack(projectId, ['*.raw'], { folder: '' })).toEqual({
    untracked: ['*.raw'],
    moves: ['Source/a.raw'],
  });
  await sync(engine, projectId);
  expect(gitBytes(folder, ['show', 'HEAD:Source/a.raw']).equals(raw)).toBe(true);
});

test('a pattern that would swallow what Git itself reads is refused', async () => {
  const { engine, folder, projectId } = await project({ 'b.psc': 'ScriptName B\n' });
  const before = readFileSync(join(folder, '.gitattributes'), 'utf8');
  await expect(engine.tracking.track(projectId, ['*'], { folder: '' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
  expect(readFileSync(join(folder, '.gitattributes'), 'utf8')).toBe(before);
});

test.each(['', '.', '/', '../x', '!a.raw', 'Sub/'])(
  'a pattern that no file can match is refused, with a word on what is meant: "%s"',
  async (pattern) => {
    const { engine, folder, projectId } = await project({ 'b.psc': 'ScriptName B\n' });
    const before = readFileSync(join(folder, '.gitattributes'), 'utf8');
    await expect(engine.tracking.track(projectId, ['*.raw', pattern], { folder: '' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(`"${pattern}"`) as string,
    });
    expect(readFileSync(join(folder, '.gitattributes'), 'utf8')).toBe(before);
  },
);

test('a large file without a rule is told of, and a very large one refused with the rule to add', async () => {
  const { engine, projectId, write, git } = await project({ 'b.psc': 'ScriptName B\n' });
  write('large.bin', new Uint8Array(11 << 20));
  const told = await sync(engine, projectId);
  expect(told.warnings).toEqual([expect.stringContaining('large.bin (12 MB)')]);

  write('huge.bin', new Uint8Array(51 << 20));
  await expect(sync(engine, projectId)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('modsync track "*.bin"'),
  });
  expect(git('status', '--porcelain')).toContain('huge.bin');
  await engine.tracking.track(projectId, ['*.bin'], { folder: '' });
  expect((await sync(engine, projectId)).warnings).toEqual([]);
  expect(pointerAt(git, 'huge.bin')).toContain('size 53477376');
  expect(pointerAt(git, 'large.bin')).toContain('oid sha256');
});

test('the rule maxFileSize moves the limit', async () => {
  const { engine, folder, projectId, write } = await project({ 'b.psc': 'ScriptName B\n' });
  const file = JSON.parse(readFileSync(join(folder, '.modsync.json'), 'utf8'));
  write('.modsync.json', JSON.stringify({ ...file, rules: { maxFileSize: '1 MB' } }));
  write('small.bin', new Uint8Array(1_000_001));
  write('Mod.esp', new Uint8Array(1_000_001));
  expect((await sync(engine, projectId)).warnings).toEqual([expect.stringContaining('small.bin')]);
  write('.modsync.json', JSON.stringify({ ...file, rules: { maxFileSize: 'plenty' } }));
  await expect(sync(engine, projectId)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
});

describe('lfs migrate', () => {
  test('moves files by pattern or size in one new commit, and says what rewriting would take', async () => {
    const [old, now, small] = [bytesOf('old', 30_000), bytesOf('now', 40_000), bytesOf('small', 10)];
    const { engine, folder, projectId, write, git } = await project({ 'Art/a.raw': old, 'Art/s.raw': small });
    await sync(engine, projectId);
    write('Art/a.raw', now);
    await sync(engine, projectId, 'A new one');
    write('other.txt', 'not saved yet');

    const dry = await engine.tracking.migrate(projectId, { above: 20_000, dryRun: true });
    expect(dry).toMatchObject({
      files: [{ path: 'Art/a.raw', size: 40_000 }],
      lines: [expect.stringMatching(/^\/Art\/a.raw filter=lfs/)],
    });
    expect(pointerAt(git, 'Art/a.raw')).not.toContain('oid sha256');

    const moved = await engine.tracking.migrate(projectId, { patterns: ['*.raw'] });
    expect(moved).toMatchObject({
      files: [{ path: 'Art/a.raw' }, { path: 'Art/s.raw' }],
      lines: ['*.raw filter=lfs diff=lfs merge=lfs -text'],
      history: { commits: 2, rewritten: 2, versions: 3 },
    });
    expect(git('show', '--stat=200', '--format=%s', 'HEAD').split('\n')[0]).toBe('Move 2 files to LFS');
    expect(git('show', '--name-only', '--format=', 'HEAD').trim().split('\n').sort()).toEqual([
      '.gitattributes',
      'Art/a.raw',
      'Art/s.raw',
    ]);
    expect(pointerAt(git, 'Art/a.raw')).toContain(refOf(now).oid);
    expect(statSync(join(folder, 'Art/a.raw')).size).toBe(40_000);
    expect(gitBytes(folder, ['show', 'HEAD^:Art/a.raw']).equals(now)).toBe(true);
    expect(git('status', '--porcelain')).toBe('?? other.txt\n');
    expect(await engine.tracking.migrate(projectId, { patterns: ['*.raw'] })).toMatchObject({ files: [] });
  });

  test('leaves files alone that have changes in no snapshot', async () => {
    const { engine, projectId, write, git } = await project({ 'a.raw': bytesOf(1, 100) });
    write('a.raw', bytesOf(2, 100));
    await expect(engine.tracking.migrate(projectId, { patterns: ['*.raw'] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(git('diff', '--name-only')).toBe('a.raw\n');
  });
});

test('on whatever .gitattributes, a tracked pattern means to git what it means after git lfs track', async () => {
  const random = randomFrom(20261123);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const some = <T>(list: readonly T[], most: number): T[] =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, () => one(list));
  // none that makes an asset of .gitattributes itself: that is refused by us
  const patterns = [
    '*.raw',
    '/a.raw',
    'Sub/*',
    'Sub/**',
    '**/b.raw',
    '*.[rR]aw',
    'a b.raw',
    '?.dds',
    'Sub/x',
  ];
  const lines = [
    ...patterns.flatMap((pattern) =>
      ['filter=lfs diff=lfs merge=lfs -text', 'big', '-big', '!filter', '-filter', 'text'].map(
        (attributes) => `${pattern.replaceAll(' ', '[[:space:]]')} ${attributes}`,
      ),
    ),
    '[attr]big filter=lfs diff=lfs merge=lfs -text',
    '# a word',
    '',
    '  *.raw   -text  ',
    '*.raw filter=lfs diff=lfs merge=lfs -text lockable',
  ];
  const paths = [
    'a.raw',
    'b.raw',
    'A.Raw',
    'a b.raw',
    'x.dds',
    'Sub/x',
    'Sub/a.raw',
    'Sub/y/b.raw',
    'other.txt',
  ];
  const asked = `${paths.join('\0')}\0`;
  const meaning = (folder: string) =>
    gitBytes(folder, ['check-attr', '-z', '--stdin', 'filter', 'diff', 'merge', 'text', 'lockable'], {
      input: asked,
    }).toString();

  const { engine, folder, projectId } = await project({ 'other.txt': 'x' });
  const theirs = temporaryFolder('theirs');
  gitBytes(theirs, ['init', '-q']);
  for (let round = 0; round < 12 * Number(process.env.MODSYNC_SOAK ?? 1); round++) {
    const wanted = [one(patterns), ...some(patterns, 2)];
    // where the pattern itself has a line with some other filter, git-lfs takes it for its own and tracks nothing
    const isOther = (line: string) =>
      wanted.includes(line.trim().split(/\s+/)[0]?.replaceAll('[[:space:]]', ' ') ?? '') &&
      !line.includes('filter=lfs diff=lfs merge=lfs -text');
    const content = [
      '[attr]big filter=lfs diff=lfs merge=lfs -text',
      ...some(lines, 8).filter((line) => !isOther(line)),
    ].join('\n');
    const lockable = one([undefined, true]);
    for (const place of [folder, theirs]) writeFileSync(join(place, '.gitattributes'), `${content}\n`);
    for (const path of paths) {
      mkdirSync(dirname(join(theirs, path)), { recursive: true });
      if (path !== 'Sub/x') writeFileSync(join(theirs, path), '');
    }
    gitBytes(theirs, ['lfs', 'track', ...(lockable ? ['--lockable'] : []), '--', ...wanted]);
    await engine.tracking.track(projectId, wanted, { folder: '', ...(lockable && { lockable }) });
    expect({ content, wanted, lockable, meaning: meaning(folder) }).toEqual({
      content,
      wanted,
      lockable,
      meaning: meaning(theirs),
    });
  }
});

describe('nothing is changed by what would break the project:', () => {
  const head = (git: (...args: string[]) => string) => git('rev-parse', 'HEAD');
  const files = { 'raw/a.raw': bytesOf('a', 3000), 's.psc': 'ScriptName S\n' };

  test('a rule that takes in the files that hold the rules', async () => {
    const { engine, projectId, write, git } = await project(files);
    const before = head(git);
    const migrated = engine.tracking.migrate(projectId, { patterns: ['*'] });
    await expect(migrated).rejects.toMatchObject({ code: 'INVALID_INPUT', data: { path: '.gitattributes' } });
    const own = { code: 'INVALID_INPUT', data: { path: 'raw/.gitattributes' } };
    const track = (pattern: string, folder: string) =>
      engine.tracking.track(projectId, [pattern], { folder });
    await expect(track('*', 'raw')).rejects.toMatchObject(own);
    expect([head(git), git('status', '--porcelain')]).toEqual([before, '']);
    await track('raw/**', '');
    await expect(track('*.raw', 'raw')).rejects.toMatchObject(own);
    write('raw/.gitattributes', '* -filter\n');
    await expect(track('*.raw', 'raw')).resolves.toMatchObject({ tracked: ['*.raw'] });
  });

  test('moving files of which one stays by another rule, or while something else is staged', async () => {
    const { engine, projectId, write, git } = await project({
      ...files,
      'b.raw': bytesOf('b', 3000),
      'raw/.gitattributes': '*.raw -filter\n',
    });
    const before = head(git);
    const migrate = () => engine.tracking.migrate(projectId, { patterns: ['*.raw'] });
    await expect(migrate()).rejects.toMatchObject({ data: { path: 'raw/a.raw' } });
    expect([head(git), git('status', '--porcelain')]).toEqual([before, '']);
    write('s.psc', 'ScriptName T\n');
    git('add', 's.psc');
    await expect(engine.tracking.migrate(projectId, { patterns: ['/b.raw'] })).rejects.toMatchObject({
      data: { path: 's.psc' },
    });
    expect([head(git), git('status', '--porcelain')]).toEqual([before, 'M  s.psc\n']);
  });

  test('no rule any more for an asset that is not here', async () => {
    const { engine, folder, projectId, write, git } = await project(files);
    await engine.tracking.track(projectId, ['*.raw'], { folder: '' });
    await sync(engine, projectId);
    write('raw/a.raw', pointerAt(git, 'raw/a.raw'));
    const before = head(git);
    const rules = readFileSync(join(folder, '.gitattributes'), 'utf8');
    await expect(engine.tracking.untrack(projectId, ['*.raw'], { folder: '' })).rejects.toMatchObject({
      code: 'ASSET_MISSING',
      data: { path: 'raw/a.raw' },
    });
    expect(readFileSync(join(folder, '.gitattributes'), 'utf8')).toBe(rules);
    expect(head(git)).toBe(before);
  });
});

test('a file whose name begins like a negative pattern becomes an asset by its name', async () => {
  const content = bytesOf('!', 3000);
  const { engine, projectId, git } = await project({ '!n.q': content });
  await engine.tracking.track(projectId, ['!n.q'], { folder: '', filename: true });
  await sync(engine, projectId);
  expect(pointerAt(git, '!n.q')).toContain(refOf(content).oid);
});

test('what is a pointer already is not counted among what moves', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${refOf(bytesOf('x', 9)).oid}\nsize 9\n`;
  const { engine, projectId } = await project({ 'p.raw': pointer, 'a.raw': bytesOf('a', 3000) });
  const { files } = await engine.tracking.migrate(projectId, { patterns: ['*.raw'], dryRun: true });
  expect(files.map(({ path }) => path)).toEqual(['a.raw']);
});
