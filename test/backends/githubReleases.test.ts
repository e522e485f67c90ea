/** Releases at GitHub: what is there is recognised, what is half is replaced, and a token goes to GitHub alone. */
import { createHash, randomBytes } from 'node:crypto';
import { githubApi, githubReleases, githubRepository, githubSite } from '../../src/backends/github/index.ts';
import type { NewRelease, ReleaseFile } from '../../src/ports/index.ts';
import type { CommitId, Oid } from '../../src/shared/ids.ts';
import { type GitHubStandIn, startGitHub } from '../support/github/standIn.ts';
import { testHost } from '../support/host.ts';

let github: GitHubStandIn;
let made = 0;

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
  const api = githubApi({ host: testHost(), site: githubSite(github.url), token, longestPause: 0 });
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

test('a release is a draft until it is let out, and can be one again', async () => {
  const { releases } = await repositoryOf();
  const seen: number[] = [];
  const draft = await releases.upload(release(), { onProgress: ({ bytes }) => void seen.push(bytes) });
  expect(draft).toMatchObject({ tag: 'v1.0.0', draft: true });
  // as GitHub has names; the label keeps the one that it had
  expect(draft.files.map(({ name }) => name).sort()).toEqual(['My.Mod-1.0.0.zip', 'My.Mod-1.0.0.zip.sha256']);
  expect([seen[0], seen.at(-1)]).toEqual([0, 200_090]);
  const url = draft.files.find(({ name }) => name.endsWith('.zip'))?.url ?? '';
  expect((await fetch(url)).status).toBe(404);
  expect(await releases.setDraft('v1.0.0', false)).toMatchObject({ draft: false });
  expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(archive)).toBe(true);
  expect(await releases.list()).toMatchObject([{ tag: 'v1.0.0', draft: false }]);
  expect(await releases.setDraft('v1.0.0', true)).toMatchObject({ draft: true });
  expect((await fetch(url)).status).toBe(404);
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

test('another release of this version that is out is left alone', async () => {
  const { releases } = await repositoryOf();
  await releases.upload(release());
  await releases.setDraft('v1.0.0', false);
  await expect(releases.upload(release([fileOf('My Mod-1.0.0.zip', randomBytes(10))]))).rejects.toMatchObject(
    { code: 'RELEASE_REFUSED' },
  );
  expect(await releases.upload(release([fileOf('My Mod-1.0.0.zip', archive)]))).toMatchObject({
    draft: false,
  });
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
