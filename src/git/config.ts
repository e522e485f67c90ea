/**
 * Git's configuration: the system's, the user's, the repository's, the environment's; later ones win. Read anew when a
 * file changed. Written to the repository's own file, under Git's lock, every other line kept as it was.
 *
 * Source: git-config(1).
 */
import type { FileStat, Host } from '../platform/index.ts';
import { text, utf8 } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';
import { join, parentOf } from '../shared/paths.ts';
import { type ConfigLine, parseConfig, setInConfig, splitKey } from './configFormat.ts';

const DEEPEST_INCLUDE = 10;
const TRUE = /^(?:true|yes|on)$/i;
const FALSE = /^(?:false|no|off|)$/i;

/** What Git reads outside of any repository. @throws SyncError `INVALID_CONFIG` */
export const userConfig = (host: Host): Promise<Pick<GitConfig, 'get'>> => GitConfig.open(host, undefined);

export class GitConfig {
  readonly #host: Host;
  readonly #file: string;
  /** `undefined` for the user's own settings alone. */
  readonly #gitDir: string | undefined;
  #values = new Map<string, string[]>();
  #own = new Map<string, string>();
  #stamps = new Map<string, string>();

  private constructor(host: Host, gitDir: string | undefined) {
    this.#host = host;
    this.#gitDir = gitDir;
    this.#file = gitDir === undefined ? '' : join(gitDir, 'config');
  }

  /** @throws SyncError `INVALID_CONFIG` naming the file and line that Git could not read either */
  static async open(host: Host, gitDir: string | undefined): Promise<GitConfig> {
    const config = new GitConfig(host, gitDir);
    await config.#load();
    return config;
  }

