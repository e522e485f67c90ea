/** One repository and its working tree. Everything it writes, stock Git can read, and takes Git's own locks. */
import type { Host } from '../platform/index.ts';
import { hasCode } from '../shared/errors.ts';
import type { TreeChange } from '../shared/git.ts';
import type { CommitId, ObjectId, TreeId } from '../shared/ids.ts';
import { join, nameOf, parentOf } from '../shared/paths.ts';
import type { CallOptions } from '../shared/progress.ts';
import type { UnderWay } from '../shared/types.ts';
import {
  type CommitOptions,
  type CommitResult,
  commitWorkingTree,
  type Refreshed,
} from './commitWorkingTree.ts';
import { GitConfig } from './config.ts';
import { checkConnected } from './connectivity.ts';
import { CommitGraph, readShallow } from './graph.ts';
import { compareIndexToTree, headToIndex } from './index/compareTree.ts';
import type { IndexEntry } from './index/IndexEntry.ts';
import type { IndexFile } from './index/IndexFile.ts';
import { IndexStore } from './index/IndexStore.ts';
import { isRacy } from './index/statMatch.ts';
import { initRepository } from './initRepository.ts';
import { type IsomorphicFs, isomorphicFs } from './isomorphicFs.ts';
import { refuseUnmerged, stagesOf, type UnmergedFile, underWay } from './mergeState.ts';
import { ObjectStore } from './objects/ObjectStore.ts';
import { Refs } from './refs.ts';
import { checkFormat, findGitDir } from './repositoryFormat.ts';
import { Trees } from './trees.ts';
import type { WorkingStatus } from './types.ts';
import { type UpkeepOptions, type UpkeepResult, upkeep } from './upkeep/index.ts';
import { releaseDeadLocks } from './upkeep/leftBehind.ts';
import { refuseUnreadable } from './worktree/addPolicy.ts';
import type { Attributes } from './worktree/attributes.ts';
import { type CheckedTarget, checkoutTree, checkTarget } from './worktree/checkout.ts';
import { NamedFiles } from './worktree/NamedFiles.ts';
import { secondsNow, settleRacy } from './worktree/racy.ts';
import { scan } from './worktree/scan.ts';
import { type OperationOptions, WorkTree, type WorkTreeParts } from './worktree/WorkTree.ts';
import { resolveCandidates } from './worktree/workingFiles.ts';

export interface StatusOptions extends OperationOptions {
  /** Project paths (files or folders) that a watcher saw change: only there is anything looked at. */
  readonly only?: readonly string[] | undefined;
  /** Where something changed, a commit of it follows, and writes the index: once is enough. */
  readonly beforeCommit?: boolean | undefined;
}

export interface CheckoutOptions extends OperationOptions {
  readonly to: TreeId;
  /** Called when the files are on disk, before the index says so: a kill in between finds both again. */
  readonly beforeIndex?: ((outcome: CheckoutOutcome) => Promise<void>) | undefined;
}

export interface CheckoutOutcome {
  readonly written: readonly TreeChange[];
  /** Left as they are: a person had changed them meanwhile. */
  readonly kept: readonly TreeChange[];
}

/** What isomorphic-git's functions take. */
export interface IsomorphicArguments {
  readonly fs: IsomorphicFs;
  readonly dir: string;
  readonly gitdir: string;
  readonly cache: object;
}

export class Repository {
  readonly host: Host;
  readonly folder: string;
  readonly gitDir: string;
  readonly objects: ObjectStore;
  readonly trees: Trees;
  readonly refs: Refs;
  readonly graph: CommitGraph;
  readonly config: GitConfig;
  readonly files: NamedFiles;
  readonly #index: IndexStore;
  readonly #parts: WorkTreeParts;
  readonly #cache = {};
  /** What was asked last, for the move that follows. */
  #checked: CheckedTarget | undefined;
  /** What the last status found out about files that are as this index has them, for the next commit. */
  #refreshed: Refreshed | undefined;

