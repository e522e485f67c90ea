/**
 * Assets over HTTP: `/assets/:project/:oid`. What is behind one URL never changes, so a download may be kept for ever
 * by whoever was allowed to make it.
 */
import { lfsObject } from '../../shared/wire/lfs.ts';
import { relayRoutes } from '../../shared/wire/relay.ts';
import type { AssetGrant, Call, Route } from '../access/routes.ts';
import { invalid, notFound } from '../http/http.ts';
import { assetSize, openAsset, storeAsset, tooLong, wrongBytes } from './assetFolder.ts';
import { sendAsset } from './sendAsset.ts';
import { asRoomAllows } from './usage.ts';

const PATH = relayRoutes.asset(':project', ':oid');

type AssetCall = Call & { readonly asset: AssetGrant };

export const assetRoutes: readonly Route[] = [
  // Express answers HEAD by the same handler.
  { method: 'get', path: PATH, access: 'asset-read', handle: download },
  { method: 'put', path: PATH, access: 'asset-write', handle: upload },
  {
    method: 'post',
    path: relayRoutes.verifyAsset(':project', ':oid'),
    access: 'asset-write',
    handle: verify,
  },
];

async function download({ relay, request, response, asset }: AssetCall): Promise<void> {
  const opened = await openAsset(relay.folder, asset.projectId, asset.oid);
  if (opened === undefined) throw notFound();
  await sendAsset(request, response, opened, {
    ETag: `"${asset.oid}"`,
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Content-Type': 'application/octet-stream',
  });
}

async function upload({ relay, request, response, asset }: AssetCall): Promise<void> {
  const { limits, folder } = relay;
  if (request.headers['content-encoding'] !== undefined)
    throw invalid('Send the bytes as they are, unencoded.', 415);
  const declared = request.headers['content-length'];
  if (declared !== undefined) {
    if (Number(declared) > limits.asset) throw tooLong(limits.asset);
    if (asset.size !== undefined && Number(declared) !== asset.size) throw wrongBytes();
  }
  // Kept open when reading stops early, so that the answer still reaches the client.
  const body = request.iterator({ destroyOnReturn: false });
  const size = asset.size ?? (declared === undefined ? undefined : Number(declared));
  const room = await relay.usage.room(asset.projectId, size ?? 0);
  let stored = 0;
  try {
    stored = await storeAsset(
      folder,
      { project: asset.projectId, oid: asset.oid, size: asset.size, limit: limits.asset },
      size === undefined ? asRoomAllows(body, room) : body,
    );
  } finally {
    room.settle(stored);
  }
  response.status(200).end();
}

async function verify({ relay, request, response, asset }: AssetCall): Promise<void> {
  const claimed = await relay.readJson(request, response, lfsObject, 422);
  const size = assetSize(relay.folder, asset.projectId, asset.oid);
  if (claimed.oid !== asset.oid || claimed.size !== size) throw notFound();
  response.status(200).end();
}
