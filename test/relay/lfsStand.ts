/** A project at a relay, with an owner, an editor and a viewer, and what git-lfs asks of its LFS API. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { hashSecret, newToken } from '../../src/relay/access/auth.ts';
import { Database } from '../../src/relay/db/db.ts';
import type { ProjectId } from '../../src/shared/ids.ts';
import { type BatchResponse, LFS_MEDIA_TYPE } from '../../src/shared/wire/lfs.ts';
import { startTestRelay, type TestRelay } from '../support/relay.ts';

type Sent = { token?: string | undefined; body?: unknown; method?: string; headers?: Record<string, string> };
type Action = NonNullable<BatchResponse['objects'][number]['actions']>['upload'];

export const named = (bytes: Uint8Array) => ({
  oid: createHash('sha256').update(bytes).digest('hex'),
  size: bytes.length,
});

export const follow = (action: Action, init: RequestInit = {}) =>
  fetch(action!.href, { ...init, headers: { ...action!.header, ...init.headers } });

/** No invite gives this role yet. */
function addViewer(relay: TestRelay, projectId: ProjectId): string {
  const db = Database.open(join(relay.dataDir, 'relay.sqlite'));
  const token = newToken();
  const user = { id: randomUUID(), name: 'Viewer', mayCreateProjects: false };
  db.people.addUser(user, hashSecret(token));
  db.projects.addMember(projectId, user.id, 'viewer');
  db.close();
  return token;
}

export async function startLfsStand() {
  const relay = await startTestRelay();
  const owner = relay.ownerToken;
  const { projectId: project, gitUrl } = await relay.createProject('Conformance');
  const editor = await relay.join(project, 'Piper');
  const viewer = addViewer(relay, project);

  /** One LFS request below `info/lfs`, as git-lfs sends it: by the owner, unless told otherwise. */
  async function lfs(path: string, sent: Sent = {}) {
    const { body, method = body === undefined ? 'GET' : 'POST', headers = {} } = sent;
    const answer = await relay.request(`/${project}.git/info/lfs${path}`, {
      method,
      token: 'token' in sent ? sent.token : owner,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: { 'content-type': LFS_MEDIA_TYPE, accept: LFS_MEDIA_TYPE, ...headers },
    });
    const text = await answer.text();
    // each answer below is looked at by name
    return {
      status: answer.status,
      headers: answer.headers,
      json: JSON.parse(text || '{}') as Record<string, never>,
    };
  }

  async function batch(operation: string, objects: readonly object[], more: object = {}) {
    const { status, json } = await lfs('/objects/batch', { body: { operation, objects, ...more } });
    expect(status).toBe(200);
    return json as unknown as BatchResponse;
  }
  const one = async (operation: string, object: object, more: object = {}) =>
    (await batch(operation, [object], more)).objects[0]!;

  async function store(bytes: Uint8Array<ArrayBuffer> = randomBytes(1000)) {
    const object = named(bytes);
    const { actions } = await one('upload', object);
    expect((await follow(actions?.upload, { method: 'PUT', body: bytes })).status).toBe(200);
    return { ...object, bytes };
  }

  const isStored = async (object: object) => (await one('download', object)).error === undefined;

  const lock = (path: string, token = owner) => lfs('/locks', { body: { path }, token });
  const lockId = async (path: string, token = owner) =>
    ((await lock(path, token)).json as unknown as { lock: { id: string } }).lock.id;

  return { relay, project, gitUrl, owner, editor, viewer, lfs, batch, one, store, isStored, lock, lockId };
}
