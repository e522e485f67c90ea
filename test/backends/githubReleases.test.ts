/** Releases at GitHub: what is there is recognised, what is half is replaced, and a token goes to GitHub alone. */
import { createHash, randomBytes } from 'node:crypto';
import { githubApi, githubReleases, githubRepository, githubSite } from '../../src/backends/github/index.ts';
import type { NewRelease, ReleaseFile } from '../../src/ports/index.ts';
import type { CommitId, Oid } from '../../src/shared/ids.ts';
import { describeReleases } from '../conformance/releases.ts';
import { type GitHubStandIn, startGitHub } from '../support/github/standIn.ts';
import { testHost } from '../support/host.ts';

let github: GitHubStandIn;
let made = 0;

const apiFor = (token: string) =>
  githubApi({ host: testHost(), site: githubSite(github.url), token, longestPause: 0 });

beforeAll(async () => {
  github = await startGitHub({ ann: { token: 'ghp_ann' }, bob: { token: 'ghp_bob' } });
});

function fileOf(name: string, bytes: Uint8Array): ReleaseFile {
  return {
    name,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex') as Oid,
    async *open(start = 0) {
      for (let at = start; at < bytes.length; at += 10_000) yield bytes.slice(at, at + 10_000);
    },
  };
}

const archive = randomBytes(200_000);

const release = (
  files = [fileOf('My Mod-1.0.0.zip', archive), fileOf('My Mod-1.0.0.zip.sha256', randomBytes(90))],
): NewRelease => ({
  tag: 'v1.0.0',
  commitId: '1'.repeat(40) as CommitId,
  title: 'My Mod 1.0.0',
  notes: 'First',
  prerelease: false,
  files,
});

async function repositoryOf(login = 'ann') {
  const name = `mod${made++}`;
  await github.request('ann', '/user/repos', { method: 'POST', json: { name } });
  const repository = githubRepository(`${github.url}/ann/${name}`);
  const token = github.tokenOf(login);
  const api = apiFor(token);
  const releases = githubReleases({
    api: () => api,
    repository,
    token: async () => token,
    retry: { baseMs: 1, maxMs: 2 },
  });
  return { name, releases };
}

const uploads = () =>
  github.asked.filter(({ method, path }) => method === 'POST' && path.endsWith('/assets'));

test('names are as GitHub has them, and the one before is the label', async () => {
  const { releases, name } = await repositoryOf();
  const { files } = await releases.upload(release([fileOf('My Mod-1.0.0.zip', archive)]));
  expect(files.map((file) => file.name)).toEqual(['My.Mod-1.0.0.zip']);
  const [there] = (await (await github.request('ann', `/repos/ann/${name}/releases`)).json()) as {
    assets: { label: string }[];
  }[]; // as GitHub answers
  expect(there?.assets[0]?.label).toBe('My Mod-1.0.0.zip');
});

test('after a broken upload, the next try sends only what is not whole', async () => {
  const { releases } = await repositoryOf();
  const wanted = release([fileOf('a.zip', randomBytes(50_000)), fileOf('b.zip', archive)]);
  await releases.upload(release([wanted.files[0] as ReleaseFile]));
  const before = uploads().length;
  const stop = new AbortController();
  await expect(
    releases.upload(wanted, {
      signal: stop.signal,
      onProgress: ({ bytes }) => bytes > 100_000 && stop.abort(),
    }),
  ).rejects.toMatchObject({ code: 'ABORTED' });
  const after = await releases.upload(wanted);
  expect(after.files.map(({ name }) => name).sort()).toEqual(['a.zip', 'b.zip']);
  // b.zip twice, a.zip never again
  expect(uploads().length - before).toBe(2);
  expect(await releases.upload(wanted)).toEqual(after);
  expect(uploads().length - before).toBe(2);
});

test('a connection that breaks is tried again by itself, and leaves no half behind', async () => {
  const { releases } = await repositoryOf();
  github.cutUpload = 30_000;
  const { files } = await releases.upload(release());
  expect(files.find(({ name }) => name.endsWith('.zip'))?.size).toBe(archive.length);
  expect(files).toHaveLength(2);
});

test('uploads go to GitHub’s own addresses and to no other, with the token', async () => {
  const { releases } = await repositoryOf();
  const answered = github.answer;
  const elsewhere = {
    message: '',
    id: 1,
    tag_name: 'v1.0.0',
    draft: true,
    assets: [],
    html_url: github.url,
    upload_url: 'http://evil.example/repos/ann/x/releases/1/assets{?name,label}',
  };
  github.answer = ({ method, path }) =>
    method === 'POST' && path.endsWith('/releases')
      ? {
          status: 201,
          headers: {},
          body: elsewhere,
        }
      : undefined;
  try {
    await expect(releases.upload(release())).rejects.toMatchObject({ code: 'REMOTE_PROTOCOL' });
  } finally {
    github.answer = answered;
  }
});

test('who may not write is told so', async () => {
  const { releases } = await repositoryOf('bob');
  await expect(releases.upload(release())).rejects.toMatchObject({
    code: expect.stringMatching(/^(ACCESS_DENIED|NOT_FOUND)$/),
  });
});

describeReleases('GitHub', async () => {
  const { releases } = await repositoryOf();
  return {
    // who may push sees drafts, whoever it is; GitHub makes the tag's page of what is pushed, and asks nothing of it
    releases: [releases, releases],
    push: async () => '1'.repeat(40) as CommitId,
    close: async () => undefined,
  };
});
