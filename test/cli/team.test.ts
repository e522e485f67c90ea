import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type User, user } from '../support/cli.ts';
import { temporaryFolder } from '../support/host.ts';
import { startTestRelay, type TestRelay } from '../support/relay.ts';

/** Two people at their command lines, as the guide tells it: each test goes on where the one before it stopped. */
describe('a team at the command line', () => {
  const alice: User = user('Alice');
  const bob: User = user('Bob');
  const hers = temporaryFolder('alice');
  const his = join(temporaryFolder('bob'), 'My Copy');
  let relay: TestRelay;
  const write = (folder: string, path: string, content: string) => writeFileSync(join(folder, path), content);
  const read = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8');

  beforeAll(async () => {
    relay = await startTestRelay();
    write(hers, 'Quest.psc', 'ScriptName Quest\n\nFunction A()\nEndFunction\n');
    mkdirSync(join(hers, 'Textures'));
    writeFileSync(join(hers, 'Textures', 'Snow é.dds'), Buffer.alloc(100_000, 7));
  });

  test('a token is checked before it is kept', async () => {
    const wrong = await alice.type('login', relay.url, '--token', 'ms_wrong', '--json');
    expect(wrong.code).toBe(1);
    expect(wrong.json.error?.code).toBe('ACCESS_DENIED');
    expect(existsSync(join(alice.home, 'credentials.json'))).toBe(false);
    const right = await alice.typeWith(`${relay.ownerToken}\n`, 'login', `${relay.url}/`);
    expect(right.code).toBe(0);
    expect(right.out).toContain('Signed in');
    expect(read(alice.home, 'credentials.json')).toContain(relay.ownerToken);
  });

  test('init shows its plan, and does nothing unless told to', async () => {
    const dry = await alice.type(
      'init',
      hers,
      '--relay',
      relay.url,
      '--name',
      'Snow Mod',
      '--dry-run',
      '--json',
    );
    expect(dry.code).toBe(0);
    expect(dry.data).toMatchObject({
      name: 'Snow Mod',
      branch: 'main',
      asAssets: { files: 1, bytes: 100_000 },
    });
    const unasked = await alice.type('init', hers, '--relay', relay.url);
    expect(unasked.code).toBe(2);
    expect(unasked.err).toMatch(/As assets +1 file, 100 KB[\s\S]*--yes/);
    expect(existsSync(join(hers, '.git'))).toBe(false);

    const done = await alice.type('init', hers, '--relay', relay.url, '--name', 'Snow Mod', '--yes');
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/✓ Snow Mod is a project now[\s\S]*modsync share/);
  });

  test('an invite brings the other a copy, in a folder of their choice', async () => {
    const { data } = await alice.type('-C', hers, 'share', 'Bob', '--json');
    expect(data.collaborators).toEqual(['Bob']);
    const told = await alice.type('-C', hers, 'share', 'Bob');
    expect(told.out).toContain('For Bob.');
    expect(told.err).toContain('from this machine only');
    const joined = await bob.type('join', data.inviteCode, his);
    expect(joined.code).toBe(0);
    expect(joined.out).toContain('modsync watch -C "');
    expect(read(his, 'Quest.psc')).toBe(read(hers, 'Quest.psc'));
    expect(readFileSync(join(his, 'Textures', 'Snow é.dds'))).toHaveLength(100_000);
    expect((await bob.type('join', 'http://127.0.0.1/nothing', '--json')).json.error?.code).toBe(
      'INVALID_INVITE',
    );
  });

  test('clone without a folder makes one of the project’s name, beside where one is', async () => {
    const { data } = await bob.type('-C', his, 'status', '--json');
    const parent = temporaryFolder('clones');
    const { code, data: cloned } = await bob.type('-C', parent, 'clone', data.remote, '--json');
    expect(code).toBe(0);
    expect(cloned).toMatchObject({ name: 'Snow Mod', path: `${parent}/${data.projectId}` });
  });

  test('status and diff tell what changed, sync sends it', async () => {
    write(his, 'Quest.psc', `${read(his, 'Quest.psc')}Function B()\nEndFunction\n`);
    expect((await bob.type('-C', his, 'status')).out).toMatch(/modified {2}Quest\.psc[\s\S]*modsync sync/);
    expect((await bob.type('-C', his, 'diff')).out).toMatch(/changed: Quest\.psc[\s\S]*\n\+Function B\(\)/);
    expect((await bob.type('-C', his, 'diff', '--stat')).out).toMatch(
      /Quest\.psc +2 \+\+\n 1 file changed, 2 lines added/,
    );
    expect((await bob.type('-C', his, 'diff', '--name-only')).out).toBe('Quest.psc\n');

    const sent = await bob.type('-C', his, 'sync', '-m', 'Add B', '--json');
    expect(sent.code).toBe(0);
    expect(sent.data).toMatchObject({
      outcome: 'synced',
      pushed: true,
      sent: [{ path: 'Quest.psc', kind: 'modified' }],
    });
    const got = await alice.type('-C', hers, 'sync');
    expect(got.out).toMatch(/Received:\n {2}modified {2}Quest\.psc\n✓ Synced in/);
    expect((await alice.type('-C', hers, 'sync')).out).toBe('✓ Up to date.\n');
    expect((await alice.type('-C', hers, 'diff')).out).toBe('');
  });

  test('an open conflict exits with 3 until it is resolved, file by file', async () => {
    write(hers, 'Notes.txt', 'alice\n');
    write(his, 'Notes.txt', 'bob\n');
    expect((await alice.type('-C', hers, 'sync')).code).toBe(0);
    const conflicted = await bob.type('-C', his, 'sync');
    expect(conflicted.code).toBe(3);
    expect(conflicted.out).toMatch(/Conflicts detected: 1 file[\s\S]*Notes\.txt[\s\S]*--use remote/);
    const listed = await bob.type('-C', his, 'conflicts', '--json');
    expect(listed.code).toBe(3);
    expect(listed.data).toMatchObject([{ path: 'Notes.txt', kind: 'both-added' }]);
    const status = await bob.type('-C', his, 'status');
    expect(status.code).toBe(0);
    expect(status.out).toContain('--use remote');
    expect(status.out).not.toContain('Next:  modsync sync');

    expect((await bob.type('-C', his, 'resolve', 'Other.txt', '--use', 'remote')).code).toBe(1);
    const resolved = await bob.type('resolve', '-C', his, 'Notes.txt', '--use', 'remote');
    expect(resolved.code).toBe(0);
    expect(resolved.out).toContain('Took theirs: Notes.txt');
    expect(read(his, 'Notes.txt')).toBe('alice\n');
    expect((await bob.type('-C', his, 'conflicts')).code).toBe(0);
    const told = await bob.type('-C', his, 'history', '--conflicts');
    expect(told.out).toMatch(/bob .*Merge the remote's main[^\n]*\n +Notes\.txt: took the remote’s\n/i);
  });

  test('a conflict is shown side by side, and decided place by place', async () => {
    write(hers, 'Lines.txt', 'one\ntwo\nthree\nfour\nfive\n');
    await alice.type('-C', hers, 'sync');
    await bob.type('-C', his, 'sync');
    write(hers, 'Lines.txt', 'one\nTWO\nthree\nfour\nFIVE\n');
    write(his, 'Lines.txt', 'one\n2\nthree\nfour\n5\n');
    await alice.type('-C', hers, 'sync');
    expect((await bob.type('-C', his, 'sync')).out).toContain('modsync conflicts show PATH');
    const shown = await bob.type('-C', his, 'conflicts', 'show', 'Lines.txt');
    expect(shown.code).toBe(3);
    expect(shown.out).toMatch(
      /place 1 of 2\n +yours, line 2 +│ theirs, line 2\n +2 +│ TWO\n +both began with, line 2\n +two\n/,
    );
    expect(shown.out).toMatch(/modsync resolve Lines\.txt --hunk 1=local +\(or remote, both\)/);
    for (const words of [
      ['--hunk', '1=neither'],
      ['--hunk', '1=local', '--use', 'remote'],
      ['--use', 'no-such-file'],
      ['--all', '--use', 'local'],
    ])
      expect((await bob.type('-C', his, 'resolve', 'Lines.txt', ...words)).code).toBe(2);
    expect((await bob.type('-C', his, 'resolve', 'Lines.txt', '--hunk', '3=local')).err).toMatch(
      /only 1 to 2/,
    );

    const half = await bob.type('-C', his, 'resolve', 'Lines.txt', '--hunk', '1=both');
    expect(half.code).toBe(3);
    const again = await bob.type('-C', his, 'conflicts', 'show');
    expect(again.out).toMatch(/place 1 of 2 +decided: both/);
    expect((await bob.type('-C', his, 'resolve', '--all', '--use', 'remote')).code).toBe(0);
    expect(read(his, 'Lines.txt')).toBe(read(hers, 'Lines.txt'));
    expect((await bob.type('-C', his, 'resolve', '--all', '--use', 'remote')).out).toBe(
      'No conflicts are open.\n',
    );
  });

  test('a choice that waits for the rest is listed, and can be changed; one that counts no more is told of', async () => {
    write(hers, 'Sign.dds', 'hers');
    write(hers, 'Lines.txt', 'hers\n');
    write(his, 'Sign.dds', 'his');
    write(his, 'Lines.txt', 'his\n');
    await alice.type('-C', hers, 'sync');
    await bob.type('-C', his, 'sync');
    const resolve = (...words: string[]) => bob.type('-C', his, 'resolve', ...words);
    expect((await resolve('Lines.txt', '--record', '1=local')).err).toContain('decided place by place');
    expect((await resolve('Lines.txt', '--hunk', '1=local', '--hunk', '1=remote')).err).toContain('twice');
    expect((await resolve('Sign.dds', '--use', 'local')).code).toBe(3);
    const listed = await bob.type('-C', his, 'conflicts');
    expect(listed.out).toMatch(/1 file that[\s\S]*Lines\.txt[\s\S]*Decided[^\n]*\n {2}Sign\.dds: yours\n/);
    expect((await bob.type('-C', his, 'conflicts', 'show', 'Sign.dds')).out).toMatch(/decided: local/);
    expect((await resolve('Sign.dds', '--use', 'remote')).out).toContain('Took theirs: Sign.dds');
    expect((await resolve('Lines.txt', '--hunk', '1=both', '--json')).code).toBe(0);

    write(hers, 'Two.txt', 'hers\n');
    write(hers, 'Two.dds', 'hers');
    write(his, 'Two.txt', 'his\n');
    write(his, 'Two.dds', 'his');
    await alice.type('-C', hers, 'sync');
    await bob.type('-C', his, 'sync');
    expect((await resolve('--all', '--use', 'merge')).out).toMatch(
      /^Open again: Two\.txt\nConflicts detected: 2/,
    );
    write(hers, 'Two.txt', 'hers later\n');
    await alice.type('-C', hers, 'sync');
    const late = await resolve('Two.txt', '--hunk', '1=local');
    expect(late.out).not.toContain('Decided');
    expect(late.err).toContain('Two.txt was changed on the other side meanwhile');
    expect((await resolve('--all', '--use', 'remote')).code).toBe(0);
    expect([read(his, 'Two.txt'), read(his, 'Two.dds')]).toEqual(['hers later\n', 'hers']);
  });

  test('while a merge is open for git, everything says so, and what git left is told apart', async () => {
    write(hers, 'Gone.txt', 'base\n');
    write(hers, 'Open.txt', 'base\n');
    await alice.type('-C', hers, 'sync');
    await bob.type('-C', his, 'sync');
    write(hers, 'Gone.txt', 'hers\n');
    write(hers, 'Open.txt', 'hers\n');
    rmSync(join(his, 'Gone.txt'));
    write(his, 'Open.txt', 'his\n');
    await alice.type('-C', hers, 'sync');
    await bob.type('-C', his, 'sync');
    const opened = await bob.type('-C', his, 'merge', '--open');
    expect(opened.out).toMatch(/Open\.txt {2}has markers in it\n {2}Gone\.txt {2}is theirs\n/);
    for (const command of ['status', 'conflicts'] as const) {
      const { out } = await bob.type('-C', his, command);
      expect(out).toContain('modsync merge --abort');
      expect(out).not.toContain('modsync resolve');
    }
    expect((await bob.type('-C', his, 'status', '--json')).data.underWay).toBe('merge');
    expect((await bob.type('-C', his, 'merge', '--abort')).code).toBe(0);
    expect((await bob.type('-C', his, 'status')).out).toContain('modsync resolve PATH --use local');
    expect((await bob.type('-C', his, 'resolve', '--all', '--use', 'remote')).code).toBe(0);
    await alice.type('-C', hers, 'sync');
  });

  test('a named snapshot is in the history, and can be brought back', async () => {
    expect((await bob.type('-C', his, 'snapshot', 'beta', '-m', 'For testers')).code).toBe(0);
    expect((await bob.type('-C', his, 'snapshot', 'beta', '--json')).json.error?.code).toBe('INVALID_INPUT');

    write(his, 'Unsaved.txt', 'not in a snapshot yet\n');
    for (const name of ['beta', 'two words', 'a..b', '.hidden']) {
      expect((await bob.type('-C', his, 'snapshot', name)).err).toMatch(/name/);
    }
    expect((await bob.type('-C', his, 'diff', '--name-only')).out).toBe('Unsaved.txt\n');
    rmSync(join(his, 'Unsaved.txt'));
    write(his, 'Quest.psc', 'ruined\n');
    const restored = await bob.type('-C', his, 'restore', 'beta');
    expect(restored.code).toBe(0);
    expect(read(his, 'Quest.psc')).toContain('Function B()');
    const { out } = await bob.type('-C', his, 'history', '-n', '30');
    expect(out).toMatch(/\[beta\]/);
    expect(out).toMatch(/Add B/);
    expect((await bob.type('-C', his, 'history', '-n', '1', '--json')).data).toHaveLength(1);
    expect((await bob.type('-C', his, 'restore', 'no-such', '--json')).json.error?.code).toBe('NOT_FOUND');
  });

  test('watch tells what happens, one JSON object per line, and ends cleanly', async () => {
    await bob.type('-C', his, 'sync');
    const stop = new AbortController();
    const events: { type: string; result?: { sent: { path: string }[] } }[] = [];
    let look: () => void = () => undefined;
    const until = (condition: () => boolean) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (condition()) resolve();
        };
        look();
      });
    const watching = bob.follow(['watch', '-C', his, '--json'], stop.signal, (line) => {
      events.push(JSON.parse(line).data);
      look();
    });
    await until(() => events.some(({ type }) => type === 'online'));
    write(his, 'Watched.psc', 'ScriptName Watched\n');
    await until(() => events.some(({ result }) => result?.sent.some(({ path }) => path === 'Watched.psc')));
    stop.abort();
    expect((await watching).code).toBe(0);
    expect(events.some(({ type }) => type === 'watching')).toBe(true);
    expect((await alice.type('-C', hers, 'sync', '--pull')).out).toContain('Watched.psc');
  });

  test('doctor finds nothing wrong', async () => {
    const { code, data } = await alice.type('-C', hers, 'doctor', '--json');
    expect(data.findings.filter(({ state }: { state: string }) => state === 'bad')).toEqual([]);
    expect(code).toBe(0);
    expect(data.healthy).toBe(true);
  });

  test('an interrupted command exits with 130 and says that nothing is lost', async () => {
    const { code, err } = await alice.follow(['-C', hers, 'sync'], AbortSignal.abort(), () => undefined);
    expect(code).toBe(130);
    expect(err).toContain('Nothing is lost');
  });

  test('without the relay, work goes on and the message says so', async () => {
    await relay.relay.close();
    write(hers, 'Quest.psc', 'ScriptName Quest\n');
    const offline = await alice.type('-C', hers, 'sync', '--json');
    expect(offline.code).toBe(1);
    expect(offline.json.error).toMatchObject({
      code: 'BACKEND_CONNECTION_FAILED',
      message: expect.stringMatching(/^Backend connection failed.*safe/),
    });
    const examined = await alice.type('-C', hers, 'doctor');
    expect(examined.code).toBe(1);
    expect(examined.out).toMatch(/✗ {2}remote/);
  });
});
