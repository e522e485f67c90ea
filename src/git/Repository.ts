/** One repository and its working tree. Everything it writes, stock Git can read, and takes Git's own locks. */
import type { FileStat, Host } from '../platform/index.ts';
import { hasCode, SyncError, throwIfAborted } from '../shared/errors.ts';
import type { FileMode, Signature, TreeChange, TreeFile } from '../shared/git.ts';
import type { BlobId, CommitId, ObjectId, TreeId } from '../shared/ids.ts';
import { join, nameOf, parentOf } from '../shared/paths.ts';
import type { CallOptions } from '../shared/progress.ts';
import { formatCommit } from './commits.ts';
import { GitConfig } from './config.ts';
import { checkConnected } from './connectivity.ts';
import { CommitGraph, readShallow } from './graph.ts';
import { cacheTreeOf, compareIndexToTree, type IndexDifference } from './index/compareTree.ts';
import type { IndexEntry } from './index/IndexEntry.ts';
import type { IndexFile } from './index/IndexFile.ts';
import { IndexStore } from './index/IndexStore.ts';
import { isRacy } from './index/statMatch.ts';
import { initRepository } from './initRepository.ts';
import { type IsomorphicFs, isomorphicFs } from './isomorphicFs.ts';
import { type MergeInProgress, refuseUnmerged, stagesOf, type UnmergedFile, underWay } from './mergeState.ts';
import { NewObjects } from './objects/NewObjects.ts';
import { ObjectStore } from './objects/ObjectStore.ts';
import { Refs } from './refs.ts';
import { checkFormat, findGitDir } from './repositoryFormat.ts';
import { Trees } from './trees.ts';
import type { WorkingStatus } from './types.ts';
import { type UpkeepOptions, type UpkeepResult, upkeep } from './upkeep/index.ts';
import { releaseDeadLocks } from './upkeep/leftBehind.ts';
import { checkAdditions } from './worktree/addPolicy.ts';
import type { Attributes } from './worktree/attributes.ts';
import { type CheckedTarget, checkoutTree, checkTarget } from './worktree/checkout.ts';
import { secondsNow, settleRacy } from './worktree/racy.ts';
import { restoreFile } from './worktree/restoreFile.ts';
import { type Candidate, scan } from './worktree/scan.ts';
import { type OperationOptions, WorkTree, type WorkTreeParts } from './worktree/WorkTree.ts';
import { hashFiles, resolveCandidates, stageCandidates } from './worktree/workingFiles.ts';

export interface StatusOptions extends OperationOptions {
  /** Project paths (files or folders) that a watcher saw change: only there is anything looked at. */
  readonly only?: readonly string[] | undefined;
  /** Where something changed, a commit of it follows, and writes the index: once is enough. */
  readonly beforeCommit?: boolean | undefined;
}

export interface CommitOptions extends StatusOptions {
  readonly message: string;
  readonly author: Signature;
  /** Paths that stay as they are in the index. */
  readonly exclude?: ReadonlySet<string> | undefined;
  /** Make a commit even if HEAD's tree would not change. */
  readonly allowEmpty?: boolean | undefined;
  /**
   * The commit takes the place of this one and has its parents. It must be HEAD, still under Git's locks: another
   * program's commit on top of it would be lost.
   */
  readonly replaces?: { readonly commit: CommitId; readonly parents: readonly CommitId[] } | undefined;
  /** For the reflog; default `commit: ` and the message's first line. */
  readonly reason?: string | undefined;
}

