/**
 * Open conflicts, as values. A conflict is theirs' commit under `refs/modsync/conflict/` and nothing else: files,
 * index and HEAD stay ours, and what exactly conflicts is computed anew from the two commits. Choices that a person
 * has made so far are kept beside it, by conflict id, until all are made.
 */
import { z } from 'zod';
import { parsePointer } from '../../lfs/index.ts';
import type { PlannedConflict } from '../../merge/index.ts';
import { utf8 } from '../../shared/bytes.ts';
import type { TreeFile } from '../../shared/git.ts';
import type { CommitId } from '../../shared/ids.ts';
import type { ConflictSide, SyncConflict } from '../../shared/types.ts';
import { conflictRef, type Project } from '../project/Project.ts';
import { StateFile } from '../project/stateFile.ts';
import { PulledFiles } from '../snapshot/pulledFiles.ts';
import { mergeCommits } from './mergeCommits.ts';

const choices = z.record(z.string(), z.enum(['local', 'remote']));

export class Decisions {
  readonly #file: StateFile<Record<string, 'local' | 'remote'>>;

  constructor(project: Project) {
    this.#file = new StateFile(project.host.disk, project.stateFile('decisions.json'), choices);
  }

  async all(): Promise<ReadonlyMap<string, 'local' | 'remote'>> {
    return new Map(Object.entries((await this.#file.read()) ?? {}));
  }

  async add(conflictId: string, use: 'local' | 'remote'): Promise<void> {
    await this.#file.write({ ...(await this.#file.read()), [conflictId]: use });
  }

  clear(): Promise<void> {
    return this.#file.remove();
  }
}

/** The same as long as path and contents are. */
export function conflictIdOf(
  project: Project,
  { path, kind, base, ours, theirs }: Pick<PlannedConflict, 'path' | 'kind' | 'base' | 'ours' | 'theirs'>,
): string {
  const words = [path, kind, ...[base, ours, theirs].map((file) => `${file?.mode} ${file?.id}`)].join('\0');
  return project.host.codec.sha256().update(utf8(words)).hex().slice(0, 16);
}

/** All that waits for a person: what the last merge could not decide, and saves over pulled files. */
export async function openConflicts(project: Project): Promise<SyncConflict[]> {
  const { ref: branch, commit: ours } = await project.branch();
  const theirs = (await project.repository.refs.read(conflictRef(branch))) as CommitId | undefined; // only sync writes it
  const merging = ours && theirs ? await conflictsBetween(project, ours, theirs) : [];
  const decided = await new Decisions(project).all();
  return [...merging.filter(({ conflictId }) => !decided.has(conflictId)), ...(await heldSaves(project))];
}

export async function conflictsBetween(
  project: Project,
  ours: CommitId,
  theirs: CommitId,
): Promise<SyncConflict[]> {
  const { conflicts, bases } = await mergeCommits(project.repository, ours, theirs);
  return await describe(project, conflicts, { ours, theirs, bases });
}

export async function describe(
  project: Project,
  conflicts: readonly PlannedConflict[],
  {
    ours,
    theirs,
    bases,
  }: { readonly ours: CommitId; readonly theirs: CommitId; readonly bases: readonly CommitId[] },
): Promise<SyncConflict[]> {
  if (conflicts.length === 0) return [];
  const paths = new Set(conflicts.map(({ path }) => path));
  const [byUs, byThem] = await Promise.all([
    lastChanges(project, ours, bases, paths),
    lastChanges(project, theirs, bases, paths),
  ]);
  return await Promise.all(
    conflicts.map(async (conflict) => {
      const base = await sideOf(project, conflict.base);
      const mine = await sideOf(project, conflict.ours, byUs.get(conflict.path));
      const other = await sideOf(project, conflict.theirs, byThem.get(conflict.path));
      return {
        conflictId: conflictIdOf(project, conflict),
        projectId: project.id,
        path: conflict.path,
        kind: conflict.kind,
        reason: conflict.reason,
        ...(base && { base }),
        ...(mine && { ours: mine }),
        ...(other && { theirs: other }),
      };
    }),
  );
}

type Change = Pick<ConflictSide, 'author' | 'timestamp' | 'message'>;

/** For each path the newest commit of one side that changed it: one walk for all of them. */
async function lastChanges(
  project: Project,
  tip: CommitId,
  bases: readonly CommitId[],
  paths: ReadonlySet<string>,
): Promise<Map<string, Change>> {
  const { graph, trees } = project.repository;
  const found = new Map<string, Change>();
  for await (const commit of graph.log(tip, { not: [...bases] })) {
    const [parent] = commit.parents;
    const before = parent && (await graph.commit(parent)).tree;
    for (const { path } of await trees.diff(before, commit.tree)) {
      if (!paths.has(path) || found.has(path)) continue;
      const { name, email, seconds } = commit.author;
      found.set(path, {
        author: { name, email },
        timestamp: new Date(seconds * 1000).toISOString(),
        message: commit.message,
      });
    }
    if (found.size === paths.size) break;
  }
  return found;
}

async function sideOf(
  project: Project,
  file: TreeFile | undefined,
  change?: Change,
): Promise<ConflictSide | undefined> {
  if (!file) return undefined;
  const blob = await project.repository.objects.readBlob(file.id);
  return { blobId: file.id, size: parsePointer(blob)?.size ?? blob.length, ...change };
}

async function heldSaves(project: Project): Promise<SyncConflict[]> {
  const conflicts: SyncConflict[] = [];
  for (const [path, { loaded, pulled, held, unseen }] of await new PulledFiles(project).all()) {
    if (!held) continue;
    const side = (id: typeof held | undefined) => id && sideOf(project, { mode: 0o100644, id });
    const [base, ours, theirs] = await Promise.all([
      side(unseen ? unseen.base : loaded),
      side(held),
      side(pulled),
    ]);
    conflicts.push({
      conflictId: project.host.codec
        .sha256()
        .update(utf8(`stale ${path} ${loaded} ${held} ${pulled}`))
        .hex()
        .slice(0, 16),
      projectId: project.id,
      path,
      kind: 'stale-edit',
      reason: unseen
        ? 'It was saved here while a sync brought what the other side had changed, and the two cannot be merged by themselves.'
        : 'It was saved here over a version that had just been pulled, without what the other side had changed.',
      ...(base && { base }),
      ...(ours && { ours }),
      ...(theirs && { theirs }),
    });
  }
  return conflicts;
}
