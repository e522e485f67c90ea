/**
 * What a working copy is configured to do with LFS: Git's configuration first, then the project's `.lfsconfig`, of
 * which only harmless keys count: whoever can push can write it. Source: git-lfs-config(5), git-lfs `config/`.
 */
import type { GitSettings } from '../ports/backend.ts';
import { SyncError } from '../shared/errors.ts';
import { rewrittenUrl, valuesForUrl } from './urlSettings.ts';

/** Keys that a project may set for those who clone it. */
const ALLOWED: ReadonlySet<string> = new Set([
  'lfs.allowincompletepush',
  'lfs.fetchexclude',
  'lfs.fetchinclude',
  'lfs.gitprotocol',
  'lfs.locksverify',
  'lfs.pushurl',
  'lfs.skipdownloaderrors',
  'lfs.url',
]);
const isAllowed = (key: string) => ALLOWED.has(key) || /^(lfs\..+\.access|remote\..+\.lfsurl)$/s.test(key);

export interface LfsEndpoint {
  /** Without credentials. */
  readonly url: string;
  /** User and password that the address carried. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Who named it. The user did not choose an address that the `project` names. */
  readonly namedBy: 'user' | 'project' | 'remote';
}

export class LfsSettings implements GitSettings {
  readonly #user: GitSettings;
  readonly #project: ReadonlyMap<string, readonly string[]>;

  /** @param lfsConfig the lines of `.lfsconfig`, keys normalised as Git does it */
  constructor(
    user: GitSettings,
    lfsConfig: readonly { readonly key: string; readonly value: string }[] = [],
  ) {
    this.#user = user;
    const project = new Map<string, string[]>();
    for (const { key, value } of lfsConfig)
      if (isAllowed(key)) project.set(key, [...(project.get(key) ?? []), value]);
    this.#project = project;
  }

  get(key: string): string | undefined {
    return this.#user.get(key) ?? this.#project.get(key)?.at(-1);
  }

  getAll(key: string): readonly string[] {
    const own = this.#user.getAll(key);
    return own.length > 0 ? own : (this.#project.get(key) ?? []);
  }

  keys(): readonly string[] {
    return [...new Set([...this.#user.keys(), ...this.#project.keys()])];
  }

  /** Git's own configuration alone: for whatever has to do with credentials. */
  get user(): GitSettings {
    return this.#user;
  }

  /** `lfs.fetchinclude`: where it is not empty, other assets stay pointers. */
  get include(): readonly string[] {
    return patterns(this.get('lfs.fetchinclude'));
  }

  /** `lfs.fetchexclude`: these assets stay pointers. */
  get exclude(): readonly string[] {
    return patterns(this.get('lfs.fetchexclude'));
  }

  /** Whether lockable files that this person has not locked are read-only on disk. */
  get lockableReadOnly(): boolean {
    return isTrue(this.get('lfs.setlockablereadonly')) ?? true;
  }

  /** `lfs.concurrenttransfers`, where somebody set it. */
  get concurrency(): number | undefined {
    const value = Number(this.get('lfs.concurrenttransfers') ?? Number.NaN);
    return Number.isInteger(value) && value > 0 ? Math.min(value, 256) : undefined;
  }

  /** Whether locks are looked at before a push; `undefined`: if the remote has them. @param url of the remote */
  locksVerify(url: string): boolean | undefined {
    for (const address of [lfsUrlOf(url), url])
      for (const value of valuesForUrl(this, 'lfs', 'locksverify', address, { general: false }).slice(-1))
        return isTrue(value);
    return isTrue(this.get('lfs.locksverify'));
  }

  /**
   * Where the assets of a remote are: `lfs.url`, `remote.<name>.lfsurl`, or below the remote's own URL; uploads may
   * have their own.
   * @throws SyncError `INVALID_CONFIG` for anything but http and https
   */
  endpoint(
    remote: { readonly name: string; readonly url: string },
    operation: 'download' | 'upload',
  ): LfsEndpoint {
    const keys = [
      ...(operation === 'upload' ? ['lfs.pushurl'] : []),
      'lfs.url',
      ...(operation === 'upload' ? [`remote.${remote.name}.lfspushurl`] : []),
      `remote.${remote.name}.lfsurl`,
    ];
    for (const key of keys) {
      const own = this.#user.get(key);
      const named = own || this.#project.get(key)?.at(-1);
      if (named) return endpointAt(rewrittenUrl(this.#user, named), own ? 'user' : 'project', key);
    }
    return endpointAt(lfsUrlOf(remote.url), 'remote', `remote.${remote.name}.url`);
  }
}

/** Where git-lfs looks for the LFS API of a Git URL. */
export function lfsUrlOf(gitUrl: string): string {
  const url = gitUrl.replace(/\/+$/, '');
  return url.endsWith('.git') ? `${url}/info/lfs` : `${url}.git/info/lfs`;
}

function endpointAt(text: string, namedBy: LfsEndpoint['namedBy'], key: string): LfsEndpoint {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new SyncError(
      'INVALID_CONFIG',
      `The assets are said to be at "${text}" (${key}), which is no http or https address: modsync speaks no other. Change it with: git config ${key} URL`,
      { data: { key } },
    );
  const { username, password } = parsed;
  const url = parsed.origin + parsed.pathname.replace(/\/+$/, '') + parsed.search;
  return {
    url,
    namedBy,
    ...((username || password) && {
      credentials: { user: decodeURIComponent(username), password: decodeURIComponent(password) },
    }),
  };
}

const patterns = (list: string | undefined): readonly string[] =>
  (list ?? '')
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');

function isTrue(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  return !/^(false|no|off|0|)$/i.test(value);
}