export interface CommitResult {
  readonly commit: CommitId;
  readonly tree: TreeId;
  /** Against HEAD's tree. */
  readonly changes: readonly TreeChange[];
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

const ATTEMPTS = 20;

export class Repository {
  readonly host: Host;
  readonly folder: string;
  readonly gitDir: string;
  readonly objects: ObjectStore;
  readonly trees: Trees;
  readonly refs: Refs;
  readonly graph: CommitGraph;
  readonly config: GitConfig;
  readonly #index: IndexStore;
  readonly #parts: WorkTreeParts;
  readonly #cache = {};
  /** What was asked last, for the move that follows. */
  #checked: CheckedTarget | undefined;
  /** What the last status found out about files that are as this index has them, for the next commit. */
  #refreshed: { readonly index: IndexFile; readonly entries: ReadonlyMap<string, IndexEntry> } | undefined;

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
  async mergeInProgress(): Promise<MergeInProgress | undefined> {
    const found = await underWay(this.host.disk, this.gitDir);
    if (found) return found;
    return (await this.#index.read()).unmerged.length > 0 ? 'conflict' : undefined;
  }

  /** Like `git status`: the index gets fresh stat data where files turned out unchanged, if nobody holds its lock. */
  async status(options: StatusOptions = {}): Promise<WorkingStatus> {
    const since = secondsNow();
    const index = await this.#index.read();
    const workTree = await WorkTree.open(this.#parts, index);
    const candidates = await scan(await workTree.scanInput(options.signal), options.only);
    const { changes, refreshed } = await resolveCandidates(candidates, await workTree.hashContext(options));
    const staged = await compareIndexToTree(index, await this.headTree(), this.trees);
    const entries = settled(refreshed, since);
    if (options.beforeCommit && changes.length + staged.length > 0) this.#refreshed = { index, entries };
    else await this.#refresh(index, entries, options, since);
    return {
      unstaged: changes,
      staged: staged.map(headToIndex),
      unmerged: index.unmerged,
      submodules: index.entries.filter((entry) => entry.isSubmodule).map((entry) => entry.path),
    };
  }

  /** For each path, by the files on disk. */
  async attributes(paths: readonly string[]): Promise<Attributes[]> {
    const workTree = await WorkTree.open(this.#parts, await this.#index.read());
    const rules = await workTree.attributeRules();
    const folders = rules.foldersToRead(paths);
    for (const [i, content] of (await workTree.readAttributes(folders)).entries()) {
      rules.put(folders[i] as string, content);
    }
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
   * Like `git add -A && git commit`: objects first, then the index, then the ref. `undefined` when HEAD's tree would
   * not change.
   * @throws SyncError `MERGE_IN_PROGRESS` (unmerged entries), `UNSAFE_PATH`, `REF_CHANGED`, `LOCK_TIMEOUT`
   */
  async commitWorkingTree(options: CommitOptions): Promise<CommitResult | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const outcome = await this.#tryCommit(options);
      if (outcome !== AGAIN) return outcome;
    }
    throw new SyncError(
      'LOCK_TIMEOUT',
      'Another Git program keeps changing the index or HEAD. Let it finish, then try again.',
    );
  }

  async #tryCommit(options: CommitOptions): Promise<CommitResult | undefined | typeof AGAIN> {
    const since = secondsNow();
    const index = await this.#index.read();
    const workTree = await WorkTree.open(this.#parts, index);
    const found = await scan(await workTree.scanInput(options.signal), options.only);
    const candidates = found.filter(({ path }) => !options.exclude?.has(path));
    const fresh = new NewObjects(this.objects);
    const context = { ...(await workTree.hashContext(options)), objects: fresh };
    const staged = await stageCandidates(candidates, context);
    const made = await this.#index
      .update<CommitResult | typeof AGAIN | undefined>(async (current) => {
        if (!isUnchanged(candidates, current)) return { result: AGAIN };
        refuseUnmerged(current);
        const head = await this.refs.head();
        const { replaces } = options;
        const before = await this.#treeOf(head.commit);
        const refreshed = this.#refreshed?.index === current ? this.#refreshed.entries : [];
        let next = current.with(new Map([...refreshed, ...staged]));
        const differences = await compareIndexToTree(next, before, this.trees);
        await checkAdditions(next, differences, fresh);
        next = await settleRacy(next, current, context, since, 'hashed');
        const changes = differences.map(headToIndex);
        if (changes.length === 0 && !options.allowEmpty) {
          await fresh.flush();
          return { index: next === current ? undefined : next, result: undefined };
        }
        const tree = await this.trees.write(before, changes, fresh);
        const expected = replaces ? replaces.commit : head.commit;
        const parents = replaces?.parents ?? (head.commit ? [head.commit] : []);
        const message = options.message.endsWith('\n') ? options.message : `${options.message}\n`;
        const data = formatCommit({
          tree,
          parents,
          author: options.author,
          committer: options.author,
          message,
        });
        const [commit] = await fresh.write([{ type: 'commit', data }]);
        await fresh.flush();
        const cacheTree = await cacheTreeOf(next, tree, this.trees);
        if (cacheTree) next = next.with(new Map(), cacheTree);
        // The hash of a commit is a commit's id.
        const result: CommitResult = { commit: commit as CommitId, tree, changes };
        // Still under the index's lock, as git does it: another's commit in between would take ours along as its own.
        const beforeRelease = () =>
          this.refs.update([{ ref: 'HEAD', expected, next: result.commit }], {
            message: options.reason ?? reasonFor(options, head.commit),
            who: options.author,
          });
        return { index: next, result, beforeRelease };
      }, options)
      .catch((error: unknown): typeof AGAIN => {
        // The branch was moved by other means: what this commit adds is in the index, and goes on top.
        if (hasCode(error, 'REF_CHANGED') && !options.replaces) return AGAIN;
        throw error;
      });
    if (made === AGAIN || made === undefined) return made;
    const files = made.changes.length;
    options.onProgress?.({ phase: 'commit', files, totalFiles: files, bytes: 0 });
    return made;
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
   * Writes a working file as a blob of this content would be there, and leaves the index alone; `undefined` removes it.
   * @throws SyncError `WOULD_OVERWRITE` when what is there is not as expected, `UNSAFE_PATH`
   */
  async writeWorkingFile(
    path: string,
    file: { readonly data: Uint8Array; readonly mode: FileMode },
    options: OperationOptions & { readonly expect?: FileStat | 'absent' } = {},
  ): Promise<void> {
    const workTree = await WorkTree.open(this.#parts, await this.#index.read());
    const [id] = await this.objects.write([{ type: 'blob', data: file.data }]);
    const context = await workTree.checkoutContext(options);
    // an id that `write` gave for a blob
    await restoreFile(path, { mode: file.mode, id: id as BlobId }, options.expect, context);
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
   * Puts one version of a file on disk and into the index; `undefined` removes it from both.
   * @param options.expect what is believed to be there; left out: whatever it is
   * @throws SyncError `WOULD_OVERWRITE` when it is not as expected, `UNSAFE_PATH`
   */
  async restoreFile(
    path: string,
    file: TreeFile | undefined,
    options: OperationOptions & { readonly expect?: FileStat | 'absent' } = {},
  ): Promise<void> {
    const since = secondsNow();
    await this.#index.update(async (current) => {
      const workTree = await WorkTree.open(this.#parts, current);
      const context = await workTree.checkoutContext(options);
      const entry = await restoreFile(path, file, options.expect, context);
      const next = await settleRacy(
        current.with(new Map([[path, entry]])),
        current,
        context,
        since,
        'written',
      );
      return { index: next, result: undefined };
    }, options);
  }

  /**
   * Like `restoreFile` for many files, in one change of the index.
   * @returns the paths that were not as expected, and were left as they are
   */
  async restoreFiles(
    files: readonly {
      readonly path: string;
      readonly file: TreeFile;
      readonly expect: FileStat | 'absent';
    }[],
    options: OperationOptions = {},
  ): Promise<string[]> {
    const since = secondsNow();
    return await this.#index.update(async (current) => {
      const workTree = await WorkTree.open(this.#parts, current);
      const context = await workTree.checkoutContext(options);
      await context.content.prepare(files.map(({ path }) => path));
      const entries = new Map<string, IndexEntry | undefined>();
      const kept: string[] = [];
      for (const { path, file, expect } of files) {
        throwIfAborted(options.signal);
        try {
          entries.set(path, await restoreFile(path, file, expect, context));
        } catch (error) {
          if (!hasCode(error, 'WOULD_OVERWRITE')) throw error;
          kept.push(path);
        }
      }
      const next = await settleRacy(current.with(entries), current, context, since, 'written');
      return { index: next, result: kept };
    }, options);
  }

  /** The id that the working file would get, nothing stored; `undefined` when there is no file. */
  async hashFile(path: string, options: OperationOptions = {}): Promise<BlobId | undefined> {
    const stat = await this.host.disk.lstat(join(this.folder, path));
    if (!stat) return undefined;
    const workTree = await WorkTree.open(this.#parts, await this.#index.read());
    return (await hashFiles([{ path, stat }], await workTree.hashContext(options))).get(path);
  }

  /** Like `hashFile`, and the blob is stored. */
  async storeFile(path: string, options: OperationOptions = {}): Promise<BlobId | undefined> {
    const stat = await this.host.disk.lstat(join(this.folder, path));
    if (stat?.kind !== 'file' && stat?.kind !== 'symlink') return undefined;
    const workTree = await WorkTree.open(this.#parts, await this.#index.read());
    const candidate: Candidate = { path, stat, verdict: 'untracked' };
    return (await stageCandidates([candidate], await workTree.hashContext(options))).get(path)?.id;
  }

  /** Stores what a file anywhere on the disk would be at `path`; `undefined` when there is no such file. */
  async storeFileAs(
    path: string,
    diskPath: string,
    options: OperationOptions = {},
  ): Promise<BlobId | undefined> {
    if ((await this.host.disk.lstat(diskPath))?.kind !== 'file') return undefined;
    const workTree = await WorkTree.open(this.#parts, await this.#index.read());
    const data = await (await workTree.hashContext(options)).content.blobFrom(path, diskPath);
    if (!data) return undefined;
    const [id] = await this.objects.write([{ type: 'blob', data }]);
    return id as BlobId; // an id that `write` gave for a blob
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

const AGAIN = 'the index changed';

/** A file that was changed while it was looked at, or just before, would be in doubt again the next time. */
const settled = (refreshed: ReadonlyMap<string, IndexEntry>, since: number): Map<string, IndexEntry> =>
  new Map([...refreshed].filter(([, entry]) => !isRacy(entry, since)));

const headToIndex = ({ path, entry, file }: IndexDifference): TreeChange => ({
  path,
  ...(file && { before: file }),
  ...(entry && { after: entry.file }),
});

/** Whether the index still says of these paths what it said when they were scanned. */
function isUnchanged(candidates: readonly Candidate[], current: IndexFile): boolean {
  return candidates.every(({ path, entry }) => {
    const now = current.get(path);
    return (
      now === entry ||
      (now !== undefined && entry !== undefined && now.id === entry.id && now.mode === entry.mode)
    );
  });
}

function reasonFor({ message, replaces }: CommitOptions, head: CommitId | undefined): string {
  const kind = head === undefined ? 'commit (initial)' : replaces ? 'commit (amend)' : 'commit';
  return `${kind}: ${message.split('\n', 1)[0]}`;
}
