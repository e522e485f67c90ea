/**
 * The files of a release as they come in. What has arrived stays when a connection breaks or the relay restarts, and
 * the next request goes on behind it; the whole is hashed before it becomes an asset of the project.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Oid, ProjectId } from '../../shared/ids.ts';
import { relayRoutes, success } from '../../shared/wire/relay.ts';
import type { Call } from '../access/routes.ts';
import { assetSize, claimAsset, syncFolder, wrongBytes } from '../assets/assetFolder.ts';
import type { FolderLayout } from '../dataFolder.ts';
import type { Member } from '../db/db.ts';
import { invalid, notFound, pathPart, queryPart, RelayError } from '../http/http.ts';

type MemberCall = Call & { readonly member: Member };

const partOf = (folder: FolderLayout, project: ProjectId, oid: Oid) => join(folder.uploads(project), oid);

/** Bytes of a release's file that are here: all of them once it is an asset. */
export async function receivedOf(
  folder: FolderLayout,
  project: ProjectId,
  { oid, size }: { readonly oid: Oid; readonly size: number },
): Promise<number> {
  if ((await assetSize(folder, project, oid)) === size) return size;
  return await sizeOf(partOf(folder, project, oid));
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => ({ size: 0 }))).size;

/** Uploads under way, by path: a client that comes again takes over, because its first connection may only seem to live. */
const underWay = new Map<string, { readonly stop: () => void; readonly ended: Promise<void> }>();

export async function uploadFile({ relay, request, response, member }: MemberCall): Promise<void> {
  const { id } = member.project;
  const release = relay.db.releases.find(id, pathPart(request, 'tag'));
  const file = release?.files.find(({ oid }) => oid === pathPart(request, 'oid'));
  if (!file) throw notFound();
  if (request.headers['content-encoding'] !== undefined)
    throw invalid('Send the bytes as they are, unencoded.', 415);
  const from = Number(queryPart(request, 'from') ?? 0);
  if (!Number.isSafeInteger(from) || from < 0) throw invalid('from: is not a number of bytes');
  const length = Number(request.headers['content-length'] ?? 0);
  if (from + length > file.size) throw wrongBytes();

  const path = partOf(relay.folder, id, file.oid);
  const before = underWay.get(path);
  before?.stop();
  await before?.ended;
  const { promise: ended, resolve } = waiting();
  const mine = { stop: () => void request.destroy(), ended };
  underWay.set(path, mine);
  try {
    if (claimAsset(relay.folder, id, file.oid) !== file.size) {
      const room = await relay.usage.room(id, file.size - from);
      const here = await sizeOf(path);
      try {
        if (here !== from) throw elsewhere(here);
        await mkdir(dirname(path), { recursive: true });
        await append(path, request.iterator({ destroyOnReturn: false }), file.size - from);
        if ((await sizeOf(path)) === file.size) await becomeAsset(relay.folder, id, file.oid, path);
      } finally {
        room.settle(Math.max(0, (await receivedOf(relay.folder, id, file)) - here));
      }
    }
    response.json(success({ received: await receivedOf(relay.folder, id, file) }));
  } finally {
    if (underWay.get(path) === mine) underWay.delete(path);
    resolve();
  }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function waiting() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const elsewhere = (here: number) =>
  new RelayError(409, 'INVALID_INPUT', `There are ${here} bytes of this file here: go on behind them.`);

async function append(path: string, body: AsyncIterable<Buffer>, most: number): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'a');
    let length = 0;
    for await (const chunk of body) {
      length += chunk.length;
      if (length > most) throw wrongBytes();
      for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
    }
    await file.sync();
  } finally {
    await file?.close();
  }
}

/** @throws RelayError 422 when the bytes are others; nothing is kept of them */
async function becomeAsset(folder: FolderLayout, project: ProjectId, oid: Oid, path: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  if (hash.digest('hex') !== oid) {
    await rm(path, { force: true });
    throw wrongBytes();
  }
  const target = folder.asset(project, oid);
  await mkdir(dirname(target), { recursive: true });
  await rename(path, target);
  await syncFolder(dirname(target));
  claimAsset(folder, project, oid);
}

/** Removes what nobody went on with since then. */
export async function removeStaleUploads(
  folder: FolderLayout,
  project: ProjectId,
  beforeMs: number,
): Promise<void> {
  for (const name of await readdir(folder.uploads(project)).catch(() => [])) {
    const path = join(folder.uploads(project), name);
    const found = await stat(path).catch(() => undefined);
    if (found && found.mtimeMs <= beforeMs && !underWay.has(path)) await rm(path, { force: true });
  }
}

export const UPLOAD_PATH = relayRoutes.releaseUpload(':project', ':tag', ':oid');
