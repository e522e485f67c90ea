/** What an LFS server must show of locks, line by line. Source: git-lfs `docs/api/locking.md`. */
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { startLfsStand } from './lfsStand.ts';

const { relay, owner, editor, viewer, lfs, lock, lockId } = await startLfsStand();

describe('locks', () => {
  test('a lock is created with 201', async () => {
    const { status, json } = await lock('created.nif');
    expect(status).toBe(201);
    expect(json.lock).toEqual({
      id: expect.any(String),
      path: 'created.nif',
      locked_at: expect.any(String),
      owner: { name: 'owner' },
    });
  });
  test('a second one on the path is 409, with the lock that stands', async () => {
    const { json } = await lock('taken.nif');
    const again = await lock('taken.nif', editor);
    expect([again.status, again.json.lock]).toEqual([409, json.lock]);
    expect(again.json.message).toEqual(expect.any(String));
  });
  test('of eight at once on one path exactly one is created', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, i) => lock('raced.nif', i % 2 ? owner : editor)),
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 409)).toHaveLength(7);
  });
  test('they are listed by path, by id, and page by page', async () => {
    const ids = [await lockId('list/1'), await lockId('list/2'), await lockId('list/3')];
    const list = async (query: string) =>
      (await lfs(`/locks?${query}`)).json as unknown as { locks: { id: string }[]; next_cursor?: string };
    expect((await list('path=list/2')).locks.map(({ id }) => id)).toEqual([ids[1]]);
    expect((await list(`id=${ids[2]}`)).locks.map(({ id }) => id)).toEqual([ids[2]]);
    const seen: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page = await list(`limit=2&cursor=${cursor}`);
      expect(page.locks.length).toBeLessThanOrEqual(2);
      seen.push(...page.locks.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(expect.arrayContaining(ids));
    expect(new Set(seen).size).toBe(seen.length);
  });
  test('an empty list is an empty array, never null', async () => {
    expect((await lfs('/locks?path=none')).json).toEqual({ locks: [] });
    const empty = (await relay.createProject('No locks')).projectId;
    const verified = await relay.request(`${relayRoutes.lfsLocks(empty)}/verify`, {
      method: 'POST',
      token: owner,
      json: {},
    });
    expect(await verified.json()).toEqual({ ours: [], theirs: [] });
  });
  test('verify tells ours from theirs', async () => {
    await lock('verify/mine', editor);
    await lock('verify/yours', owner);
    const { json } = await lfs('/locks/verify', {
      token: editor,
      body: { ref: { name: 'refs/heads/main' } },
    });
    const paths = (locks: unknown) => (locks as { path: string }[]).map(({ path }) => path);
    expect(paths(json.ours)).toContain('verify/mine');
    expect(paths(json.theirs)).toContain('verify/yours');
    expect(paths(json.ours)).not.toContain('verify/yours');
  });
  test('whoever has a lock opens it; twice is 404', async () => {
    const id = await lockId('mine.nif', editor);
    expect((await lfs(`/locks/${id}/unlock`, { body: {}, token: editor })).json.lock).toMatchObject({ id });
    expect((await lfs(`/locks/${id}/unlock`, { body: {}, token: editor })).status).toBe(404);
  });
  test('another needs force and the right to, else 403', async () => {
    const id = await lockId('owners.nif', owner);
    const unlock = async (token: string, body: object) =>
      (await lfs(`/locks/${id}/unlock`, { body, token })).status;
    expect(await unlock(editor, {})).toBe(403);
    expect(await unlock(editor, { force: true })).toBe(403);
    const theirs = await lockId('editors.nif', editor);
    expect((await lfs(`/locks/${theirs}/unlock`, { body: {} })).status).toBe(403);
    expect((await lfs(`/locks/${theirs}/unlock`, { body: { force: true } })).status).toBe(200);
  });
  test.each([
    ['create', '/locks', { body: { path: 'x' } }],
    ['list', '/locks', {}],
    ['verify', '/locks/verify', { body: {} }],
    ['unlock', '/locks/x/unlock', { body: {} }],
  ])('to %s takes the right to push', async (_, path, sent) =>
    expect((await lfs(path, { ...sent, token: viewer })).status).toBe(403),
  );
  test('a lock without a path, or of a silly page, is 422', async () => {
    expect((await lfs('/locks', { body: {} })).status).toBe(422);
    expect((await lfs('/locks?limit=-1')).status).toBe(422);
    expect((await lfs('/locks?cursor=x')).status).toBe(422);
  });
});
