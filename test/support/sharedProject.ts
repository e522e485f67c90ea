/** A project at a relay of its own, with a clone of it, and assets whose age a test decides. */
import { createHash, randomUUID } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../src/relay/db/connection.ts';
import type { Oid, ProjectId } from '../../src/shared/ids.ts';
import type { BatchResponse } from '../../src/shared/wire/lfs.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { cloneWith, type GitClone, startTestRelay, type TestRelay } from './relay.ts';

export const oidOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex') as Oid;
const pointerTo = (bytes: Uint8Array) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oidOf(bytes)}\nsize ${bytes.length}\n`;

/** As an LFS client does it: asks first, and sends what is asked for. @returns whether it was */
export async function upload(
  relay: TestRelay,
  project: ProjectId,
  bytes: Buffer<ArrayBuffer>,
): Promise<boolean> {
  const object = { oid: oidOf(bytes), size: bytes.length };
  const json = { operation: 'upload', objects: [object] };
  const asked = await relay.request(relayRoutes.lfsBatch(project), {
    method: 'POST',
    token: relay.ownerToken,
    json,
  });
  const { objects } = (await asked.json()) as BatchResponse;
  const action = objects[0]?.actions?.upload;
  if (action === undefined) return false;
  const answer = await fetch(action.href, { method: 'PUT', headers: action.header ?? {}, body: bytes });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  return true;
}

export const download = async (relay: TestRelay, project: ProjectId, oid: string) =>
  (await relay.request(relayRoutes.asset(project, oid), { token: relay.ownerToken })).status;

export interface Shared {
  readonly relay: TestRelay;
  readonly project: ProjectId;
  readonly clone: GitClone;
  /** Uploads assets, then commits and pushes their pointers. */
  push(branch: string, assets: readonly Buffer<ArrayBuffer>[]): Promise<void>;
}

/** Makes a commit of a clone's own, on top of main, that names these assets; in the checkout alone. */
export async function commitPointers(clone: GitClone, assets: readonly Uint8Array[]): Promise<void> {
  await clone.git('checkout', '-q', '--detach', 'origin/main');
  for (const bytes of assets) await clone.write(`asset ${oidOf(bytes).slice(0, 8)}.dds`, pointerTo(bytes));
  await clone.git('add', '-A');
  await clone.git('commit', '-q', '--allow-empty', '-m', randomUUID());
}

export async function shared(
  name: string,
  options: Parameters<typeof startTestRelay>[0] = {},
): Promise<Shared> {
  const relay = await startTestRelay(options);
  const { projectId, gitUrl } = await relay.createProject(name);
  const clone = await cloneWith(gitUrl, relay.ownerToken);
  await clone.git('commit', '-q', '--allow-empty', '-m', 'Start');
  await clone.git('push', '-q', 'origin', 'HEAD:main');
  return {
    relay,
    project: projectId,
    clone,
    push: async (branch, assets) => {
      for (const bytes of assets) await upload(relay, projectId, bytes);
      await commitPointers(clone, assets);
      await clone.git('push', '-q', '--force', 'origin', `HEAD:refs/heads/${branch}`);
    },
  };
}

export const assetPath = (dataDir: string, project: string, oid: string) =>
  join(dataDir, 'lfs', project, oid.slice(0, 2), oid.slice(2, 4), oid);

/** As if it had come long ago, and had been known to be unreached for as long. */
export async function age({ relay, project }: Shared, oids: readonly string[]): Promise<void> {
  for (const oid of oids) await utimes(assetPath(relay.dataDir, project, oid), 1, 1);
  const connection = connect(join(relay.dataDir, 'relay.sqlite'));
  for (const oid of oids)
    connection.run(
      'INSERT INTO unreached (project_id, oid, since) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET since = 1',
      [project, oid],
    );
  connection.close();
}
