/**
 * The files of releases, as GitHub keeps them and emulate does not: with their bytes and SHA-256, under names that it
 * makes plain, once for each name, and half of what broke off. They take the place of emulate's in what it answers.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

interface StoredAsset {
  readonly id: number;
  readonly release: number;
  readonly repository: string;
  readonly name: string;
  readonly label: string | null;
  state: 'starter' | 'uploaded';
  bytes: Buffer;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export class ReleaseAssets {
  #next = 1;
  readonly #assets = new Map<number, StoredAsset>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Bytes of an upload as they come: `cut` breaks it off there, `hold` waits until the other side gives up. */
  async upload(
    repository: string,
    release: number,
    query: URLSearchParams,
    request: IncomingMessage,
    { cut, hold = false }: { readonly cut?: number | undefined; readonly hold?: boolean },
  ): Promise<Reply | 'cut'> {
    const name = (query.get('name') ?? '').replace(/[^A-Za-z0-9._+-]/g, '.');
    if ([...this.#assets.values()].some((one) => one.release === release && one.name === name)) {
      request.resume();
      const errors = [{ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' }];
      return { status: 422, body: { message: 'Validation Failed', errors } };
    }
    const asset: StoredAsset = {
      id: this.#next++,
      release,
      repository,
      name,
      label: query.get('label'),
      state: 'starter',
      bytes: Buffer.alloc(0),
    };
    this.#assets.set(asset.id, asset);
    if (hold) {
      await new Promise<void>((resolve) => request.once('close', resolve));
      return 'cut';
    }
    const parts: Buffer[] = [];
    let length = 0;
    try {
      for await (const part of request) {
        parts.push(part);
        length += part.length;
        if (cut !== undefined && length >= cut) return 'cut';
      }
    } catch {
      return 'cut';
    }
    asset.bytes = Buffer.concat(parts);
    asset.state = 'uploaded';
    return { status: 201, body: this.#shown(asset) };
  }

  /** Uploads under way, or broken off. */
  get halves(): number {
    return [...this.#assets.values()].filter(({ state }) => state === 'starter').length;
  }

  answer(method: string, path: string): Reply | undefined {
    const [, place, id] = /^\/repos\/[^/]+\/[^/]+\/releases\/(assets|\d+)\/(\d+|assets)$/.exec(path) ?? [];
    if (place === 'assets' && method === 'DELETE')
      return this.#assets.delete(Number(id))
        ? { status: 204, body: undefined }
        : { status: 404, body: { message: 'Not Found' } };
    if (id === 'assets' && method === 'GET') return { status: 200, body: this.#of(Number(place)) };
    return undefined;
  }

  /** emulate's answer with these files. */
  completed(body: unknown): unknown {
    if (Array.isArray(body)) return body.map((one) => this.completed(one));
    if (typeof body !== 'object' || body === null || !('upload_url' in body) || !('id' in body)) return body;
    return { ...body, assets: this.#of(Number(body.id)) };
  }

  /** What a browser gets. @param isOut of a release */
  download(path: string, isOut: (repository: string, release: number) => boolean): Buffer | undefined {
    const [, repository, id] = /^\/([^/]+\/[^/]+)\/releases\/download\/(\d+)\/[^/]+$/.exec(path) ?? [];
    const asset = this.#assets.get(Number(id));
    return asset && asset.repository === repository && isOut(asset.repository, asset.release)
      ? asset.bytes
      : undefined;
  }

  #of = (release: number) =>
    [...this.#assets.values()].filter((one) => one.release === release).map((one) => this.#shown(one));

  #shown({ id, repository, name, label, state, bytes }: StoredAsset) {
    return {
      url: `${this.#origin}/api/v3/repos/${repository}/releases/assets/${id}`,
      id,
      node_id: `RA_${id}`,
      name,
      label,
      state,
      content_type: 'application/octet-stream',
      size: bytes.length,
      digest: state === 'uploaded' ? `sha256:${createHash('sha256').update(bytes).digest('hex')}` : null,
      download_count: 0,
      created_at: new Date(0).toISOString(),
      updated_at: new Date(0).toISOString(),
      uploader: null,
      browser_download_url: `${this.#origin}/${repository}/releases/download/${id}/${name}`,
    };
  }
}
