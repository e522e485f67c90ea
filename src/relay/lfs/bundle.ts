/** Several small assets in one request: the transfer `modsync-bundle`, which stock git-lfs never asks for. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { hasCode } from '../../shared/errors.ts';
import { isOid, type ProjectId } from '../../shared/ids.ts';
import {
  BUNDLE_MEDIA_TYPE,
  BUNDLED_ASSET,
  type BundledAsset,
  bundleHead,
  readBundle,
} from '../../shared/wire/assetBundle.ts';
import { type BundleAnswer, bundleRequest, LFS_MEDIA_TYPE } from '../../shared/wire/lfs.ts';
import { relayRoutes } from '../../shared/wire/relay.ts';
import type { Route } from '../access/routes.ts';
import { assetSize, storeSmall, wrongBytes } from '../assets/assetFolder.ts';
import type { DataFolder } from '../dataFolder.ts';
import { invalid } from '../http/http.ts';

/** Assets that are made durable together, and bytes of them that may wait in memory for that. */
const TOGETHER = 32;
const WAITING = 4 << 20;

export const bundleRoutes: readonly Route[] = [
  {
    method: 'post',
    path: relayRoutes.sendBundle(':project'),
    access: 'editor',
    handle: async ({ relay, request, response, member }) => {
      if (!request.is(BUNDLE_MEDIA_TYPE)) throw invalid(`The body must be ${BUNDLE_MEDIA_TYPE}.`, 415);
      const { limits, folder } = relay;
      const room = await relay.usage.room(member.project.id, Number(request.headers['content-length'] ?? 0));
      let stored = 0;
      const objects: BundleAnswer['objects'] = [];
      let waiting: BundledAsset[] = [];
      let waitingBytes = 0;
      let storing: Promise<void> = Promise.resolve();
      /** Goes on reading meanwhile, but no further than to the next portion. */
      const store = async () => {
        await storing;
        storing = storeSmall(folder, member.project.id, waiting).then((bytes) => {
          stored += bytes;
        });
        // whoever waits for it hears of its failure
        storing.catch(() => undefined);
        waiting = [];
        waitingBytes = 0;
      };
      let length = 0;
      try {
        // Kept open when reading stops early, so that the answer still reaches the client.
        for await (const asset of readBundle(request.iterator({ destroyOnReturn: false }))) {
          const { oid, bytes } = asset;
          length += bytes.length;
          if (length > limits.bundle || objects.length === limits.batchObjects)
            throw invalid('That is too much for one bundle; send several.', 413);
          const isRight = createHash('sha256').update(bytes).digest('hex') === oid;
          objects.push({ oid, ...(!isRight && { error: { code: 422, message: wrongBytes().message } }) });
          if (!isRight) continue;
          waiting.push(asset);
          waitingBytes += bytes.length;
          if (waiting.length === TOGETHER || waitingBytes >= WAITING) await store();
        }
      } catch (error) {
        if (hasCode(error, 'REMOTE_PROTOCOL')) throw invalid(error.message, 422);
        throw error;
      } finally {
        // what was whole is stored, however the bundle ends
        try {
          await store();
          await storing;
        } finally {
          room.settle(stored);
        }
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
      const found = await present(relay.folder, member.project.id, objects, relay.limits.bundle);
      const length = found.reduce((sum, { head, size }) => sum + head.length + size, 0);
      response.type(BUNDLE_MEDIA_TYPE).set('Content-Length', String(length));
      try {
        await pipeline(Readable.from(contentOf(found), { highWaterMark: 2 }), response);
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
async function present(
  folder: DataFolder,
  project: ProjectId,
  objects: readonly { readonly oid: string }[],
  limit: number,
): Promise<Found[]> {
  const found: Found[] = [];
  let length = 0;
  for (const { oid } of objects) {
    const size = isOid(oid) ? await assetSize(folder, project, oid) : undefined;
    if (!isOid(oid) || size === undefined || size > BUNDLED_ASSET) continue;
    length += size;
    if (length > limit) break;
    found.push({ head: bundleHead({ oid, size }), path: folder.asset(project, oid), size });
  }
  return found;
}

async function* contentOf(found: readonly Found[]): AsyncGenerator<Uint8Array> {
  for (const { head, path } of found) {
    yield head;
    yield await readFile(path);
  }
}
