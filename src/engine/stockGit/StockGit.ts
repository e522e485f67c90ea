/**
 * modsync as stock Git's servant in one repository: the filter and the hooks that Git runs, their set-up and removal.
 * The command line's hidden commands call this; it works in any repository with a working tree, whether or not that is
 * a project at the moment.
 *
 *   filterConfig   `filter.lfs.*` in the repository's own configuration
 *   gitLfs         whether git-lfs does all this already
 *   hooks          the scripts in `.git/hooks`, chained with those that are there
 *   pluginDiff     `git diff` on plugins shows records
 *   beforeCommit, beforePush   what the hooks do
 */
import type { AssetRef, Remote } from '../../ports/index.ts';
import { errorBody, SyncError } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { partsOf } from '../assets/parts.ts';
import { queueFor } from '../assets/transfers.ts';
import { markLockable } from '../locks/lockable.ts';
import type { Project } from '../project/Project.ts';
import { beforeCommit, type CommitFindings } from './beforeCommit.ts';
import { beforePush, type RefPush } from './beforePush.ts';
import { isFilterSet, removeConfig, setCredentialHelper, setFilter } from './filterConfig.ts';
import { gitLfsStands } from './gitLfs.ts';
import { installHooks, removeHooks } from './hooks.ts';
import { removePluginDiff, setPluginDiff } from './pluginDiff.ts';

export interface StockGitState {
  /** Who turns assets into pointers when stock Git runs. */
  readonly filter: 'git-lfs' | 'modsync';
  readonly warnings: readonly string[];
}

/** A person waits at `git checkout`: what is not reachable is given up on sooner than in a sync. */
const CHECKOUT_RETRY = { attempts: 3 };

/**
 * Makes stock Git work in this repository: through git-lfs where the user has it, else through modsync. Repeating it
 * changes nothing; after git-lfs came or went, it puts the other in its place.
 */
export async function setUpStockGit(project: Project): Promise<StockGitState> {
  const { repository, host } = project;
  const gitLfs = await gitLfsStands(repository);
  if (gitLfs) await removeConfig(repository, { credentials: false });
  else await setFilter(repository);
  await setPluginDiff(repository);
  const url = await project.remoteUrl();
  // of a host that the user never signed in to, there is nothing to tell
  if (url !== undefined && /^https?:/.test(url) && (await host.keys.get(new URL(url).origin)) !== undefined)
    await setCredentialHelper(repository, url);
  const why = await installHooks(repository, gitLfs);
  return { filter: gitLfs ? 'git-lfs' : 'modsync', warnings: why === undefined ? [] : [why] };
}

/** Who turns assets into pointers when stock Git runs here; `undefined`: nobody, or a modsync that is elsewhere now. */
export async function stockGitFilter({ repository }: Project): Promise<StockGitState['filter'] | undefined> {
  if (await gitLfsStands(repository)) return 'git-lfs';
  return isFilterSet(repository) ? 'modsync' : undefined;
}

export class StockGit {
  readonly #project: Project;
  readonly #connect: (url: string | undefined) => Promise<Remote | undefined>;
  #remote: Promise<Remote | undefined> | undefined;

  /** @param connect with a URL: that remote; else the repository's own */
  constructor(project: Project, connect: (url: string | undefined) => Promise<Remote | undefined>) {
    this.#project = project;
    this.#connect = connect;
  }

  setUp(): Promise<StockGitState> {
    return setUpStockGit(this.#project);
  }

  /** As if modsync had never been here: configuration and hooks. Files and history stay as they are. */
  async remove(): Promise<void> {
    await removeHooks(this.#project.repository);
    await removeConfig(this.#project.repository, { credentials: true });
    await removePluginDiff(this.#project.repository);
  }

  /**
   * Brings assets from the remote into the cache.
   * @throws SyncError `NOT_FOUND` when there is no remote, and what a download throws
   */
  async fetchAssets(assets: readonly AssetRef[], options: CallOptions = {}): Promise<void> {
    this.#remote ??= this.#connect(undefined);
    const remote = await this.#remote;
    if (!remote)
      throw new SyncError('NOT_FOUND', 'This repository has no remote to fetch assets from.', {
        data: { folder: this.#project.folder },
      });
    const queue = await queueFor(this.#project, remote.assets, { retry: CHECKOUT_RETRY });
    await queue.download(assets, options);
  }

  /** Which paths this working copy has assets for. */
  async wanted(): Promise<(path: string) => boolean> {
    return (await partsOf(this.#project)).wants;
  }

  /** @param indexFile the index that is about to be committed, a disk path */
  beforeCommit(indexFile: string): Promise<CommitFindings> {
    return beforeCommit(this.#project, indexFile);
  }

  /**
   * The barrier, for stock Git's push.
   * @throws SyncError when the refs must not be pushed
   */
  async beforePush(
    { name, url }: { readonly name: string; readonly url: string },
    pushes: readonly RefPush[],
    options: CallOptions,
  ): Promise<void> {
    this.#remote ??= this.#connect(url).catch((error: unknown) => unusable(url, error));
    const remote = await this.#remote;
    if (remote) await beforePush(this.#project, remote, name, pushes, options);
  }

  /** After stock Git wrote files: lockable ones are read-only until they are locked. */
  markLockable(): Promise<void> {
    // as if the attributes had changed: every file is looked at, as git-lfs does it
    return markLockable(this.#project, ['.gitattributes']);
  }

  async close(): Promise<void> {
    await (await this.#remote?.catch(() => undefined))?.close();
  }
}

/** A remote that modsync cannot speak to: a push that needs no assets does not mind. */
function unusable(url: string, cause: unknown): Remote {
  const refuse = (): never => {
    throw new SyncError(
      'BACKEND_CONNECTION_FAILED',
      `Backend connection failed: the commits name assets, and modsync cannot store them at ${url} (${errorBody(cause).message}). To push the commits without them: git push --no-verify`,
      { data: { url }, cause },
    );
  };
  return {
    url,
    get history() {
      return refuse();
    },
    get assets() {
      return refuse();
    },
    close: async () => undefined,
  };
}
