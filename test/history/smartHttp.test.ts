import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { smartHttp } from '../../src/history/index.ts';
import { nodeFetch } from '../../src/platform/node/fetch.ts';
import type { History, PushUpdate } from '../../src/ports/history.ts';
import type { CommitId, ObjectId } from '../../src/shared/ids.ts';
import { type GitHttpServer, gitHttpServer } from '../support/gitHttpServer.ts';
import { addEmptyCommits, git, gitEnvironment, seededRepository } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { localObjects } from '../support/localObjects.ts';

const tip = (folder: string, name = 'HEAD') => git(folder, 'rev-parse', name).trim() as CommitId;

function commitFile(folder: string, path: string, content: string | Buffer): CommitId {
  writeFileSync(join(folder, path), content);
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', `write ${path}`);
  return tip(folder);
}

let source: string;
let bare: string;
let server: GitHttpServer;
let history: History;

beforeEach(async () => {
  source = seededRepository(61);
  bare = join(temporaryFolder('bare'), 'project.git');
  git(source, 'clone', '-q', '--bare', source, bare);
  server = await gitHttpServer(bare);
  history = connect();
});

afterEach(() => server.close());

const connect = (more: Partial<Parameters<typeof smartHttp>[0]> = {}) =>
  smartHttp({ url: server.url, fetch: nodeFetch, authorize: async () => undefined, ...more });

/** A working copy by our own fetch. */
async function cloneOurs(): Promise<string> {
  const folder = temporaryFolder('clone');
  git(folder, 'init', '-q');
  const { refs, head } = await history.listRefs();
  await history.fetch(localObjects(folder), [...refs.values()]);
  for (const [name, id] of refs)
    git(folder, 'update-ref', name.replace('refs/heads/', 'refs/remotes/origin/'), id);
  expect(head).toBe('refs/heads/main');
  git(folder, 'reset', '-q', '--hard', 'origin/main');
  git(folder, 'fsck', '--strict');
  return folder;
}

const push = (folder: string, ...updates: PushUpdate[]) => history.push(localObjects(folder), updates);

