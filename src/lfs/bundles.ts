/** The client's half of the transfer `modsync-bundle`: several small assets in one request, where the server offers it. */
import type { AssetRef, AssetSource } from '../ports/assetStore.ts';
import { utf8 } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';
import type { Oid } from '../shared/ids.ts';
import { BUNDLE_MEDIA_TYPE, type BundledAsset, bundleHead, readBundle } from '../shared/wire/assetBundle.ts';
import { bundleAnswer } from '../shared/wire/lfs.ts';
import type { Attempt } from './failures.ts';
import { parseAnswer } from './json.ts';
import type { LfsServer } from './server.ts';

const MAX_ANSWER = 1 << 20;
/** Bytes that go out in one piece: small assets one by one would cost more than they carry. */
const PIECE = 1 << 20;

/** @returns those that are stored now */
export async function sendBundle(
  server: LfsServer,
  assets: readonly AssetSource[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<Oid>> {
  const attempt: Attempt = { step: 'upload', url: `${server.url}/objects/bundle/upload` };
  const headers = await server.apiHeaders();
  headers.set('content-type', BUNDLE_MEDIA_TYPE);
  const size = assets.reduce((sum, asset) => sum + bundleHead(asset).length + asset.size, 0);
  const body = { size, open: () => inPieces(assets, size) };
  const answer = await server.http.send({ attempt, method: 'POST', headers, body, signal });
  const { objects } = parseAnswer(await answer.readWhole(MAX_ANSWER), bundleAnswer, attempt);
  const stored = new Set(objects.filter(({ error }) => !error).map(({ oid }) => oid));
  return new Set(assets.map(({ oid }) => oid).filter((oid) => stored.has(oid)));
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
async function* inPieces(assets: readonly AssetSource[], size: number): AsyncGenerator<Uint8Array> {
  let piece = new Uint8Array(0);
  let filled = 0;
  let left = size;
  for (const asset of assets) {
    const head = bundleHead(asset);
    const length = head.length + asset.size;
    if (filled + length > piece.length) {
      if (filled > 0) yield piece.subarray(0, filled);
      left -= filled;
      filled = 0;
      piece = new Uint8Array(Math.min(left, Math.max(PIECE, length)));
    }
    piece.set(head, filled);
    await fill(piece.subarray(filled + head.length, filled + length), asset);
    filled += length;
  }
  if (filled > 0) yield piece.subarray(0, filled);
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
