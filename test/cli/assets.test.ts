import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type User, user } from '../support/cli.ts';
import { temporaryFolder } from '../support/host.ts';
import { startTestRelay } from '../support/relay.ts';

/** Each test goes on where the one before it stopped. */
describe('assets and locks at the command line', () => {
  const alice: User = user('Alice');
  const bob: User = user('Bob');
  const hers = temporaryFolder('alice');
  const his = join(temporaryFolder('bob'), 'part');
  const texture = join('Textures', 'Snow.dds');
  const isPointer = (path: string) => readFileSync(join(his, path), 'latin1').startsWith('version https://');

  beforeAll(async () => {
    const relay = await startTestRelay();
    mkdirSync(join(hers, 'Textures'));
    writeFileSync(join(hers, texture), Buffer.alloc(100_000, 7));
    writeFileSync(join(hers, 'Wind.wav'), Buffer.alloc(50_000, 8));
    await alice.type('login', relay.url, '--token', relay.ownerToken);
    await alice.type('init', hers, '--relay', relay.url, '--name', 'Snow', '--yes');
    const { data } = await alice.type('-C', hers, 'share', '--json');
    expect((await bob.type('join', data.inviteCode, his, '--without', '*.wav, *.fuz')).code).toBe(0);
  });

  test('join --without leaves assets out, and status says so', async () => {
    expect(isPointer('Wind.wav')).toBe(true);
    expect(statSync(join(his, texture)).size).toBe(100_000);
    const { out } = await bob.type('-C', his, 'status');
    expect(out).toContain('This copy has all, without *.wav, *.fuz.');
    expect(out).toContain('Nothing to do');
    expect((await bob.type('-C', his, 'status', '--json')).data).toMatchObject({
      changes: [],
      parts: { only: [], without: ['*.wav', '*.fuz'] },
    });
    expect((await bob.type('-C', his, 'assets', 'ls')).out).toMatch(
      /Snow\.dds +100 KB +here\nWind\.wav +50\.0 KB +left out/,
    );
  });

  test('assets only changes the parts, fetch brings one thing, --all everything', async () => {
    expect((await bob.type('-C', his, 'assets', 'fetch', '*.wav')).out).toContain(
      '1 asset fetched (50.0 KB)',
    );
    expect(isPointer('Wind.wav')).toBe(false);
    const only = await bob.type('-C', his, 'assets', 'only', 'Sound', '--without', '*.xwm');
    expect(only.out).toContain('only Sound, without *.xwm');
    expect(only.out).toContain('2 files became pointers');
    expect(isPointer('Textures/Snow.dds')).toBe(true);
    expect((await bob.type('-C', his, 'assets', 'only', '--all')).code).toBe(0);
    expect(isPointer('Textures/Snow.dds')).toBe(false);
    expect((await bob.type('-C', his, 'assets', 'only')).out).toContain('all parts');
  });

  test('du tells what takes space, and drop frees it', async () => {
    expect((await bob.type('-C', his, 'du')).out).toMatch(/Cache +150 KB +2 files/);
    expect((await bob.type('-C', his, 'assets', 'drop')).out).toContain('Freed 150 KB in 2 copies.');
    expect((await bob.type('-C', his, 'du', '--json')).data.cache).toEqual({ files: 0, bytes: 0 });
    expect(statSync(join(his, texture)).size).toBe(100_000);
    expect((await bob.type('-C', his, 'sync')).out).toContain('Up to date');
  });

  test('lock, locks, unlock', async () => {
    expect((await alice.type('-C', hers, 'lock', texture)).out).toContain('Locked: Textures/Snow.dds');
    const refused = await bob.type('-C', his, 'lock', texture, '--json');
    expect(refused.json.error).toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining('is locked by'),
    });
    expect((await bob.type('-C', his, 'locks', '--json')).data).toMatchObject([
      { path: 'Textures/Snow.dds', mine: false },
    ]);
    expect((await alice.type('-C', hers, 'locks')).out).toMatch(/Textures\/Snow\.dds +you/);
    expect((await bob.type('-C', his, 'unlock', texture)).code).toBe(1);
    expect((await alice.type('-C', hers, 'unlock', texture)).out).toContain('Unlocked');
    expect((await alice.type('-C', hers, 'locks')).out).toContain('Nothing is locked');
    expect(existsSync(join(hers, texture))).toBe(true);
  });

  test.each([
    [['assets', 'burn'], /ls, fetch, drop, only/],
    [['assets', 'ls', '--all'], /assets only/],
    [['assets', 'only', '--all', 'x'], /no patterns/],
    [['assets', 'only', '!x'], /--without/],
    [['lock', '../elsewhere.dds'], /not in the project/],
  ])('%j is refused, and says how it is meant', async (words, told) => {
    const { code, err } = await bob.type('-C', his, ...words);
    expect(code).toBeGreaterThan(0);
    expect(err).toMatch(told);
  });
});
