import { githubApi, githubSite } from '../../src/backends/github/index.ts';
import type { SyncError } from '../../src/shared/errors.ts';
import { recorded } from '../support/github/recorded.ts';
import { type GitHubStandIn, startGitHub } from '../support/github/standIn.ts';
import { testHost } from '../support/host.ts';

let github: GitHubStandIn;

beforeAll(async () => {
  github = await startGitHub({
    ann: { token: 'ghp_ann' },
    bob: { token: 'ghp_bob' },
    carol: { token: 'ghp_carol', scopes: ['read:user'] },
  });
});

beforeEach(() => {
  github.answer = () => undefined;
});

const apiOf = (login: string, token = github.tokenOf(login)) =>
  githubApi({ host: testHost(), site: githubSite(github.url), token, longestPause: 0 });

async function failureOf(login: string, token?: string): Promise<SyncError> {
  const api = await apiOf(login, token);
  // reading is not slowed down, as writing is; what a scope is missing for is writing
  const asking =
    login === 'carol'
      ? api.call('make the repository mods', (octokit, request) =>
          octokit.rest.repos.createForAuthenticatedUser({ name: 'mods', request }),
        )
      : api.changed('/user');
  return await asking.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: SyncError) => error,
  );
}

test('what has not changed is asked for without cost, and answered from memory', async () => {
  const api = await apiOf('ann');
  const me = () =>
    api.call('say who you are', (octokit, request) => octokit.rest.users.getAuthenticated({ request }));
  const first = await me();
  const second = await me();
  expect(second.data).toEqual(first.data);
  expect(first.data.login).toBe('ann');
  const statuses = github.asked.filter(({ path }) => path === '/user').map(({ status }) => status);
  expect(statuses).toEqual([200, 304]);
});

test('whoever polls hears only of changes', async () => {
  const api = await apiOf('ann');
  const first = await api.changed('/user');
  expect(first?.data).toMatchObject({ login: 'ann' });
  expect(await api.changed('/user', first?.etag)).toBeUndefined();
});

test('the budget of requests is known after the first', async () => {
  const api = await apiOf('ann');
  expect(api.budget()).toBeUndefined();
  await api.changed('/user');
  expect(api.budget()).toMatchObject({ limit: 5000, remaining: expect.any(Number) });
});

test.each([
  ['a spent rate limit', recorded.rateLimit(3000), 'RATE_LIMITED', /5000 requests an hour.* in 50 minutes/],
  ['a secondary limit', recorded.secondaryRateLimit(40), 'RATE_LIMITED', /pause.* in 40 seconds/],
  ['an old-style abuse answer', recorded.abuse(30), 'RATE_LIMITED', /pause.* in 30 seconds/],
  ['a 429', recorded.tooMany(10), 'RATE_LIMITED', /pause.* in 10 seconds/],
  [
    'single sign-on',
    recorded.sso('https://github.com/orgs/team/sso?authorization_request=A1'),
    'ACCESS_DENIED',
    /single sign-on.*https:\/\/github\.com\/orgs\/team\/sso\?authorization_request=A1/,
  ],
  [
    'a fine-grained token',
    recorded.fineGrained('contents=write'),
    'ACCESS_DENIED',
    /permission \(contents: write\)/,
  ],
  ['a takedown', recorded.blocked, 'ACCESS_DENIED', /blocked/],
])('%s becomes a message that says what to do', async (_name, answer, code, words) => {
  github.answer = () => answer;
  const error = await failureOf('ann');
  expect(error).toMatchObject({ name: 'SyncError', code, message: expect.stringMatching(words) });
});

test('a short pause that GitHub asks for is kept to, and nobody notices', async () => {
  let asked = 0;
  github.answer = ({ path }) =>
    path === '/user' && asked++ === 0 ? recorded.secondaryRateLimit(1) : undefined;
  const api = await githubApi({ host: testHost(), site: githubSite(github.url), token: 'ghp_bob' });
  expect((await api.changed('/user'))?.data).toMatchObject({ login: 'bob' });
  expect(asked).toBe(2);
});

test('a wrong token says how to sign in again', async () => {
  expect(await failureOf('ann', 'ghp_wrong')).toMatchObject({
    code: 'ACCESS_DENIED',
    message: expect.stringMatching(/modsync login github --endpoint http/),
  });
});

test('a missing scope is named', async () => {
  expect(await failureOf('carol')).toMatchObject({
    code: 'ACCESS_DENIED',
    message: expect.stringMatching(/lacks the scope public_repo or repo/),
  });
});

test('a GitHub that cannot be reached says so', async () => {
  const api = await githubApi({ host: testHost(), site: githubSite('http://127.0.0.1:1'), token: 'ghp_x' });
  await expect(api.changed('/user')).rejects.toMatchObject({
    code: 'BACKEND_CONNECTION_FAILED',
    message: expect.stringMatching(/^Backend connection failed.*cannot be reached/),
  });
});

test('no error holds the token', async () => {
  for (const answer of [
    recorded.rateLimit(3000),
    recorded.sso('https://x.example'),
    recorded.blocked,
    undefined,
  ]) {
    github.answer = () => answer;
    const error = await failureOf(answer ? 'ann' : 'carol');
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/ghp_/);
  }
});
