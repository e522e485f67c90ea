/** What is particular to GitHub about hints, followers and pull requests: at the stand-in, held to GitHub's description. */

import { following } from '../../src/backends/github/following.ts';
import { type GitHubRepository, githubApi, githubRepository } from '../../src/backends/github/index.ts';
import { proposals } from '../../src/backends/github/proposals.ts';
import { refLook } from '../../src/backends/github/refLook.ts';
import type { Host } from '../../src/platform/index.ts';
import { parseProjectId } from '../../src/shared/ids.ts';
import { recorded } from '../support/github/recorded.ts';
import { type GitHubStandIn, startGitHub } from '../support/github/standIn.ts';
import { git } from '../support/gitRepository.ts';
import { testHost } from '../support/host.ts';
import { startTestRelay, type TestRelay } from '../support/relay.ts';

const projectId = parseProjectId('my-mod');
let github: GitHubStandIn;
let relay: TestRelay;
let made = 0;

beforeAll(async () => {
  github = await startGitHub({
    ann: { token: 'ghp_ann' },
    ben: { token: 'ghp_ben' },
    eve: { token: 'ghp_eve', scopes: ['read:user'] },
  });
  relay = await startTestRelay();
});

beforeEach(() => {
  github.answer = () => undefined;
});

async function newRepository(): Promise<GitHubRepository> {
  const name = `mod-${++made}`;
  await github.request('ann', '/user/repos', { method: 'POST', json: { name, auto_init: true } });
  await github.request('ann', `/repos/ann/${name}/collaborators/ben`, {
    method: 'PUT',
    json: { permission: 'push' },
  });
  const invited = (await (await github.request('ben', '/user/repository_invitations')).json()) as {
    id: number;
  }[];
  for (const { id } of invited)
    await github.request('ben', `/user/repository_invitations/${id}`, { method: 'PATCH' });
  return githubRepository(`${github.url}/ann/${name}.git`);
}

const apiOf = (login: string, repository: GitHubRepository, host: Host = testHost()) => {
  const api = githubApi({ host, site: repository.site, token: github.tokenOf(login), longestPause: 0 });
  return () => api;
};

/** @param token of the relay */
async function followingOf(
  login: string,
  repository: GitHubRepository,
  token: string | undefined = relay.ownerToken,
) {
  const host = testHost();
  if (token !== undefined) await host.keys.set(new URL(relay.url).origin, token);
  return following({ host, connect: apiOf(login, repository, host), repository, fetch });
}

const request = (id = projectId) => ({ relay: relay.url, projectId: id, name: 'My Mod', branch: 'main' });

const hooksOf = async ({ owner, repo }: GitHubRepository) =>
  (await (await github.request('ann', `/repos/${owner}/${repo}/hooks`)).json()) as {
    events: string[];
    active: boolean;
    config: Record<string, string>;
  }[];