  private constructor(
    host: Host,
    folder: string,
    gitDir: string,
    config: GitConfig,
    graph: (objects: ObjectStore) => CommitGraph,
  ) {
    this.host = host;
    this.folder = folder;
    this.gitDir = gitDir;
    this.config = config;
    this.objects = new ObjectStore(host, gitDir);
    this.trees = new Trees(this.objects);
    this.refs = new Refs(host, gitDir);
    this.graph = graph(this.objects);
    this.#index = new IndexStore(host, gitDir);
    this.#parts = { host, folder, gitDir, config, objects: this.objects, trees: this.trees };
    this.files = new NamedFiles(this.#index, this.#parts);
  }

  /** A new, empty repository; one that is there already is opened as it is. */
  static async init(host: Host, folder: string, options: { readonly branch: string }): Promise<Repository> {
    await initRepository(host, folder, options.branch);
    return Repository.open(host, folder);
  }

  /** @throws SyncError `NOT_A_PROJECT`; `UNSUPPORTED_REPOSITORY`, which says what to do */
  static async open(host: Host, folder: string): Promise<Repository> {
    const gitDir = await findGitDir(host, folder);
    const config = await GitConfig.open(host, gitDir);
    await checkFormat(host, folder, gitDir, config);
    const shallow = await readShallow(host.disk, gitDir);
    const repository = new Repository(
      host,
      folder,
      gitDir,
      config,
      (objects) => new CommitGraph(objects, shallow),
    );
    await repository.#index.read();
    return repository;
  }

  /** For calls of isomorphic-git: on the one file system that all of this room uses. */
  isomorphic(): IsomorphicArguments {
    const fs = isomorphicFs(this.host, this.gitDir, this.objects);
    return { fs, dir: this.folder, gitdir: this.gitDir, cache: this.#cache };
  }

  /** The same object as long as nobody writes Git's index: what equalled it then differs now only if the file changed. */
  async indexState(): Promise<object> {
    return await this.#index.read();
  }

  /** `undefined` before the first commit. */
  async headTree(): Promise<TreeId | undefined> {
    return this.#treeOf((await this.refs.head()).commit);
  }

  /** What stock Git is in the middle of. */
  async mergeInProgress(): Promise<UnderWay | undefined> {
    const found = await underWay(this.host.disk, this.gitDir);
    if (found) return found;
    return (await this.#index.read()).unmerged.length > 0 ? 'conflict' : undefined;
  }

  /** Like `git status`: the index gets fresh stat data where files turned out unchanged, if nobody holds its lock. */
  async status(options: StatusOptions = {}): Promise<WorkingStatus> {
    const since = secondsNow();
    const index = await this.#index.read();
    const workTree = await WorkTree.open(this.#parts, index);
    const { candidates, nested } = await scan(await workTree.scanInput(options.signal), options.only);
    if (options.beforeCommit) refuseUnreadable(candidates);
    const { changes, refreshed } = await resolveCandidates(candidates, await workTree.hashContext(options));
    const staged = await compareIndexToTree(index, await this.headTree(), this.trees);
    const entries = settled(refreshed, since);
    if (options.beforeCommit && changes.length + staged.length > 0) this.#refreshed = { index, entries };
    else await this.#refresh(index, entries, options, since);
    return {
      unstaged: changes,
      staged: staged.map(headToIndex),
      unmerged: index.unmerged,
      nested,
    };
  }

  /** For each path, by the files on disk. @param proposed what the attribute file of a folder may become */
  async attributes(
    paths: readonly string[],
    proposed?: { readonly folder: string; readonly content: Uint8Array },
  ): Promise<Attributes[]> {
    const workTree = await WorkTree.open(this.#parts, await this.#index.read());
    const rules = await workTree.attributeRules();
    const folders = rules.foldersToRead(paths);
    for (const [i, content] of (await workTree.readAttributes(folders)).entries()) {
      rules.put(folders[i] as string, content);
    }
    if (proposed) rules.put(proposed.folder, proposed.content);
    return paths.map((path) => rules.of(path));
  }

  /** Whether Git would leave an untracked file here alone. Tracked files are never ignored. */
  async isIgnored(path: string): Promise<boolean> {
    const index = await this.#index.read();
    if (index.get(path) || index.hasBelow(path)) return false;
    const workTree = await WorkTree.open(this.#parts, index);
    const ignore = await workTree.ignoreRulesAbove(path);
    const stat = await this.host.disk.lstat(join(this.folder, path));
    return ignore.isIgnored(parentOf(path), nameOf(path), stat?.kind === 'folder');
  }

  /**
   * Like `git add -A && git commit`. `undefined` when HEAD's tree would not change.
   * @throws SyncError `MERGE_IN_PROGRESS` (unmerged entries), `UNSAFE_PATH`, `REF_CHANGED`, `LOCK_TIMEOUT`
   */
  commitWorkingTree(options: CommitOptions): Promise<CommitResult | undefined> {
    const { refs, graph } = this;
    const context = { index: this.#index, parts: this.#parts, refs, graph, refreshed: this.#refreshed };
    return commitWorkingTree(context, options);
  }

  /**
   * Index and working tree move from what the index has to `to`; the caller moves the ref. A working file that is not
   * what the index says, and an untracked file in the way, is kept as it is (unless it already is what `to` has): the
   * index gets the new blob for it, so that it shows as changed.
   * @throws SyncError `UNSAFE_PATH` before anything is written; `MERGE_IN_PROGRESS`, `OBJECT_MISSING`, `LOCK_TIMEOUT`
   */
  async checkout(options: CheckoutOptions): Promise<CheckoutOutcome> {
    const since = secondsNow();
    return this.#index.update(async (current) => {
      refuseUnmerged(current);
      const workTree = await WorkTree.open(this.#parts, current);
      const context = await workTree.checkoutContext(options);
      const { index, written, kept } = await checkoutTree(await this.#target(current, options.to), context);
      await options.beforeIndex?.({ written, kept });
      const settled = await settleRacy(index, current, context, since, 'written');
      return { index: settled === current ? undefined : settled, result: { written, kept } };
    }, options);
  }

  /** Paths that the index has in stages, each once. */
  async unmergedPaths(): Promise<readonly string[]> {
    return (await this.#index.read()).unmerged;
  }

  /**
   * Leaves index and working tree as a merge that conflicts leaves them: like `checkout`, and the stages of what is
   * open. The working files of these are left alone.
   * @param options.record writes what says that a merge is under way, before anybody else may change the index
   * @throws SyncError as `checkout` does
   */
  async checkoutMerge(
    options: CheckoutOptions & {
      readonly unmerged: readonly UnmergedFile[];
      readonly record: () => Promise<void>;
    },
  ): Promise<{ written: TreeChange[]; kept: TreeChange[] }> {
    const since = secondsNow();
    return this.#index.update(async (current) => {
      refuseUnmerged(current);
      const workTree = await WorkTree.open(this.#parts, current);
      const context = await workTree.checkoutContext(options);
      const { index, written, kept } = await checkoutTree(await this.#target(current, options.to), context);
      const settled = await settleRacy(index, current, context, since, 'written');
      const stages = options.unmerged.flatMap(stagesOf);
      return {
        index: settled.withStages(stages),
        result: { written, kept },
        beforeRelease: options.record,
      };
    }, options);
  }

  /**
   * What `checkout` would refuse, without doing anything: to be asked before a move is begun.
   * @throws SyncError `UNSAFE_PATH`, `OBJECT_MISSING`, `MALFORMED_OBJECT`
   */
  async checkTarget(to: TreeId): Promise<void> {
    this.#checked = await this.#target(await this.#index.read(), to);
  }

  /**
   * Before refs move to what a remote sent: `received` names the objects that came.
   * @throws SyncError `OBJECT_MISSING` when `wants` lead to something that is not here
   */
  async checkConnected(
    wants: readonly ObjectId[],
    received: ReadonlySet<ObjectId>,
    options: CallOptions = {},
  ): Promise<void> {
    const complete = new Set((await this.refs.list('refs/remotes/')).values());
    await checkConnected(this, wants, received, complete, options);
  }

  /**
   * Makes one pack of loose objects and packs that have piled up, by Git's own settings (`gc.auto`,
   * `gc.autoPackLimit`) and under its lock. Drops nothing. `undefined` when there was nothing to do.
   */
  upkeep(options: UpkeepOptions = {}): Promise<UpkeepResult | undefined> {
    return upkeep(this, options);
  }

  /** Ends the locks that killed modsync processes left, which stock Git would not. Others' locks stay. */
  releaseDeadLocks(): Promise<void> {
    return releaseDeadLocks(this.host.disk, this.gitDir);
  }

  async #target(index: IndexFile, to: TreeId): Promise<CheckedTarget> {
    const known = this.#checked;
    this.#checked = undefined;
    return known?.index === index && known.to === to ? known : await checkTarget(index, to, this);
  }

  async #treeOf(commit: CommitId | undefined): Promise<TreeId | undefined> {
    return commit && (await this.graph.commit(commit)).tree;
  }

  /** Saves the next status from reading the same files again. Never waits, never fails. */
  async #refresh(
    index: IndexFile,
    refreshed: ReadonlyMap<string, IndexEntry>,
    options: OperationOptions,
    since: number,
  ): Promise<void> {
    if (refreshed.size === 0) return;
    try {
      await this.#index.update(
        async (current) => {
          if (current !== index) return { result: undefined };
          const context = await (await WorkTree.open(this.#parts, current)).hashContext(options);
          const next = await settleRacy(current.with(refreshed), current, context, since, 'hashed');
          return { index: next, result: undefined };
        },
        { waitMs: 0 },
      );
    } catch (error) {
      if (
        !hasCode(error, 'LOCK_TIMEOUT') &&
        !hasCode(error, 'PERMISSION_DENIED') &&
        !hasCode(error, 'NO_SPACE')
      )
        throw error;
    }
  }
}

/** A file that was changed while it was looked at, or just before, would be in doubt again the next time. */
const settled = (refreshed: ReadonlyMap<string, IndexEntry>, since: number): Map<string, IndexEntry> =>
  new Map([...refreshed].filter(([, entry]) => !isRacy(entry, since)));
