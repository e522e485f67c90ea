/** Several small assets in one request: the transfer `modsync-bundle`, which stock git-lfs never asks for. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, read as readFile } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { hasCode } from '../../shared/errors.ts';
import { isOid, type ProjectId } from '../../shared/ids.ts';
import { BUNDLE_MEDIA_TYPE, BUNDLED_ASSET, bundleHead, readBundle } from '../../shared/wire/assetBundle.ts';
import { type BundleAnswer, bundleRequest, LFS_MEDIA_TYPE } from '../../shared/wire/lfs.ts';
import { relayRoutes } from '../../shared/wire/relay.ts';
import type { Route } from '../access/routes.ts';
import { assetSize, wrongBytes } from '../assets/assetFolder.ts';
import { giveBack, takeBuffer } from '../assets/spareBuffers.ts';
import { asRoomAllows } from '../assets/usage.ts';
import type { DataFolder } from '../dataFolder.ts';
import { invalid } from '../http/http.ts';

/** Bytes that go out in one piece at most. The largest asset of a bundle fits in, with its head. */
const PIECE = 2 * BUNDLED_ASSET;
const WORTH_SENDING = PIECE / 2;
const SMALLEST_PIECE = 64 << 10;

export const bundleRoutes: readonly Route[] = [
  {
    method: 'post',
    path: relayRoutes.sendBundle(':project'),
    access: 'editor',
    handle: async ({ relay, request, response, member }) => {
      if (!request.is(BUNDLE_MEDIA_TYPE)) throw invalid(`The body must be ${BUNDLE_MEDIA_TYPE}.`, 415);
      const { limits } = relay;
      const project = member.project.id;
      // Kept open when reading stops early, so that the answer still reaches the client.
      const body = request.iterator({ destroyOnReturn: false });
      const declared = request.headers['content-length'];
      const room = await relay.usage.room(project, Number(declared ?? 0));
      const incoming = relay.received.begin(project);
      const objects: BundleAnswer['objects'] = [];
      let stored = 0;
      try {
        let length = 0;
        for await (const asset of readBundle(declared === undefined ? asRoomAllows(body, room) : body)) {
          const { oid, bytes } = asset;
          length += bytes.length;
          if (length > limits.bundle || objects.length === limits.batchObjects)
            throw invalid('That is too much for one bundle; send several.', 413);
          const isRight = createHash('sha256').update(bytes).digest('hex') === oid;
          objects.push({ oid, ...(!isRight && { error: { code: 422, message: wrongBytes().message } }) });
          if (isRight) incoming.add(asset);
        }
        stored = await incoming.commit();
      } catch (error) {
        // what was whole is stored, however the bundle ends
        stored = await incoming.commit();
        throw hasCode(error, 'REMOTE_PROTOCOL') ? invalid(error.message, 422) : error;
      } finally {
        incoming.close();
        room.settle(stored);
      }
      const answer: BundleAnswer = { objects };
      response.type(LFS_MEDIA_TYPE).send(JSON.stringify(answer));
    },
  },
  {
    method: 'post',
    path: relayRoutes.getBundle(':project'),
    access: 'viewer',
    handle: async ({ relay, request, response, member }) => {
      const { objects } = await relay.readJson(request, response, bundleRequest, 422);
      if (objects.length > relay.limits.batchObjects)
        throw invalid('That is too much for one bundle; ask for several.', 413);
      const found = present(relay.folder, member.project.id, objects, relay.limits.bundle);
      const length = found.reduce((sum, { head, size }) => sum + head.length + size, 0);
      response.type(BUNDLE_MEDIA_TYPE).set('Content-Length', String(length));
      try {
        await sendAll(found, response);
        response.end();
      } catch (error) {
        // A reader who leaves early is no failure.
        if (!response.destroyed) throw error;
      }
    },
  },
];

interface Found {
  readonly head: Uint8Array;
  readonly path: string;
  readonly size: number;
}

/** What is not here, or too large, is left out: the client asks for it by itself, and is told why there. */
function present(
  folder: DataFolder,
  project: ProjectId,
  objects: readonly { readonly oid: string }[],
  limit: number,
): Found[] {
  const found: Found[] = [];
  let length = 0;
  for (const { oid } of objects) {
    const size = isOid(oid) ? assetSize(folder, project, oid) : undefined;
    if (!isOid(oid) || size === undefined || size > BUNDLED_ASSET) continue;
    length += size;
    if (length > limit) break;
    found.push({ head: bundleHead({ oid, size }), path: folder.asset(project, oid), size });
  }
  return found;
}

/** In pieces: one is on its way while the next is read. */
async function sendAll(found: readonly Found[], response: ServerResponse): Promise<void> {
  const most = found.reduce((sum, { head, size }) => sum + head.length + size, 0);
  const newPiece = () => takeBuffer(Math.min(most, PIECE), SMALLEST_PIECE);
  let filling: Buffer = newPiece();
  let leaving: Buffer | undefined;
  let filled = 0;
  let left: Promise<void> = Promise.resolve();
  const send = async () => {
    await left;
    left = written(response, filling.subarray(0, filled));
    // whoever waits for it hears of its failure
    left.catch(() => undefined);
  };
  for (const { head, path, size } of found) {
    if (filled >= WORTH_SENDING || filled + head.length + size > filling.length) {
      await send();
      [filling, leaving, filled] = [leaving ?? newPiece(), filling, 0];
    }
    filling.set(head, filled);
    filled += head.length;
    await readInto(filling.subarray(filled, filled + size), path);
    filled += size;
  }
  if (filled > 0) await send();
  await left;
  // where it broke off, the system may still be reading them
  giveBack(filling);
  if (leaving) giveBack(leaving);
}

const read = promisify(readFile);

/** Only the reading may wait for the disk, so only that leaves this thread. */
async function readInto(target: Buffer, path: string): Promise<void> {
  const file = openSync(path, 'r');
  try {
    for (let at = 0; at < target.length; ) {
      const { bytesRead } = await read(file, target, at, target.length - at, at);
      if (bytesRead === 0) throw new Error(`${path} is shorter than it was`);
      at += bytesRead;
    }
  } finally {
    closeSync(file);
  }
}

/** Resolves when the bytes have left and their memory is free again. */
function written(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    // of a connection that has closed, Node does not call every write back
    const gone = () => reject(new Error('The reader has left'));
    if (response.destroyed) return gone();
    response.once('close', gone);
    response.write(bytes, (error) => {
      response.off('close', gone);
      if (error) reject(error);
      else resolve();
    });
  });
}