describe('following', () => {
  test('makes one webhook, however often it is asked, and tells whether GitHub reached the relay', async () => {
    const repository = await newRepository();
    const id = parseProjectId(`followed-${made}`);
    const ann = await followingOf('ann', repository);
    const first = await ann.follow(request(id));
    expect(first).toMatchObject({
      heard: true,
      repository: `ann/${repository.repo}`,
      hints: { relay: relay.url, projectId: id },
    });
    const again = await ann.follow(request(id));
    expect(again.hints.key).not.toBe(first.hints.key);
    const hooks = await hooksOf(repository);
    expect(hooks).toHaveLength(1);
    expect(hooks[0]).toMatchObject({
      active: true,
      events: ['push', 'create', 'delete', 'release', 'member'],
      config: { url: `${relay.url}/hooks/github?project=${id}`, content_type: 'json' },
    });
    // the secret is told to GitHub only, and is another one each time
    const secrets = github.asked.flatMap(({ path, body }) =>
      path.includes(`${repository.repo}/hooks`)
        ? [(body as { config?: { secret?: string } })?.config?.secret]
        : [],
    );
    const told = secrets.filter((secret) => secret !== undefined);
    expect(new Set(told).size).toBe(2);
    for (const secret of told) expect(JSON.stringify([first, again])).not.toContain(secret);

    // any member can look whether it works, with the key of the project as it is now
    const ben = await followingOf('ben', repository, undefined);
    await ben.check(again.hints);
    await expect(ben.check(first.hints)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    const away = { ...again.hints, relay: 'http://127.0.0.1:1' };
    await expect(ben.check(away)).rejects.toMatchObject({ code: 'BACKEND_CONNECTION_FAILED' });

    expect(await ann.unfollow(again.hints)).toEqual([]);
    expect(await hooksOf(repository)).toEqual([]);
    // what is gone already is no error
    expect(await ann.unfollow(again.hints)).toEqual([]);
  });

  test('is for admins who are signed in at the relay: others are told what is missing, and nothing is made', async () => {
    const repository = await newRepository();
    const id = parseProjectId(`refused-${made}`);
    const refusals = [
      [await followingOf('ben', repository), /Only an admin of ann\/mod-\d+ .*modsync follow --relay/],
      [await followingOf('eve', repository), /Only an admin|would not/],
      [
        following({ host: testHost(), connect: apiOf('ann', repository), repository, fetch }),
        /not signed in at .*modsync login/,
      ],
      [await followingOf('ann', repository, 'ms_wrong'), /not known here/],
    ] as const;
    for (const [one, words] of refusals)
      await expect(one.follow(request(id))).rejects.toMatchObject({ message: expect.stringMatching(words) });
    expect(await hooksOf(repository)).toEqual([]);
    const there = await relay.request(`/api/projects/${id}/github`, { token: relay.ownerToken });
    expect(there.status).toBe(404);
  });

  test('of a relay that GitHub cannot reach is refused before anything is asked', async () => {
    const host = testHost();
    const repository = githubRepository('https://github.com/octo/mod.git');
    const connect = () => {
      throw new Error('nothing is asked');
    };
    const one = following({ host, connect, repository, fetch: connect });
    for (const address of [
      'http://localhost:7460',
      'http://127.0.0.1:7460',
      'http://[::1]:7460',
      'http://192.168.1.5:7460',
      'http://172.20.0.1',
      'http://[fd00::1]',
      'http://workstation:7460',
      'http://nas.local',
    ])
      await expect(one.follow({ ...request(), relay: address })).rejects.toMatchObject({
        code: 'INVALID_CONFIG',
        message: expect.stringMatching(/cannot reach http.*--public-url.*every half minute/s),
      });
    // this one is asked for
    await expect(one.follow({ ...request(), relay: 'https://mods.example.org' })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
  });
});

describe('a look at the refs', () => {
  test('costs nothing while they stay, and sees branches and tags', async () => {
    const repository = await newRepository();
    const bare = github.repository('ann', repository.repo);
    const look = refLook(apiOf('ben', repository), repository);
    const { signal } = new AbortController();
    expect([...(await look(signal))]).toEqual([]);
    const tree = git(bare, 'hash-object', '-t', 'tree', '-w', '/dev/null').trim();
    const commit = git(bare, 'commit-tree', tree, '-m', 'one').trim();
    git(bare, 'update-ref', 'refs/heads/main', commit);
    git(bare, 'update-ref', 'refs/tags/v1', commit);
    const seen = [
      ['refs/heads/main', commit],
      ['refs/tags/v1', commit],
    ];
    expect([...(await look(signal))]).toEqual(seen);
    const asked = github.asked.length;
    expect([...(await look(signal))]).toEqual(seen);
    expect(github.asked.slice(asked).map(({ status }) => status)).toEqual([304, 304]);
  });

  test('at a repository without commits sees nothing, and a limit says how long to wait', async () => {
    const repository = await newRepository();
    const look = refLook(apiOf('ben', repository), repository);
    const { signal } = new AbortController();
    github.answer = () => ({ status: 409, body: { message: 'Git Repository is empty.' } });
    expect([...(await look(signal))]).toEqual([]);
    github.answer = () => recorded.rateLimit(120);
    await expect(look(signal)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      data: { retryAfter: expect.any(Number) },
    });
  });
});

test('whether a pull request merges is told as GitHub has it', async () => {
  const repository = await newRepository();
  const ben = proposals(apiOf('ben', repository), repository);
  const { proposal, isNew } = await ben.open({
    title: 'x'.repeat(300),
    text: 'y'.repeat(70_000),
    branch: 'idea',
    base: 'main',
  });
  expect([isNew, proposal.title.length, proposal.branch]).toEqual([true, 256, 'idea']);
  const states = [
    [{ mergeable: true, mergeable_state: 'clean' }, 'yes'],
    [{ mergeable: true, mergeable_state: 'unstable' }, 'yes'],
    [{ mergeable: true, mergeable_state: 'blocked' }, 'blocked'],
    [{ mergeable: true, mergeable_state: 'behind' }, 'blocked'],
    [{ mergeable: false, mergeable_state: 'dirty' }, 'conflicts'],
    [{ mergeable: null, mergeable_state: 'unknown' }, 'unknown'],
  ] as const;
  const one = (await (
    await github.request('ann', `/repos/ann/${repository.repo}/pulls/${proposal.number}`)
  ).json()) as object;
  for (const [state, mergeable] of states) {
    github.answer = ({ path }) =>
      /\/pulls\/\d+$/.test(path) ? { status: 200, body: { ...one, ...state } as never } : undefined;
    expect(await ben.list()).toMatchObject([{ number: proposal.number, mergeable }]);
  }
});
