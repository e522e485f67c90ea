/** The batch API: asks for up to a hundred objects at once and remembers the answers until they are used or expire. */
import type { AssetRef } from '../ports/assetStore.ts';
import { utf8 } from '../shared/bytes.ts';
import type { SyncError } from '../shared/errors.ts';
import type { Oid } from '../shared/ids.ts';
import { BUNDLE_TRANSFER } from '../shared/wire/assetBundle.ts';
import { type BatchAction, type BatchResponse, batchResponse } from '../shared/wire/lfs.ts';
import { type Attempt, protocolFailure, refusal } from './failures.ts';
import { parseAnswer } from './json.ts';
import type { LfsServer } from './server.ts';

export type Operation = 'download' | 'upload';

export interface ObjectAction {
  readonly kind: 'action';
  readonly action: BatchAction;
  readonly verify?: BatchAction;
  /** The action carries all the credentials that it needs. */
  readonly authenticated: boolean;
  /** Milliseconds since 1970, by our clock where the server gave a duration. */
  readonly expiresAt: number;
}

/** What the server said about one object. `present`: it has it already, nothing is to be uploaded. */
export type ObjectAnswer =
  | ObjectAction
  | { readonly kind: 'present' }
  | { readonly kind: 'error'; readonly error: SyncError };

export const BATCH_SIZE = 100;

const MAX_ANSWER = 16 << 20;
/** Answers that nobody asked for any more go, the oldest first. */
const MAX_REMEMBERED = 20_000;
/** An action this close to its end is renewed rather than used. Milliseconds. */
const EXPIRY_MARGIN = 5000;

export class Batches {
  readonly #server: LfsServer;
  readonly #url: string;
  readonly #remembered = new Map<string, ObjectAnswer>();
  /** The server takes several small assets in one request. */
  takesBundles = false;

  constructor(server: LfsServer) {
    this.#server = server;
    this.#url = `${server.url}/objects/batch`;
  }

  /** Asks about all of them, in pieces, and remembers what it heard. */
  async ask(
    operation: Operation,
    assets: readonly AssetRef[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<Oid, ObjectAnswer>> {
    const wanted = [...new Map(assets.map((asset) => [asset.oid, asset])).values()];
    const answers = new Map<Oid, ObjectAnswer>();
    for (let at = 0; at < wanted.length; at += BATCH_SIZE) {
      for (const [oid, answer] of await this.#request(operation, wanted.slice(at, at + BATCH_SIZE), signal)) {
        answers.set(oid, answer);
        this.#remember(operation, oid, answer);
      }
    }
    return answers;
  }

  /** A remembered answer that still holds. It is given once: whoever comes back after a failure asks anew. */
  take(operation: Operation, oid: Oid): ObjectAnswer | undefined {
    const key = `${operation} ${oid}`;
    const answer = this.#remembered.get(key);
    this.#remembered.delete(key);
    return answer?.kind === 'action' && answer.expiresAt - EXPIRY_MARGIN <= Date.now() ? undefined : answer;
  }

  /** Asks about one object now. */
  async fresh(operation: Operation, asset: AssetRef, signal: AbortSignal | undefined): Promise<ObjectAnswer> {
    const answer = (await this.#request(operation, [asset], signal)).get(asset.oid);
    return answer ?? { kind: 'error', error: this.#silence(operation, asset.oid) };
  }

  #remember(operation: Operation, oid: Oid, answer: ObjectAnswer): void {
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size >= MAX_REMEMBERED && !oldest.done) this.#remembered.delete(oldest.value);
    this.#remembered.set(`${operation} ${oid}`, answer);
  }

  async #request(
    operation: Operation,
    assets: readonly AssetRef[],
    signal: AbortSignal | undefined,
  ): Promise<Map<Oid, ObjectAnswer>> {
    const attempt: Attempt = { step: 'batch', url: this.#url };
    const answer = await this.#server.http.send({
      attempt,
      method: 'POST',
      headers: await this.#server.apiHeaders(),
      body: utf8(
        JSON.stringify({
          operation,
          // a server takes one that it knows: stock ones take the first
          transfers: ['basic', BUNDLE_TRANSFER],
          ...(await this.#server.ref()),
          objects: assets.map(({ oid, size }) => ({ oid, size })),
          hash_algo: 'sha256',
        }),
      ),
      signal,
    });
    const response = parseResponse(await answer.readWhole(MAX_ANSWER), attempt);
    this.takesBundles = response.transfer === BUNDLE_TRANSFER;

    const heard = new Map(response.objects.map((object) => [object.oid, object]));
    return new Map(
      assets.map(({ oid }): [Oid, ObjectAnswer] => {
        const object = heard.get(oid);
        return [
          oid,
          object
            ? this.#answerOf(operation, oid, object)
            : { kind: 'error', error: this.#silence(operation, oid) },
        ];
      }),
    );
  }

  #answerOf(operation: Operation, oid: Oid, object: BatchResponse['objects'][number]): ObjectAnswer {
    if (object.error) {
      const { code, message } = object.error;
      return { kind: 'error', error: refusal(code, message, { step: operation, url: this.#url, oid }) };
    }
    const action = object.actions?.[operation];
    if (!action)
      return operation === 'upload'
        ? { kind: 'present' }
        : { kind: 'error', error: refusal(404, '', { step: operation, url: this.#url, oid }) };
    const verify = object.actions?.verify;
    return {
      kind: 'action',
      action,
      ...(operation === 'upload' && verify && { verify }),
      authenticated: object.authenticated ?? false,
      expiresAt: expiryOf(action),
    };
  }

  #silence(operation: Operation, oid: Oid): SyncError {
    return protocolFailure('The asset store did not answer for an asset it was asked about', {
      step: operation,
      url: this.#url,
      oid,
    });
  }
}

/** `expires_in` beats `expires_at`; neither, zero, or nonsense: it does not expire. */
function expiryOf({ expires_in, expires_at }: BatchAction): number {
  if (expires_in) return Date.now() + expires_in * 1000;
  const at = expires_at ? Date.parse(expires_at) : Number.NaN;
  // the zero time of Go, which servers written in it send for "never", lies before 1970
  return at > 0 ? at : Number.POSITIVE_INFINITY;
}

function parseResponse(body: Uint8Array, attempt: Attempt): BatchResponse {
  const parsed = parseAnswer(body, batchResponse, attempt);
  const { transfer } = parsed;
  if (transfer && transfer !== 'basic' && transfer !== BUNDLE_TRANSFER)
    throw protocolFailure(`The asset store insists on the transfer "${transfer}"`, attempt);
  return parsed;
}
