/** Releases at a relay: who may make and see them, uploads that go on, and pages that nobody can put anything into. */
import { createHash, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { backUp, restore, verify } from '../../src/relay/index.ts';
import type { ObjectId, Oid, ProjectId } from '../../src/shared/ids.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import type { ReleaseInfo, SaveReleaseRequest } from '../../src/shared/wire/releases.ts';
import { temporaryFolder } from '../support/host.ts';
import { cloneWith, startTestRelay, type TestRelay } from '../support/relay.ts';

const oidOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex') as Oid;
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

interface Stage {
  relay: TestRelay;
  readonly project: ProjectId;
  readonly editor: string;
  readonly stranger: string;
  readonly archive: Buffer<ArrayBuffer>;
  readonly wanted: SaveReleaseRequest;
  save(changed?: Partial<SaveReleaseRequest>, token?: string): Promise<Response>;
  send(from: number, to?: number, token?: string): Promise<Response>;
  setDraft(draft: boolean, token?: string): Promise<Response>;
  list(): Promise<ReleaseInfo[]>;
  makePublic(): Promise<Response>;
}

/** A project whose tag v1.0.0 names an archive, and is pushed. */
async function stage(title = 'My Mod 1.0.0', notes = 'First', size = 300_000): Promise<Stage> {
  const relay = await startTestRelay({ limits: { guessesPerMinute: 10_000 } });
  const { projectId, gitUrl } = await relay.createProject('My Mod');
  const editor = await relay.join(projectId, 'Editor');
  const stranger = await relay.join((await relay.createProject('Elsewhere')).projectId, 'Stranger');
  const archive = randomBytes(size) as Buffer<ArrayBuffer>;
  const clone = await cloneWith(gitUrl, relay.ownerToken);
  await clone.git('commit', '-q', '--allow-empty', '-m', 'Start');
  await clone.git('tag', '-a', 'v1.0.0', '-m', `Release 1.0.0\n\nModsync-SHA256: ${oidOf(archive)}`);
  await clone.git('push', '-q', 'origin', 'HEAD:main', 'v1.0.0');
  const wanted: SaveReleaseRequest = {
    tag: 'v1.0.0',
    commitId: (await clone.git('rev-parse', 'HEAD')) as ObjectId,
    title,
    notes,
    prerelease: false,
    files: [{ name: 'My Mod-1.0.0.zip', size: archive.length, sha256: oidOf(archive) }],
  };
  const here: Stage = {
    relay,
    project: projectId,
    editor,
    stranger,
    archive,
    wanted,
    save: (changed = {}, token = editor) =>
      here.relay.request(relayRoutes.releases(projectId), {
        method: 'POST',
        token,
        json: { ...wanted, ...changed },
      }),
    send: (from, to = archive.length, token = editor) =>
      here.relay.request(`${relayRoutes.releaseUpload(projectId, 'v1.0.0', oidOf(archive))}?from=${from}`, {
        method: 'PUT',
        token,
        body: archive.subarray(from, to),
      }),
    setDraft: (draft, token = editor) =>
      here.relay.request(relayRoutes.releaseDraft(projectId, 'v1.0.0'), {
        method: 'POST',
        token,
        json: { draft },
      }),
    list: async () => {
      const answer = await here.relay.request(relayRoutes.releases(projectId), { token: editor });
      return ((await answer.json()) as { data: { releases: ReleaseInfo[] } }).data.releases;
    },
    makePublic: () =>
      here.relay.request(relayRoutes.releaseAudience(projectId), {
        method: 'POST',
        token: here.relay.ownerToken,
        json: { audience: 'public' },
      }),
  };
  return here;
}

const out = async (here: Stage): Promise<ReleaseInfo> => {
  expect((await here.save()).status).toBe(201);
  expect((await here.send(0)).status).toBe(200);
  expect((await here.setDraft(false)).status).toBe(200);
  const [release] = await here.list();
  return release as ReleaseInfo; // it was just saved
};

test('a release that is out is a page and a download for the members, and for everyone once the owner says so', async () => {
  const here = await stage();
  const { page, files } = await out(here);
  const [file] = files;
  const statuses = async (token?: string) => {
    const seen = [];
    for (const url of [relayRoutes.releasesPage(here.project), page, file?.url ?? ''])
      seen.push((await here.relay.request(url, { token })).status);
    return seen;
  };
  expect(await statuses(here.editor)).toEqual([200, 200, 200]);
  expect(await statuses(here.stranger)).toEqual([404, 404, 404]);
  expect(await statuses()).toEqual([401, 401, 401]);

  const editors = await here.relay.request(relayRoutes.releaseAudience(here.project), {
    method: 'POST',
    token: here.editor,
    json: { audience: 'public' },
  });
  expect(editors.status).toBe(403);
  expect((await here.makePublic()).status).toBe(200);
  expect(await statuses(here.stranger)).toEqual([200, 200, 200]);
  expect(await statuses()).toEqual([200, 200, 200]);

  const shown = await here.relay.request(page);
  expect(await shown.text()).toContain(oidOf(here.archive));
  expect(shown.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  const got = await here.relay.request(file?.url ?? '');
  expect(got.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(got.headers.get('content-disposition')).toContain('My Mod-1.0.0.zip');
  expect((await bytesOf(got)).equals(here.archive)).toBe(true);
  const part = await here.relay.request(file?.url ?? '', { headers: { range: 'bytes=10-19' } });
  expect([part.status, (await bytesOf(part)).equals(here.archive.subarray(10, 20))]).toEqual([206, true]);
});

test('a draft is for members alone, and so is a release that became one again; its tag stays', async () => {
  const here = await stage();
  await here.makePublic();
  await here.save();
  await here.send(0);
  const [draft] = await here.list();
  const file = draft?.files[0]?.url ?? '';
  const seenBy = async (token?: string) => [
    (await here.relay.request(draft?.page ?? '', { token })).status,
    (await here.relay.request(file, { token })).status,
    (await (await here.relay.request(relayRoutes.releasesPage(here.project), { token })).text()).includes(
      'My Mod 1.0.0',
    ),
  ];
  expect(await seenBy(here.editor)).toEqual([200, 200, true]);
  expect(await seenBy()).toEqual([404, 404, false]);
  await here.setDraft(false);
  expect(await seenBy()).toEqual([200, 200, true]);
  await here.setDraft(true);
  expect(await seenBy()).toEqual([404, 404, false]);
  expect(await seenBy(here.editor)).toEqual([200, 200, true]);
});

test('an upload that broke off goes on behind what has arrived, even at a relay that was restarted', async () => {
  const here = await stage();
  await here.save();
  expect(await (await here.send(0, 100_000)).json()).toMatchObject({ data: { received: 100_000 } });
  here.relay = await here.relay.restart();
  expect((await here.list())[0]?.files[0]?.received).toBe(100_000);
  // neither a gap nor anything twice
  expect((await here.send(150_000)).status).toBe(409);
  expect((await here.send(0, 50_000)).status).toBe(409);
  expect((await here.setDraft(false)).status).toBe(409);
  expect(await (await here.send(100_000)).json()).toMatchObject({ data: { received: 300_000 } });
  expect((await here.setDraft(false)).status).toBe(200);
  expect((await here.send(0)).status).toBe(200);
});

test('bytes that are not the announced ones are not kept, and no release comes of them', async () => {
  const here = await stage();
  await here.save();
  const wrong = await here.relay.request(
    `${relayRoutes.releaseUpload(here.project, 'v1.0.0', oidOf(here.archive))}?from=0`,
    { method: 'PUT', token: here.editor, body: randomBytes(here.archive.length) as Buffer<ArrayBuffer> },
  );
  expect(wrong.status).toBe(422);
  expect((await here.list())[0]?.files[0]?.received).toBe(0);
  expect((await here.setDraft(false)).status).toBe(409);
});

test('only what the pushed tag names comes out, and a release that is out never changes', async () => {
  const here = await stage();
  const other = randomBytes(10) as Buffer<ArrayBuffer>;
  await here.save({ files: [{ name: 'Other.zip', size: 10, sha256: oidOf(other) }] });
  await here.relay.request(relayRoutes.releaseUpload(here.project, 'v1.0.0', oidOf(other)), {
    method: 'PUT',
    token: here.editor,
    body: other,
  });
  const refused = await here.setDraft(false);
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('does not name')]);
  await here.save({ commitId: '0'.repeat(40) as ObjectId });
  await here.send(0);
  expect((await here.setDraft(false)).status).toBe(409);
  await here.save();
  expect((await here.setDraft(false)).status).toBe(200);
  expect((await here.save({ files: [{ name: 'x.zip', size: 1, sha256: oidOf(other) }] })).status).toBe(409);
  // the same again is a success: whoever re-runs a broken release comes here
  expect((await here.save()).status).toBe(200);
});

test('names and notes cannot put anything into the page', async () => {
  const evil = '<script>alert(1)</script>"\'&';
  const notes = `${evil}\n\n- \`${evil}\`\n- **${evil}**\n\n### ${evil}\n\nhttps://example.org/"onmouseover=alert(1)\njavascript:alert(1)`;
  const here = await stage(evil, notes);
  const { page } = await out(here);
  const html = await (await here.relay.request(page, { token: here.editor })).text();
  expect(html).not.toMatch(/<script|<[^>]*\son\w+=|href="javascript/i);
  expect(html).toContain('<code>&lt;script&gt;');
  for (const name of ['../x.zip', 'a/b.zip', 'a\\b.zip', 'a"b.zip', '.x', 'x\r\ny', 'x\u202ezip', ''])
    expect(
      (await here.save({ tag: 'v2.0.0', files: [{ name, size: 1, sha256: oidOf(here.archive) }] })).status,
    ).toBe(400);
  for (const tag of ['main', '../v1.0.0', 'v1', '--help', 'v1.0.0/x'])
    expect((await here.save({ tag })).status).toBe(400);
});

test('upkeep leaves the files of releases alone, a backup has them, and verify misses them when they are gone', async () => {
  const here = await stage();
  await out(here);
  here.relay = await here.relay.restart({ graceDays: 0 });
  await here.relay.relay.runUpkeep();
  expect((await here.list())[0]?.files[0]?.received).toBe(here.archive.length);
  const copy = temporaryFolder('backup');
  await backUp(here.relay.dataDir, copy);
  const restored = `${temporaryFolder('restored')}/data`;
  await restore(copy, restored);
  expect((await verify(restored)).problems).toEqual([]);
  await rm(`${restored}/lfs`, { recursive: true });
  expect((await verify(restored)).problems).toMatchObject([
    { kind: 'asset-missing', oid: oidOf(here.archive) },
  ]);
});
