/**
 * Which credentials go to which address. A token is kept for one origin and sent to no other; Git's helpers are asked
 * only for addresses that the user chose: the remote's own, or one of their own configuration.
 */
import type { Host } from '../platform/index.ts';
import type { ConnectOptions } from '../ports/index.ts';
import { utf8 } from '../shared/bytes.ts';
import { isProjectId } from '../shared/ids.ts';
import type { RemoteAddress } from './remoteUrl.ts';

interface Pair {
  readonly user: string;
  readonly password: string;
}

/** Who is asked for credentials. */
export interface Recipient {
  readonly url: string;
  /** That its address carried. */
  readonly credentials?: Pair | undefined;
  /** Git's helpers may be asked: the user chose this address, and has set up no other credentials for it. */
  readonly helpers: boolean;
}

export class Credentials {
  readonly #host: Host;
  readonly #options: ConnectOptions;
  readonly #remote: RemoteAddress;
  readonly #filled = new Map<string, Promise<Pair | undefined>>();

  constructor(host: Host, options: ConnectOptions, remote: RemoteAddress) {
    this.#host = host;
    this.#options = options;
    this.#remote = remote;
  }

  /** For the remote's own API. */
  async token(): Promise<string | undefined> {
    const { apiKey } = this.#options;
    return apiKey || this.#remote.credentials?.password || (await this.#host.keys.get(this.#remote.origin));
  }

  /** The `Authorization` header. */
  async authorization(recipient: Recipient): Promise<string | undefined> {
    const { url, credentials, helpers } = recipient;
    const { origin, pathname } = new URL(url);
    if (credentials?.password) return basic(credentials);
    const isRemote = origin === this.#remote.origin;
    const token = isRemote ? await this.token() : await this.#host.keys.get(origin);
    if (token !== undefined) {
      const user = credentials?.user || (isRemote ? this.#remote.credentials?.user : undefined);
      // a relay takes `Bearer`; Git hosts in general take a token as the password of any user
      if (isRelayPath(pathname) && !user) return `Bearer ${token}`;
      return basic({ user: user || 'modsync', password: token });
    }
    // the assets of a remote are under its own credentials, as git-lfs has it
    const filled = helpers ? await this.#fill(isRemote ? this.#remote.url : url) : undefined;
    return filled && basic(filled);
  }

  /** Once for each address: a helper is a process of its own. */
  #fill(url: string): Promise<Pair | undefined> {
    let filled = this.#filled.get(url);
    if (!filled) {
      filled =
        this.#host.gitCredentials?.fill(url, this.#options.workingCopy?.folder) ?? Promise.resolve(undefined);
      this.#filled.set(url, filled);
    }
    return filled;
  }
}

/** `/<projectId>.git`, and what is below it. Any other Git host has longer paths, or names that are no ids. */
function isRelayPath(pathname: string): boolean {
  const id = /^\/([^/]+)\.git(\/info\/lfs)?\/?$/.exec(pathname)?.[1];
  return id !== undefined && isProjectId(id);
}

const basic = ({ user, password }: Pair) =>
  `Basic ${btoa(String.fromCharCode(...utf8(`${user}:${password}`)))}`;