describe('fetch', () => {
  test('a clone has everything, tags included', async () => {
    const folder = await cloneOurs();
    expect(tip(folder)).toBe(tip(source));
    expect(git(folder, 'tag')).toBe(git(source, 'tag'));
    const { refs } = await history.listRefs();
    const listed = git(bare, 'for-each-ref', '--format=%(refname) %(objectname)').trim().split('\n');
    expect([...refs].map((ref) => ref.join(' '))).toEqual(listed);
  });

  test('an empty project', async () => {
    const empty = join(temporaryFolder('bare'), 'empty.git');
    git(source, 'init', '-q', '--bare', empty);
    const other = await gitHttpServer(empty);
    try {
      history = smartHttp({ url: other.url, authorize: async () => undefined });
      expect((await history.listRefs()).refs.size).toBe(0);
      const outcome = await push(source, { ref: 'refs/heads/main', expected: undefined, next: tip(source) });
      expect(outcome).toEqual([{ ref: 'refs/heads/main', ok: true }]);
      git(empty, 'fsck', '--strict');
    } finally {
      await other.close();
    }
  });

  test('after local commits that are not pushed, only what is new comes, in one request', async () => {
    const folder = await cloneOurs();
    addEmptyCommits(folder, 150);
    const next = commitFile(source, 'Data/new.txt', 'from elsewhere\n');
    git(source, 'push', '-q', bare, 'main');
    const { refs } = await history.listRefs();
    expect(refs.get('refs/heads/main')).toBe(next);
    const before = server.requests.length;
    await history.fetch(localObjects(folder), [next]);
    const requests = server.requests.slice(before);
    expect(requests).toHaveLength(1);
    expect(requests[0]!.sent).toBeLessThan(3000);
    git(folder, 'update-ref', 'refs/check', next);
    git(folder, 'fsck', '--strict');
  });

  test('a common commit that lies deep is found in a few requests', async () => {
    const folder = await cloneOurs();
    git(folder, 'checkout', '-q', '-b', 'deep', 'HEAD~5');
    for (const ref of ['refs/remotes/origin/main', 'refs/heads/main']) git(folder, 'update-ref', '-d', ref);
    addEmptyCommits(folder, 400);
    for (const tag of git(folder, 'tag').trim().split('\n')) git(folder, 'tag', '-d', tag);
    // the remote's own tips are not here any more
    git(folder, 'reflog', 'expire', '--expire=all', '--all');
    git(folder, 'gc', '-q', '--prune=now');
    const fresh = connect();
    const before = server.requests.length;
    await fresh.fetch(localObjects(folder), [tip(source)]);
    expect(server.requests.length - before).toBeLessThan(5);
    git(folder, 'update-ref', 'refs/check', tip(source));
    git(folder, 'fsck', '--strict');
  });

  test('unrelated histories', async () => {
    const folder = temporaryFolder('unrelated');
    git(folder, 'init', '-q');
    commitFile(folder, 'other.txt', 'other\n');
    await history.fetch(localObjects(folder), [tip(source)]);
    git(folder, 'update-ref', 'refs/check', tip(source));
    git(folder, 'fsck', '--strict');
  });

  test('a shallow clone stays shallow and sound', async () => {
    const folder = temporaryFolder('shallow');
    git(folder, 'clone', '-q', '--depth=2', `file://${bare}`, '.');
    // what the pack could build on is beyond the edge
    git(source, 'checkout', '-q', 'HEAD~6', '--', '.');
    git(source, 'commit', '-qm', 'old files again');
    git(source, 'push', '-q', bare, 'main');
    await history.fetch(localObjects(folder), [tip(source)]);
    git(folder, 'update-ref', 'refs/check', tip(source));
    git(folder, 'fsck', '--strict');
    const next = commitFile(folder, 'shallow.txt', 'x\n');
    git(folder, 'reset', '-q', '--hard', 'refs/check');
    const top = commitFile(folder, 'shallow.txt', 'y\n');
    expect(next).not.toBe(top);
    expect(await push(folder, { ref: 'refs/heads/main', expected: tip(source), next: top })).toMatchObject([
      { ok: true },
    ]);
    git(bare, 'fsck', '--strict');
  });

  test('stops when it is told to, and says so', async () => {
    const folder = temporaryFolder('abort');
    git(folder, 'init', '-q');
    const stop = new AbortController();
    const fetched = history.fetch(localObjects(folder), [tip(source)], {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(fetched).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(history.listRefs({ signal: stop.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('push', () => {
  test('sends what is new, with the headers of this device, and the next one in a single request', async () => {
    history = connect({ headers: { 'modsync-origin': 'device-1' }, authorize: async () => 'Bearer secret' });
    const folder = await cloneOurs();
    let expected = tip(folder);
    for (let i = 0; i < 3; i++) {
      const next = commitFile(folder, 'Data/mine.txt', `mine ${i}\n`);
      const before = server.requests.length;
      expect(await push(folder, { ref: 'refs/heads/main', expected, next })).toEqual([
        { ref: 'refs/heads/main', ok: true },
      ]);
      expect(server.requests.length - before).toBe(i === 0 ? 2 : 1);
      expect(server.requests.at(-1)!.headers).toMatchObject({
        'modsync-origin': 'device-1',
        authorization: 'Bearer secret',
      });
      expect(tip(bare, 'main')).toBe(next);
      expected = next;
    }
    git(bare, 'fsck', '--strict');
  });

  test('100 changed files cost no more bytes than git push', async () => {
    const folder = await cloneOurs();
    const lines = (file: number, edit: string) =>
      Array.from({ length: 200 }, (_, i) =>
        i === 77 ? edit : createHash('md5').update(`${file} ${i}`).digest('hex'),
      ).join('\n');
    for (let i = 0; i < 100; i++) {
      mkdirSync(join(folder, `d${i % 7}`), { recursive: true });
      writeFileSync(join(folder, `d${i % 7}/f${i}.psc`), lines(i, ''));
    }
    const base = commitFile(folder, 'base.txt', 'base\n');
    git(folder, 'push', '-q', bare, `${base}:refs/heads/main`, `${base}:refs/heads/theirs`);
    for (let i = 0; i < 100; i++) writeFileSync(join(folder, `d${i % 7}/f${i}.psc`), lines(i, 'edited'));
    const next = commitFile(folder, 'base.txt', 'edited\n');
    // not `git`, which would wait for the server that lives in this process
    await promisify(execFile)('git', ['push', '-q', server.url, `${next}:refs/heads/theirs`], {
      cwd: folder,
      env: gitEnvironment,
    });
    const theirs = server.requests.at(-1)!.received;
    expect(await push(folder, { ref: 'refs/heads/main', expected: base, next })).toMatchObject([
      { ok: true },
    ]);
    const ours = server.requests.at(-1)!.received;
    expect({ ours, theirs, less: ours <= theirs }).toMatchObject({ less: true });
    git(bare, 'fsck', '--strict');
  });

  test('a large push is streamed', async () => {
    const folder = await cloneOurs();
    const noise = Buffer.concat(
      Array.from({ length: 100_000 }, (_, i) => createHash('sha256').update(String(i)).digest()),
    );
    const next = commitFile(folder, 'noise.bin', noise);
    expect(await push(folder, { ref: 'refs/heads/main', expected: tip(source), next })).toMatchObject([
      { ok: true },
    ]);
    expect(server.requests.at(-1)!.headers['transfer-encoding']).toBe('chunked');
    git(bare, 'fsck', '--strict');
  });

  test('who comes second loses the race, before and after the remote was asked', async () => {
    const folder = await cloneOurs();
    const expected = tip(folder);
    const mine = commitFile(folder, 'mine.txt', 'mine\n');
    const theirs = commitFile(source, 'theirs.txt', 'theirs\n');
    git(source, 'push', '-q', bare, 'main');
    for (const attempt of ['asks the remote', 'remembers it']) {
      expect([attempt, await push(folder, { ref: 'refs/heads/main', expected, next: mine })]).toEqual([
        attempt,
        [{ ref: 'refs/heads/main', ok: false, why: 'lost-race', message: expect.any(String) }],
      ]);
    }
    expect(await push(folder, { ref: 'refs/heads/main', expected: undefined, next: mine })).toMatchObject([
      { why: 'lost-race' },
    ]);
    expect(tip(bare, 'main')).toBe(theirs);
  });

  test('of many at once exactly one wins', async () => {
    const folder = await cloneOurs();
    const expected = tip(folder);
    const tips = Array.from({ length: 6 }, (_, i) => {
      git(folder, 'reset', '-q', '--hard', expected);
      return commitFile(folder, 'race.txt', `runner ${i}\n`);
    });
    const outcomes = (
      await Promise.all(tips.map((next) => push(folder, { ref: 'refs/heads/main', expected, next })))
    ).flat();
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    for (const outcome of outcomes) if (!outcome.ok) expect(outcome).toMatchObject({ why: 'lost-race' });
  });

  test('several refs go together or not at all', async () => {
    const folder = await cloneOurs();
    const expected = tip(folder);
    const next = commitFile(folder, 'mine.txt', 'mine\n');
    git(folder, 'tag', '-a', 'named', '-m', 'a named snapshot');
    const named = tip(folder, 'named') as ObjectId;
    await push(folder, { ref: 'refs/heads/warm', expected: undefined, next: expected });
    const wrong = await push(
      folder,
      { ref: 'refs/heads/main', expected: tip(folder, 'HEAD~2'), next },
      { ref: 'refs/tags/named', expected: undefined, next: named },
    );
    expect(wrong).toMatchObject([{ why: 'lost-race' }, { why: 'lost-race' }]);
    expect(git(bare, 'tag', '-l', 'named')).toBe('');
    const right = await push(
      folder,
      { ref: 'refs/heads/main', expected, next },
      { ref: 'refs/tags/named', expected: undefined, next: named },
      { ref: 'refs/heads/warm', expected, next: undefined },
    );
    expect(right.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(git(bare, 'for-each-ref', '--format=%(refname)', 'refs/heads').trim()).toBe('refs/heads/main');
    expect(tip(bare, 'named')).toBe(named);
    git(bare, 'fsck', '--strict');
  });

  test('a refusal is not a lost race, and comes with the words of the remote', async () => {
    const folder = await cloneOurs();
    const hook = join(bare, 'hooks/pre-receive');
    mkdirSync(join(bare, 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\necho "only the owner may do that" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const update = { ref: 'refs/heads/main', expected: tip(folder), next: commitFile(folder, 'a', 'a') };
    expect(await push(folder, update)).toMatchObject([
      { ok: false, why: 'refused', message: expect.stringContaining('only the owner may do that') },
    ]);
    writeFileSync(hook, '#!/bin/sh\nexit 0\n');
    expect(
      await push(folder, { ref: 'refs/heads/main/inner', expected: undefined, next: tip(folder) }),
    ).toMatchObject([{ ok: false, why: 'refused' }]);
    git(bare, 'config', 'receive.denyDeletes', 'true');
    expect(
      await push(folder, { ref: 'refs/heads/main', expected: tip(source), next: undefined }),
    ).toMatchObject([{ ok: false, why: 'refused' }]);
  });

  test('a remote that dropped what the pack builds on gets it in a second attempt', async () => {
    const folder = await cloneOurs();
    const start = tip(folder);
    const lost = commitFile(folder, 'big.txt', `${'line\n'.repeat(300)}end\n`);
    await push(folder, { ref: 'refs/heads/side', expected: undefined, next: lost });
    await history.listRefs();
    git(bare, 'update-ref', '-d', 'refs/heads/side');
    git(bare, 'gc', '-q', '--prune=now');
    const next = commitFile(folder, 'big.txt', `${'line\n'.repeat(300)}END\n`);
    expect(await push(folder, { ref: 'refs/heads/main', expected: start, next })).toMatchObject([
      { ok: true },
    ]);
    git(bare, 'fsck', '--strict');
  });
});

describe('what goes wrong is said clearly', () => {
  test.each([
    [401, 'ACCESS_DENIED'],
    [403, 'ACCESS_DENIED'],
    [404, 'NOT_FOUND'],
    [429, 'RATE_LIMITED'],
    [502, 'BACKEND_CONNECTION_FAILED'],
    [200, 'REMOTE_PROTOCOL'],
  ])('HTTP %i is %s', async (status, code) => {
    server.intercept = (_, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');
      return true;
    };
    await expect(history.listRefs()).rejects.toMatchObject({ code });
  });

  test('no server', async () => {
    await server.close();
    await expect(history.listRefs()).rejects.toMatchObject({
      code: 'BACKEND_CONNECTION_FAILED',
      message: expect.stringMatching(/^Backend connection failed/),
    });
  });

  test('a kept connection that died meanwhile is no reason to fail; a server that always hangs up is', async () => {
    let hangUps = 0;
    server.intercept = (request) => {
      if (hangUps++ > 0) return false;
      request.socket.destroy();
      return true;
    };
    expect((await history.listRefs()).refs.size).toBeGreaterThan(0);
    server.intercept = (request) => {
      hangUps++;
      request.socket.destroy();
      return true;
    };
    hangUps = 0;
    await expect(history.listRefs()).rejects.toMatchObject({ code: 'BACKEND_CONNECTION_FAILED' });
    expect(hangUps).toBe(2);
  });

  test('a connection cut in the middle of a pack leaves nothing behind', async () => {
    const folder = temporaryFolder('cut');
    git(folder, 'init', '-q');
    const wants = [...(await history.listRefs()).refs.values()];
    server.intercept = (request, response) => {
      if (request.method === 'GET') return false;
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
      response.write('0008NAK\n0010\x01PACK\0\0\0\x02\0\0\0', 'latin1', () => response.destroy());
      return true;
    };
    await expect(history.fetch(localObjects(folder), wants)).rejects.toMatchObject({
      code: 'BACKEND_CONNECTION_FAILED',
    });
    expect(git(folder, 'count-objects', '-v')).toMatch(/count: 0\n(?:.*\n)*in-pack: 0\n(?:.*\n)*garbage: 0/);
  });

  test('a silent server', async () => {
    server.intercept = () => true;
    await expect(connect({ timeoutMs: 50 }).listRefs()).rejects.toMatchObject({
      code: 'SYNC_TIMEOUT',
      message: expect.stringMatching(/^Sync timeout/),
    });
  });

  test('a password in the URL', () => {
    expect(() => connect({ url: 'https://user:secret@example.org/x.git' })).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIG', message: expect.not.stringContaining('secret') }),
    );
  });

  test('a remote that stops with an error', async () => {
    const folder = temporaryFolder('error');
    git(folder, 'init', '-q');
    const missing = 'b'.repeat(40) as CommitId;
    await expect(history.fetch(localObjects(folder), [missing])).rejects.toMatchObject({
      code: 'REMOTE_PROTOCOL',
      message: expect.stringContaining('not our ref'),
    });
  });
});