  /** Reads the files again if one of them changed. */
  async refresh(): Promise<void> {
    for (const [path, stamp] of this.#stamps) {
      if (stampOf(await this.#host.disk.lstat(path)) !== stamp) return this.#load();
    }
  }

  /** The last value. A key is `section.name` or `section.subsection.name`; `name` alone on its line is "true". */
  get(key: string): string | undefined {
    return this.#values.get(splitKey(key).normal)?.at(-1);
  }

  getAll(key: string): readonly string[] {
    return this.#values.get(splitKey(key).normal) ?? [];
  }

  /** The last value that the repository's own file has. */
  getOwn(key: string): string | undefined {
    const { normal } = splitKey(key);
    return this.#own.get(normal);
  }

  /** `undefined` when it is not set. @throws SyncError `INVALID_CONFIG` */
  getBool(key: string): boolean | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (TRUE.test(value)) return true;
    if (FALSE.test(value)) return false;
    if (/^[+-]?\d+$/.test(value)) return Number(value) !== 0;
    throw new SyncError(
      'INVALID_CONFIG',
      `Git's configuration has ${key} = ${value}, which is neither true nor false.`,
      {
        data: { key, value },
      },
    );
  }

  /** Names of `[section "name"]`. */
  subsections(section: string): string[] {
    const names = new Set<string>();
    const prefix = `${section.toLowerCase()}.`;
    for (const key of this.#values.keys()) {
      if (key.startsWith(prefix) && key.lastIndexOf('.') > prefix.length - 1) {
        names.add(key.slice(prefix.length, key.lastIndexOf('.')));
      }
    }
    return [...names];
  }

  /** All keys that are set, sections and names in lowercase. */
  keys(): string[] {
    return [...this.#values.keys()];
  }

  /** Sets one value (`undefined`: removes every one) in the repository's own file. */
  async set(key: string, value: string | undefined): Promise<void> {
    await this.setMany([[key, value]]);
  }

  async setMany(changes: readonly (readonly [key: string, value: string | undefined])[]): Promise<void> {
    const { disk } = this.#host;
    const lock = await disk.lockFile(this.#file);
    try {
      let content = text((await disk.read(this.#file)) ?? new Uint8Array(0));
      for (const [key, value] of changes) content = setInConfig(content, key, value);
      await lock.commit(utf8(content));
    } finally {
      await lock.release();
    }
    await this.#load();
  }

  async #load(): Promise<void> {
    const values = new Map<string, string[]>();
    this.#stamps = new Map();
    const put = (key: string, value: string) => {
      const all = values.get(key);
      if (all) all.push(value);
      else values.set(key, [value]);
    };
    const own = new Map<string, string>();
    const putOwn = (key: string, value: string) => {
      put(key, value);
      own.set(key, value);
    };
    for (const path of this.#outerFiles()) await this.#readInto(path, put, 0);
    if (this.#gitDir !== undefined) {
      await this.#readInto(this.#file, putOwn, 0);
      const worktreeConfig = values.get('extensions.worktreeconfig')?.at(-1);
      if (worktreeConfig !== undefined && TRUE.test(worktreeConfig)) {
        await this.#readInto(join(this.#gitDir, 'config.worktree'), put, 0);
      }
    }
    const { environment } = this.#host;
    for (let i = 0; i < Number(environment.GIT_CONFIG_COUNT ?? 0); i++) {
      const key = environment[`GIT_CONFIG_KEY_${i}`];
      if (key) put(splitKey(key).normal, environment[`GIT_CONFIG_VALUE_${i}`] ?? '');
    }
    this.#values = values;
    this.#own = own;
  }

  #outerFiles(): string[] {
    const { environment } = this.#host;
    const files: string[] = [];
    if (!environment.GIT_CONFIG_NOSYSTEM || FALSE.test(environment.GIT_CONFIG_NOSYSTEM)) {
      if (environment.GIT_CONFIG_SYSTEM) files.push(slashed(environment.GIT_CONFIG_SYSTEM));
      else if (isWindows(this.#host)) {
        for (const programs of [environment.ProgramFiles, environment.ProgramW6432]) {
          const file = programs && join(slashed(programs), 'Git/etc/gitconfig');
          if (file && !files.includes(file)) files.push(file);
        }
      } else files.push('/etc/gitconfig');
    }
    if (environment.GIT_CONFIG_GLOBAL !== undefined) {
      if (environment.GIT_CONFIG_GLOBAL !== '') files.push(slashed(environment.GIT_CONFIG_GLOBAL));
    } else {
      const xdg = xdgConfigHome(this.#host);
      if (xdg) files.push(join(xdg, 'git/config'));
      const home = homeFolder(this.#host);
      if (home) files.push(join(home, '.gitconfig'));
    }
    return files;
  }

  async #readInto(path: string, put: (key: string, value: string) => void, depth: number): Promise<void> {
    const { disk } = this.#host;
    this.#stamps.set(path, stampOf(await disk.lstat(path)));
    const content = await disk.read(path);
    if (!content) return;
    for (const line of parseConfig(text(content), path)) {
      put(line.key, line.value);
      const included = this.#included(line, path);
      if (included && depth < DEEPEST_INCLUDE) await this.#readInto(included, put, depth + 1);
    }
  }

  /** `include.path`, and `includeIf` for `gitdir:` and `gitdir/i:` without wildcards. */
  #included({ key, value }: ConfigLine, from: string): string | undefined {
    const path = () => expandHome(this.#host, value, parentOf(from));
    if (key === 'include.path') return path();
    const condition = /^includeif\.gitdir(\/i)?:(.*)\.path$/.exec(key);
    if (!condition) return undefined;
    const folded = (path: string) => (condition[1] ? path.toLowerCase() : path);
    let wanted = expandHome(this.#host, condition[2] as string, parentOf(from), true);
    if (wanted.endsWith('/')) wanted += '**';
    const here = folded(this.#gitDir ?? '');
    if (wanted.endsWith('/**')) return here.startsWith(folded(wanted.slice(0, -2))) ? path() : undefined;
    return folded(wanted) === here ? path() : undefined;
  }
}

const stampOf = (stat: FileStat | undefined): string =>
  stat
    ? `${stat.ino} ${stat.size} ${stat.mtimeSeconds} ${stat.mtimeNanoseconds} ${stat.ctimeSeconds} ${stat.ctimeNanoseconds}`
    : '';

const slashed = (path: string): string => path.replaceAll('\\', '/');

/** The environment names it on every Windows since NT. */
export const isWindows = (host: Host): boolean => host.environment.OS === 'Windows_NT';

function homeFolder({ environment }: Host): string | undefined {
  const home = environment.HOME || environment.USERPROFILE;
  return home ? slashed(home) : undefined;
}

export function xdgConfigHome(host: Host): string | undefined {
  const { XDG_CONFIG_HOME } = host.environment;
  if (XDG_CONFIG_HOME) return slashed(XDG_CONFIG_HOME);
  const home = homeFolder(host);
  return home && join(home, '.config');
}

/** A path from a configuration file: `~/` is the user's folder; relative to the file it stands in. */
export function expandHome(host: Host, path: string, folder: string, anywhere = false): string {
  const slashedPath = slashed(path);
  if (slashedPath.startsWith('~/')) return join(homeFolder(host) ?? '', slashedPath.slice(2));
  if (slashedPath.startsWith('/') || /^[A-Za-z]:/.test(slashedPath)) return slashedPath;
  if (slashedPath.startsWith('./')) return join(folder, slashedPath.slice(2));
  return anywhere ? `/**/${slashedPath}` : join(folder, slashedPath);
}
