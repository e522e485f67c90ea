/** The client's half of the transfer `modsync-bundle`: several small assets in one request, where the server offers it. */
import type { AssetRef, AssetSource } from '../ports/assetStore.ts';
import { concat, utf8 } from '../shared/bytes.ts';
import type { Oid } from '../shared/ids.ts';
import { BUNDLE_MEDIA_TYPE, type BundledAsset, bundleHead, readBundle } from '../shared/wire/assetBundle.ts';
import { bundleAnswer } from '../shared/wire/lfs.ts';
import type { Attempt } from './failures.ts';
import { parseAnswer } from './json.ts';
import type { LfsServer } from './server.ts';

const MAX_ANSWER = 1 << 20;
/** Bytes that go out in one piece: small assets one by one would cost more than they carry. */
const PIECE = 512 << 10;

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
  const body = { size, open: () => inPieces(contentOf(assets)) };
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

async function* contentOf(assets: readonly AssetSource[]): AsyncGenerator<Uint8Array> {
  for (const asset of assets) {
    yield bundleHead(asset);
    yield* asset.open();
  }
}

async function* inPieces(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of content) {
    parts.push(part);
    length += part.length;
    if (length < PIECE) continue;
    yield concat(parts);
    parts = [];
    length = 0;
  }
  if (length > 0) yield concat(parts);
}
