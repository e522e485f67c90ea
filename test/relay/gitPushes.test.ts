/** What pushes over smart HTTP must show, by stock git: refused, killed, large, and racing. The rest is in gitConformance. */
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { type GitAtRelay, pkt, startGitAtRelay } from '../support/gitAtRelay.ts';
import type { GitClone } from '../support/relay.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);

let stand: GitAtRelay;
let source: GitClone;
let cloned: GitAtRelay['cloned'];
let remoteRef: GitAtRelay['remoteRef'];

beforeAll(async () => {
  stand = await startGitAtRelay();
  ({ source, cloned, remoteRef } = stand);
});

describe('pushing', () => {
  let at = 0;
  /** A clone with a commit of its own, and the name of a branch that is not there yet. */
  async function commit(...options: string[]) {
    const folder = await cloned(...options);
    const branch = `push-${++at}`;
    await folder.write(`${branch}.txt`, branch);
    await folder.git('add', '-A');
    await folder.git('commit', '-q', '-m', branch);
    return { folder, branch, head: await folder.git('rev-parse', 'HEAD') };
  }

  test('from a shallow clone', async () => {
    const { folder, branch, head } = await commit('--depth=1');
    await folder.git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(head);
  });
  test('what is no fast-forward is refused, and the ref stays', async () => {
    const { folder, branch, head } = await commit();
    await folder.git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    await folder.git('commit', '-q', '--amend', '-m', 'Another');
    expect((await folder.tryGit('push', 'origin', `HEAD:refs/heads/${branch}`)).error).toMatch(
      /rejected|fast-forward/,
    );
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(head);
  });
  test('a lease that holds is honoured, one that does not is refused', async () => {
    const { folder, branch, head } = await commit();
    await folder.git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    await folder.git('commit', '-q', '--amend', '-m', 'Another');
    const push = (lease: string) =>
      folder.tryGit(
        'push',
        '-q',
        `--force-with-lease=${branch}:${lease}`,
        'origin',
        `HEAD:refs/heads/${branch}`,
      );
    expect((await push('1'.repeat(40))).code).not.toBe(0);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(head);
    expect((await push(head)).code).toBe(0);
  });
  test('a branch is deleted; the default one is not', async () => {
    const { folder, branch } = await commit();
    await folder.git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    await folder.git('push', '-q', 'origin', `:refs/heads/${branch}`);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe('');
    expect((await folder.tryGit('push', '-q', 'origin', ':refs/heads/main')).code).not.toBe(0);
  });
  test('--atomic: all or none', async () => {
    const { folder, branch } = await commit();
    await folder.git('commit', '-q', '--amend', '-m', 'Diverged');
    await folder.git(
      'push',
      '-q',
      '--atomic',
      'origin',
      `HEAD:refs/heads/${branch}-1`,
      `HEAD:refs/heads/${branch}-2`,
    );
    await folder.git('reset', '-q', '--hard', 'HEAD~1');
    await folder.git('commit', '-q', '--allow-empty', '-m', 'Other');
    const mixed = await folder.tryGit(
      'push',
      '--atomic',
      'origin',
      `HEAD:refs/heads/${branch}-new`,
      `HEAD:refs/heads/${branch}-1`,
    );
    expect(mixed.code).not.toBe(0);
    expect(await remoteRef(`refs/heads/${branch}-new`)).toBe('');
  });
  test('push options are taken', async () => {
    const { folder, branch } = await commit();
    await folder.git('push', '-q', '-o', 'ci.skip', 'origin', `HEAD:refs/heads/${branch}`);
  });
  test('hidden refs are neither shown nor written', async () => {
    const { folder } = await commit();
    expect((await folder.tryGit('push', '-q', 'origin', 'HEAD:refs/modsync/backup/main')).code).not.toBe(0);
    expect(await folder.git('ls-remote', 'origin')).not.toContain('refs/modsync');
  });
  test('an object that fsck refuses is refused; the reason comes over the sideband, no ref moves', async () => {
    const { folder, branch } = await commit();
    const blob = await folder.git('hash-object', '-w', `${branch}.txt`);
    // Git itself refuses the name unless told otherwise: the hostile client is one that was.
    const careless = ['-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false'];
    await folder.git(...careless, 'update-index', '--add', '--cacheinfo', `100644,${blob},sub/git~1/config`);
    await folder.git('commit', '-q', '-m', 'Hostile');
    const pushed = await folder.tryGit('push', 'origin', `HEAD:refs/heads/${branch}`);
    expect(pushed.code).not.toBe(0);
    expect(pushed.error).toMatch(/remote: error: object \w+: hasDotgit/);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe('');
  });
  const LARGE = SOAK > 1 ? 60 : 20;
  test(`a pack of ${LARGE} MB`, async () => {
    const { folder, branch } = await commit();
    // noise, and git told so: what is measured elsewhere is not how fast it finds that nothing gets smaller
    const noise = ['-c', 'core.compression=0', '-c', 'core.bigFileThreshold=1m'];
    await folder.write('large.bin', randomBytes(LARGE * 1_000_000));
    await folder.git(...noise, 'add', '-A');
    await folder.git('commit', '-q', '-m', 'Large');
    await folder.git(...noise, 'push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    expect(await remoteRef(`refs/heads/${branch}`)).toBe(await folder.git('rev-parse', 'HEAD'));
    await folder.git('push', '-q', 'origin', `:refs/heads/${branch}`);
  });
  test('one that is killed leaves neither a ref nor an object', async () => {
    const { relay, project } = stand;
    const objects = join(relay.dataDir, 'repos', `${project}.git`, 'objects');
    const before = (await readdir(objects)).sort();
    const head = await source.git('rev-parse', 'HEAD');
    const push = httpRequest(`${relay.url}/${project}.git/git-receive-pack`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${relay.ownerToken}`,
        'content-type': 'application/x-git-receive-pack-request',
      },
    });
    push.on('error', () => {});
    const closed = new Promise((resolve) => push.once('close', resolve));
    push.write(`${pkt(`${'0'.repeat(40)} ${head} refs/heads/dead\0report-status`)}0000PACK`);
    push.write(Buffer.from([0, 0, 0, 2, 0, 0, 0, 200]));
    await source.git('ls-remote', 'origin');
    push.destroy();
    await closed;
    await relay.relay.close();
    expect((await readdir(objects)).sort()).toEqual(before);
    await stand.restart();
    expect(await remoteRef('refs/heads/dead')).toBe('');
  });
});

describe('races', () => {
  /** Bare commits on top of main, each other's siblings, in one folder: racers cost a push, not a clone. */
  async function siblings(count: number): Promise<{ folder: GitClone; commits: string[] }> {
    const folder = await cloned();
    const commits = [];
    for (let i = 0; i < count; i++)
      commits.push(
        await folder.git('commit-tree', '-p', 'origin/main', '-m', `Racer ${i}`, 'origin/main^{tree}'),
      );
    return { folder, commits };
  }
  test('eight to one branch: exactly one wins, and it is what the branch has', async () => {
    const { folder, commits } = await siblings(8);
    const pushed = await Promise.all(
      commits.map((commit) => folder.tryGit('push', '-q', 'origin', `${commit}:refs/heads/main`)),
    );
    const winners = commits.filter((_, i) => pushed[i]?.code === 0);
    expect(winners).toEqual([await remoteRef('refs/heads/main')]);
  });
  const RACERS = SOAK > 1 ? 50 : 12;
  test(`${RACERS} to branches of their own: all land`, async () => {
    const { folder, commits } = await siblings(RACERS);
    const push = (i: number) => folder.tryGit('push', '-q', 'origin', `${commits[i]}:refs/heads/own-${i}`);
    const pushed = await Promise.all(commits.map((_, i) => push(i)));
    expect(pushed.filter(({ code }) => code !== 0)).toEqual([]);
    const listed = await source.git('ls-remote', 'origin', 'refs/heads/own-*');
    expect(commits.filter((commit) => !listed.includes(commit))).toEqual([]);
  });
});
