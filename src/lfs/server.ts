/** One LFS server as its clients (assets, locks) know it: where it is, and what each request to it carries. */
import type { BatchAction } from '../shared/wire/lfs.ts';
import { LFS_MEDIA_TYPE } from '../shared/wire/lfs.ts';
import type { Attempt } from './failures.ts';
import { actionHeaders, Http } from './http.ts';

export interface LfsServerOptions {
  /** The LFS endpoint: `https://host/project.git/info/lfs`. */
  readonly url: string;
  readonly fetch?: typeof fetch;
  /** The `Authorization` header for `url`'s origin, asked before each request; never sent to another origin. */
  readonly authorize?: () => Promise<string | undefined>;
  /** More headers for `url`'s origin. */
  readonly headers?: Readonly<Record<string, string>>;
  /** More headers for any address, that of the storage behind the server included. */
  readonly headersFor?: (url: string) => Iterable<readonly [name: string, value: string]>;
  /** The ref that the work is about, `refs/heads/main`: servers may decide by it. Asked before each request. */
  readonly ref?: () => Promise<string | undefined>;
  /** Milliseconds of silence on a connection after which it counts as dead. Default: a minute. */
  readonly timeoutMs?: number;
}

export class LfsServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly http: Http;
  readonly #origin: string;
  readonly #options: LfsServerOptions;

  constructor(options: LfsServerOptions) {
    this.#options = options;
    this.url = options.url.replace(/\/+$/, '');
    this.#origin = new URL(this.url).origin;
    this.http = new Http(options.fetch ?? fetch, options.timeoutMs ?? 60_000);
  }

  /** For a request of the LFS API. */
  async apiHeaders(): Promise<Headers> {
    const headers = await this.#ownHeaders();
    headers.set('accept', LFS_MEDIA_TYPE);
    headers.set('content-type', LFS_MEDIA_TYPE);
    return headers;
  }

  /** The action's headers as given. Ours are added only where the action leads back to the LFS server itself. */
  async actionHeaders(
    { header, href }: BatchAction,
    authenticated: boolean,
    attempt: Attempt,
  ): Promise<Headers> {
    const headers = actionHeaders(header ?? {}, attempt);
    const isOurs = new URL(href).origin === this.#origin;
    const more = isOurs ? await this.#ownHeaders() : new Headers(this.#configured(href));
    for (const [name, value] of more)
      if (!headers.has(name) && !(authenticated && name === 'authorization')) headers.set(name, value);
    return headers;
  }

  /** As the `ref` of a request: absent where nobody said which. */
  async ref(): Promise<{ readonly ref?: { readonly name: string } }> {
    const name = await this.#options.ref?.();
    return name === undefined ? {} : { ref: { name } };
  }

  async #ownHeaders(): Promise<Headers> {
    const headers = new Headers(this.#configured(this.url));
    for (const [name, value] of Object.entries(this.#options.headers ?? {})) headers.set(name, value);
    const authorization = await this.#options.authorize?.();
    if (authorization !== undefined) headers.set('authorization', authorization);
    return headers;
  }

  #configured(url: string): [string, string][] {
    return [...(this.#options.headersFor?.(url) ?? [])].map(([name, value]) => [name, value]);
  }
}
