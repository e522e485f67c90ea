/** The client's half of the transfer `modsync-bundle`: several small assets in one request, where the server offers it. */
import type { AssetRef, AssetSource } from '../ports/assetStore.ts';
import { utf8 } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';
import type { Oid } from '../shared/ids.ts';
import {
  BUNDLE_MEDIA_TYPE,
  BUNDLED_ASSET,
  type BundledAsset,
  bundleHead,
  readBundle,
} from '../shared/wire/assetBundle.ts';
import { bundleAnswer } from '../shared/wire/lfs.ts';
import type { Attempt } from './failures.ts';
import { parseAnswer } from './json.ts';
import type { LfsServer } from './server.ts';

const MAX_ANSWER = 1 << 20;
const NOTHING = new Uint8Array();
/** Bytes that go out in one piece: small assets one by one would cost more than they carry. The largest fits in. */
const PIECE = BUNDLED_ASSET + 128;

/**
 * Sends several and says which are stored now. Two buffers for each request under way are used again and again, because new
 * ones cost more than reading the assets: `fetch` asks for a piece when the one before has left. Where one did not keep
 * to that, the server would find bytes that are not the oid's, and the assets go one by one.
 */
export function bundleSender(
  server: LfsServer,
): (assets: readonly AssetSource[], signal: AbortSignal | undefined) => Promise<ReadonlySet<Oid>> {
  const spare: Uint8Array[] = [];
  return async (assets, signal) => {
    const attempt: Attempt = { step: 'upload', url: `${server.url}/objects/bundle/upload` };
    const headers = await server.apiHeaders();
    headers.set('content-type', BUNDLE_MEDIA_TYPE);
    const size = assets.reduce((sum, asset) => sum + bundleHead(asset).length + asset.size, 0);
    const buffers = [0, 1].map(() => spare.pop() ?? new Uint8Array(PIECE));
    const body = { size, open: () => inPieces(assets, buffers) };
    const answer = await server.http.send({ attempt, method: 'POST', headers, body, signal });
    const { objects } = parseAnswer(await answer.readWhole(MAX_ANSWER), bundleAnswer, attempt);
    spare.push(...buffers);
    const stored = new Set(objects.filter(({ error }) => !error).map(({ oid }) => oid));
    return new Set(assets.map(({ oid }) => oid).filter((oid) => stored.has(oid)));
  };
}

/** In any order; what the server leaves out has to be asked for by itself. Not verified. */
export async function* getBundle(
  server: LfsServer,
  assets: readonly AssetRef[],
  signal: AbortSignal | undefined,
): AsyncGenerator<BundledAsset, void> {
  const attempt: Attempt = { step: 'download', url: `${server.url}/objects/bundle/download` };
  const headers = await server.apiHeaders();
  headers.set('accept', BUNDLE_MEDIA_TYPE);
  headers.set('accept-encoding', 'identity');
  const body = utf8(JSON.stringify({ objects: assets.map(({ oid, size }) => ({ oid, size })) }));
  const answer = await server.http.send({ attempt, method: 'POST', headers, body, signal });
  yield* readBundle(answer.bytes);
}

/** Each asset is read straight into the piece that goes out. */
async function* inPieces(
  assets: readonly AssetSource[],
  buffers: readonly Uint8Array[],
): AsyncGenerator<Uint8Array> {
  let [filling = NOTHING, leaving = NOTHING] = buffers;
  let filled = 0;
  for (const asset of assets) {
    const head = bundleHead(asset);
    const length = head.length + asset.size;
    if (filled + length > filling.length) {
      yield filling.subarray(0, filled);
      [filling, leaving] = [leaving, filling];
      filled = 0;
    }
    filling.set(head, filled);
    await fill(filling.subarray(filled + head.length, filled + length), asset);
    filled += length;
  }
  if (filled > 0) yield filling.subarray(0, filled);
}

async function fill(target: Uint8Array, asset: AssetSource): Promise<void> {
  if (await asset.readInto?.(target)) return;
  let at = 0;
  for await (const part of asset.open()) {
    if (part.length > target.length - at) break;
    target.set(part, at);
    at += part.length;
  }
  if (at === target.length) return;
  throw new SyncError('ASSET_CORRUPT', `The file is not as long as its pointer says (asset ${asset.oid}).`, {
    data: { oid: asset.oid, size: asset.size, retryable: false },
  });
}
