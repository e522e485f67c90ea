/** An `AssetStore` on any LFS server. Source: git-lfs `docs/api/batch.md`, `docs/api/basic-transfers.md`. */
import type { AssetRef, AssetSource, AssetStore } from '../ports/assetStore.ts';
import { concat, utf8 } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';
import { BUNDLED_ASSET } from '../shared/wire/assetBundle.ts';
import { type BatchAction, LFS_MEDIA_TYPE } from '../shared/wire/lfs.ts';
import { BATCH_SIZE, Batches, type ObjectAction, type ObjectAnswer, type Operation } from './batch.ts';
import { bundleSender, getBundle } from './bundles.ts';
import type { Attempt } from './failures.ts';
import type { HttpAnswer } from './http.ts';
import type { RequestBody } from './requestBody.ts';
import { LfsServer, type LfsServerOptions } from './server.ts';

/** An asset up to this size is sent as one buffer, which costs less than a stream. Bytes. */
const SMALL = 1 << 20;
/** Storage answers an outdated signature with one of these: worth one look at a new action. */
const STALE: ReadonlySet<unknown> = new Set([400, 401, 403, 404, 410]);

/**
 * Nothing is retried here, but an action that was remembered and turns out to be stale is renewed once.
 * Errors: `ASSET_MISSING`, `ASSET_CORRUPT`, `ASSET_REFUSED`, `ACCESS_DENIED`, `NOT_FOUND`, `RATE_LIMITED`,
 * `SYNC_TIMEOUT`, `BACKEND_CONNECTION_FAILED`, `REMOTE_PROTOCOL`, `ABORTED`; their `data` is a `FailureData`.
 */
export function lfsClient(options: LfsServerOptions): AssetStore {
  const server = new LfsServer(options);
  const { http } = server;
  const batches = new Batches(server);
  const sendBundle = bundleSender(server);

  async function withAction<T>(
    operation: Operation,
    asset: AssetRef,
    signal: AbortSignal | undefined,
    use: (answer: ObjectAction) => Promise<T>,
    present: () => T,
  ): Promise<T> {
    const run = async (answer: ObjectAnswer): Promise<T> => {
      if (answer.kind === 'error') throw answer.error;
      return answer.kind === 'present' ? present() : await use(answer);
    };
    const remembered = batches.take(operation, asset.oid);
    if (remembered?.kind === 'action') {
      try {
        return await run(remembered);
      } catch (error) {
        if (!(error instanceof SyncError && STALE.has(error.data.status))) throw error;
      }
    } else if (remembered) return await run(remembered);
    return await run(await batches.fresh(operation, asset, signal));
  }

  async function upload(
    asset: AssetSource,
    { action, verify, authenticated }: ObjectAction,
    signal?: AbortSignal,
  ): Promise<void> {
    const attempt: Attempt = { step: 'upload', url: action.href, oid: asset.oid };
    const headers = await server.actionHeaders(action, authenticated, attempt);
    if (!headers.has('content-type')) headers.set('content-type', 'application/octet-stream');
    const chunked = asksForChunks(action);
    const body: RequestBody =
      asset.size <= SMALL && !chunked
        ? await collect(asset)
        : { size: asset.size, open: () => asset.open(), chunked };
    const answer = await http.send({ attempt, method: 'PUT', headers, body, signal });
    await answer.discard();
    if (verify) await confirm(asset, verify, authenticated, signal);
  }

  async function confirm(
    { oid, size }: AssetRef,
    verify: BatchAction,
    authenticated: boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    const attempt: Attempt = { step: 'verify', url: verify.href, oid };
    const headers = await server.actionHeaders(verify, authenticated, attempt);
    headers.set('accept', LFS_MEDIA_TYPE);
    headers.set('content-type', LFS_MEDIA_TYPE);
    const body = utf8(JSON.stringify({ oid, size }));
    const answer = await http.send({ attempt, method: 'POST', headers, body, signal });
    await answer.discard();
  }

  async function download(
    { oid, size }: AssetRef,
    start: number,
    { action, authenticated }: ObjectAction,
    signal?: AbortSignal,
  ): Promise<{ start: number; bytes: AsyncIterable<Uint8Array> }> {
    const attempt: Attempt = { step: 'download', url: action.href, oid };
    const headers = await server.actionHeaders(action, authenticated, attempt);
    // offsets count the asset's own bytes
    headers.set('accept-encoding', 'identity');
    if (start > 0 && start < size) {
      const ranged = new Headers(headers);
      ranged.set('range', `bytes=${start}-${size - 1}`);
      const answer = await http.send({ attempt, method: 'GET', headers: ranged, signal }, [416]);
      const from = startOf(answer);
      if (from !== undefined && from <= start) return { start: from, bytes: answer.bytes };
      await answer.discard();
    }
    const whole = await http.send({ attempt, method: 'GET', headers, signal });
    return { start: 0, bytes: whole.bytes };
  }

  return {
    batchSize: BATCH_SIZE,
    async missing(assets, { signal } = {}) {
      const answers = await batches.ask('upload', assets, signal);
      // an asset that the server will not take is missing too: `put` tells why
      return assets.filter(({ oid }) => answers.get(oid)?.kind !== 'present');
    },
    put: (asset, { signal } = {}) =>
      withAction(
        'upload',
        asset,
        signal,
        (answer) => upload(asset, answer, signal),
        () => undefined,
      ),
    get: (asset, start = 0, { signal } = {}) =>
      withAction(
        'download',
        asset,
        signal,
        (answer) => download(asset, start, answer, signal),
        (): never => {
          throw new SyncError('INTERNAL', 'A download cannot be present already.');
        },
      ),
    async available(assets, { signal } = {}) {
      const answers = await batches.ask('download', assets, signal);
      return assets.filter(({ oid }) => answers.get(oid)?.kind === 'action');
    },
    bundles: async () => (batches.takesBundles ? BUNDLED_ASSET : 0),
    putMany: (assets, { signal } = {}) => sendBundle(assets, signal),
    getMany: (assets, { signal } = {}) => getBundle(server, assets, signal),
    async prepare(assets, operation, { signal } = {}) {
      await batches.ask(operation === 'get' ? 'download' : 'upload', assets, signal);
    },
  };
}

/** Some servers say by this header that they take no declared length; the connection itself sets the header. */
const asksForChunks = ({ header }: BatchAction): boolean =>
  Object.entries(header ?? {}).some(
    ([name, value]) => /^transfer-encoding$/i.test(name) && /^chunked$/i.test(value),
  );

/** Where an answer to a range begins; `undefined` when it is none that can be used. */
function startOf({ status, headers }: HttpAnswer): number | undefined {
  if (status === 200) return 0;
  const range = status === 206 ? /^bytes (\d{1,16})-/.exec(headers.get('content-range') ?? '') : null;
  return range ? Number(range[1]) : undefined;
}

/** @throws SyncError `ASSET_CORRUPT` when the source is not as long as it says */
async function collect(asset: AssetSource): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of asset.open()) {
    length += part.length;
    if (length > asset.size) break;
    parts.push(part);
  }
  if (length === asset.size) return concat(parts);
  throw new SyncError('ASSET_CORRUPT', `The file is not as long as its pointer says (asset ${asset.oid}).`, {
    data: { oid: asset.oid, size: asset.size, retryable: false },
  });
}
