/** Moves files of the newest snapshot out of Git into the asset store. History stays as it is. */

import { lfsLineFor } from '../../bethesda/index.ts';
import { AttributeRules } from '../../git/index.ts';
import { MAX_POINTER_LENGTH, parsePointer, trackLine, trackPatterns } from '../../lfs/index.ts';
import { utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { MODE, type TreeFile } from '../../shared/git.ts';
import type { BlobId, CommitId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { takeSnapshot } from '../snapshot/snapshot.ts';
import { recover } from '../sync/moveHead.ts';
import type { Project } from './Project.ts';
import {
  areAssets,
  canBeAsset,
  changeAttributes,
  listTracked,
  readAttributes,
  refuseBreaking,
  trackedFiles,
} from './trackFiles.ts';

export interface MigrateOptions extends CallOptions {
  /** Relative to the top. None: files of any name, if `above` is given; else those that are assets by their rule already. */
  readonly patterns?: readonly string[];
  /** Only files larger than this. Bytes. */
  readonly above?: number | undefined;
  readonly dryRun?: boolean;
}

export interface Migrated {
  readonly commitId?: CommitId;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Lines that were added to `.gitattributes`. */
  readonly lines: readonly string[];
  /** What earlier commits keep, and what taking it out would change. */
  readonly history: {
    readonly commits: number;
    /** From the first one with such a file on, every commit gets a new id. */
    readonly rewritten: number;
    readonly versions: number;
  };
}

/** @throws SyncError `INVALID_INPUT` when one of the files has changes that no snapshot has; what a snapshot throws */
export async function migrateToLfs(project: Project, options: MigrateOptions): Promise<Migrated> {
  const lock = await project.lock(options.signal);
  try {
    await recover(project, options);
    const head = (await project.branch()).commit;
    const files = head ? await filesToMove(project, options) : [];
    const paths = files.map(({ path }) => path);
    const history = head ? await historyOf(project, head, new Set(paths)) : NO_HISTORY;
    const wanted = await wantedLines(project, paths, options);
    if (files.length > 0)
      await refuseBreaking(project, '', wanted.content, await trackedFiles(project), paths);
    if (files.length === 0 || options.dryRun) return { files, lines: wanted.lines, history };

    await refuseUnsaved(project, paths);
    await changeAttributes(project, '', wanted.content, paths);
    // those that were assets by their rule already have not been touched yet
    for (const path of paths) await project.host.disk.touch(join(project.folder, path));
    const { commit } = await takeSnapshot(project, {
      ...options,
      message: `Move ${files.length === 1 ? paths[0] : `${files.length} files`} to LFS`,
      ownWords: true,
      only: ['.gitattributes', ...paths],
    });
    return { ...(commit && { commitId: commit }), files, lines: wanted.lines, history };
  } finally {
    await lock.release();
  }
}

const NO_HISTORY: Migrated['history'] = { commits: 0, rewritten: 0, versions: 0 };

async function filesToMove(
  project: Project,
  { patterns = [], above }: MigrateOptions,
): Promise<{ path: string; size: number }[]> {
  const { repository, host } = project;
  const tree = await repository.headTree();
  const all = tree ? await repository.trees.list(tree) : new Map<string, TreeFile>();
  const matches = patterns.length > 0 ? matcher(patterns) : () => true;
  const named = [...all].filter(
    ([path, { mode }]) =>
      (mode === MODE.file || mode === MODE.executable) && canBeAsset(path) && matches(path),
  );
  const assets = await areAssets(
    project,
    named.map(([path]) => path),
  );
  const byRule = patterns.length === 0 && above === undefined;
  const stats = await host.disk.lstatMany(
    project.folder,
    named.map(([path]) => path),
  );
  const files: { path: string; size: number }[] = [];
  for (const [at, [path, { id }]] of named.entries()) {
    const size = stats[at]?.size;
    if (size === undefined || size === 0 || size <= (above ?? 0) || (byRule && !assets[at])) continue;
    // a pointer already, under a rule or not
    if ((assets[at] || size < MAX_POINTER_LENGTH) && parsePointer(await repository.objects.readBlob(id)))
      continue;
    files.push({ path, size });
  }
  return files;
}

function matcher(patterns: readonly string[]): (path: string) => boolean {
  const rules = new AttributeRules({ ignoreCase: false });
  rules.put('', utf8(patterns.map((pattern) => `${trackLine(pattern)}\n`).join('')));
  return (path) => rules.of(path).get('filter') === 'lfs';
}

/** With patterns, lines for them; without, one for each file that has no rule yet. */
async function wantedLines(
  project: Project,
  paths: readonly string[],
  { patterns = [], above }: MigrateOptions,
): Promise<{ readonly content: string; readonly lines: readonly string[] }> {
  const before = await readAttributes(project, '');
  if (patterns.length > 0 && above === undefined) {
    const { content } = trackPatterns(before, patterns, { known: await listTracked(project) });
    return { content, lines: linesAdded(before, content) };
  }
  const assets = await areAssets(project, paths);
  const lines = paths.filter((_, at) => !assets[at]).map(lfsLineFor);
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  return { content: lines.length === 0 ? before : `${before}${gap}${lines.join('\n')}\n`, lines };
}

function linesAdded(before: string, after: string): string[] {
  const had = new Set(before.split(/\r?\n/));
  return after.split(/\r?\n/).filter((line) => !had.has(line));
}

async function refuseUnsaved({ repository, filters }: Project, paths: readonly string[]): Promise<void> {
  const { unstaged, staged } = await repository.status({ filters, only: paths });
  const wanted = new Set(paths);
  // whatever is staged would be in the new commit
  const changed = staged[0] ?? unstaged.find(({ path }) => wanted.has(path));
  if (changed)
    throw new SyncError(
      'INVALID_INPUT',
      `${changed.path} has changes that are ${staged[0] ? 'staged' : 'in no snapshot'}. Run "modsync sync" first, or "git commit" it; nothing was changed.`,
      { data: { path: changed.path } },
    );
}

/** @param paths as they are called now: under earlier names they are not found */
async function historyOf(
  { repository }: Project,
  head: CommitId,
  paths: ReadonlySet<string>,
): Promise<Migrated['history']> {
  const { graph, trees } = repository;
  const versions = new Set<BlobId>();
  let commits = 0;
  let rewritten = 0;
  for await (const { tree, parents } of graph.log(head)) {
    commits++;
    const [parent] = parents;
    for (const { path, after } of await trees.diff(parent && (await graph.commit(parent)).tree, tree)) {
      if (!after || !paths.has(path)) continue;
      versions.add(after.id);
      // parents come after their children: what has been seen so far stands on this one, or beside it
      rewritten = commits;
    }
  }
  return { commits, rewritten, versions: versions.size };
}
