/**
 * Open conflicts, as values. A conflict is theirs' commit under `refs/modsync/conflict/` and nothing else: its files
 * stay ours, and what exactly conflicts is computed anew from the two commits. What does not conflict arrives all the
 * same (`../sync/takeClean.ts`). Choices that a person has made so far are kept beside it, by conflict id, until all are made.
 */
import {
  type ContentOutcome,
  formIdText,
  layOutConflict,
  mergeContents,
  type PlannedConflict,
} from '../../merge/index.ts';
import { text, utf8 } from '../../shared/bytes.ts';
import { MODE, type TreeFile } from '../../shared/git.ts';
import type { BlobId, CommitId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { ConflictSide, SyncConflict } from '../../shared/types.ts';
import { conflictRef, type Project } from '../project/Project.ts';
import { type PulledFile, PulledFiles } from '../snapshot/pulledFiles.ts';
import { type Decision, Decisions, isWhole, wordFor } from './decisions.ts';
import { type LastChange, LOOKED_BACK, lastChanges } from './lastChanges.ts';
import { assetContents } from './mergeAssets.ts';
import { conflictWords, findConflicts, type MergeOptions } from './mergeCommits.ts';
import { decidedBy, kindOf, sizeOf } from './mergeFiles.ts';
import { driversFor, mergeRulesOf } from './mergeRules.ts';

/** The same as long as path and contents are. */
export function conflictIdOf(
  project: Project,
  conflict: Pick<PlannedConflict, 'path' | 'kind' | 'base' | 'ours' | 'theirs' | 'together'>,
): string {
  return project.host.codec
    .sha256()
    .update(utf8(conflictWords(conflict)))
    .hex()
    .slice(0, 16);
}

export interface DescribeOptions {
  /** Who made the base, too: a walk through history, so not for every status. */
  readonly origins?: boolean;
}

/**
 * All that waits for a person: what the last merge could not decide, and saves over pulled files.
 * @param options.decided also what a person has decided, and what waits for the rest
 */
export async function openConflicts(
  project: Project,
  { origins = false, decided = false }: DescribeOptions & { readonly decided?: boolean } = {},
): Promise<SyncConflict[]> {
  const { refs } = project.repository;
  // a conflict is open on a branch, so none is while HEAD is on none
  const { branch, commit: ours } = await refs.head();
  const theirs = branch && ((await refs.read(conflictRef(branch))) as CommitId | undefined); // only sync writes it
  const decisions = await new Decisions(project).all();
  const all =
    ours && theirs
      ? await conflictsBetween(project, ours, theirs, byDecisions(project, decisions), { origins })
      : [];
  // with stock Git, some may be settled already
  const unmerged = theirs && (await unmergedOf(project, theirs));
  const merging = unmerged ? all.filter(({ path }) => unmerged.has(path)) : all;
  const waiting =
    decided && ours && theirs && !unmerged
      ? await decidedConflicts(project, { ours, theirs }, decisions, { open: all, origins })
      : [];
  return [...merging, ...(await heldSaves(project, decisions)), ...waiting];
}

/** Those that are not among the open ones because a person has chosen: for the whole file, or every place in it. */
async function decidedConflicts(
  project: Project,
  { ours, theirs }: { readonly ours: CommitId; readonly theirs: CommitId },
  decisions: ReadonlyMap<string, Decision>,
  { open, origins }: { readonly open: readonly SyncConflict[]; readonly origins: boolean },
): Promise<SyncConflict[]> {
  if (decisions.size === 0) return [];
  const known = new Set(open.map(({ conflictId }) => conflictId));
  const all = await conflictsBetween(project, ours, theirs, byDecisions(project, new Map()), { origins });
  return all.flatMap((conflict) => {
    const decision = decisions.get(conflict.conflictId);
    if (known.has(conflict.conflictId) || !decision) return [];
    return [{ ...conflict, decided: isWhole(decision) ? wordFor(decision) : 'inside' }];
  });
}

/** What a person has decided so far, and the project's rules, as a merge asks for them. */
export function byDecisions(
  project: Project,
  decisions: ReadonlyMap<string, Decision>,
): Pick<MergeOptions, 'decide' | 'inside' | 'rules' | 'assets'> {
  const rules = mergeRulesOf(project);
  const assets = assetContents(project);
  if (decisions.size === 0) return { rules, assets };
  return {
    rules,
    assets,
    decide: (conflict) => {
      const decision = decisions.get(conflictIdOf(project, conflict));
      return decision && isWhole(decision) ? decision : undefined;
    },
    inside: (merge) => {
      const decision = decisions.get(conflictIdOf(project, { ...merge, kind: kindOf(merge) }));
      return decision && !isWhole(decision) ? decision : undefined;
    },
  };
}

export async function conflictsBetween(
  project: Project,
  ours: CommitId,
  theirs: CommitId,
  options: MergeOptions = byDecisions(project, new Map()),
  { origins }: DescribeOptions = {},
): Promise<SyncConflict[]> {
  const { conflicts, bases, sizes } = await findConflicts(project.repository, ours, theirs, options);
  return await describe(project, conflicts, { ours, theirs, bases, sizes, ...(origins && { origins }) });
}

export async function describe(
  project: Project,
  conflicts: readonly PlannedConflict[],
  {
    ours,
    theirs,
    bases,
    sizes,
    origins,
  }: DescribeOptions & {
    /** Those that are known already. */
    readonly sizes: ReadonlyMap<BlobId, number>;
    readonly ours: CommitId;
    readonly theirs: CommitId;
    readonly bases: readonly CommitId[];
  },
): Promise<SyncConflict[]> {
  if (conflicts.length === 0) return [];
  const versionsOf = (side: 'base' | 'ours' | 'theirs') =>
    new Map(
      conflicts.flatMap(({ path, names, [side]: file }) =>
        file ? [[names?.[side] ?? path, file.id] as const] : [],
      ),
    );
  const [byUs, byThem] = await Promise.all([
    lastChanges(project, ours, versionsOf('ours'), { before: bases }),
    lastChanges(project, theirs, versionsOf('theirs'), { before: bases }),
  ]);
  const began = versionsOf('base');
  const earlier = new Map<string, LastChange>();
  // what arrived beside an open conflict is a base that theirs made since
  for (const tip of origins ? [...bases.slice(0, 1), theirs] : [])
    for (const [path, change] of await lastChanges(project, tip, without(began, earlier), {
      limit: LOOKED_BACK,
    }))
      earlier.set(path, change);
  return await Promise.all(
    conflicts.map(async (conflict) => {
      const { path, names = { base: path, ours: path, theirs: path } } = conflict;
      const base = await sideOf(project, conflict.base, sizes, earlier.get(names.base));
      const mine = await sideOf(project, conflict.ours, sizes, byUs.get(names.ours));
      const other = await sideOf(project, conflict.theirs, sizes, byThem.get(names.theirs));
      return {
        conflictId: conflictIdOf(project, conflict),
        projectId: project.id,
        path,
        kind: conflict.kind,
        reason: conflict.reason,
        ...(base && { base }),
        ...(mine && { ours: mine }),
        ...(other && { theirs: other }),
        ...placesOf(project, conflict),
      };
    }),
  );
}

const without = <V>(all: ReadonlyMap<string, V>, some: ReadonlyMap<string, unknown>): Map<string, V> =>
  new Map([...all].filter(([key]) => !some.has(key)));

/** Where in the file it is, for a person to decide. */
function placesOf(
  { host }: Project,
  { hunks, records }: Pick<PlannedConflict, 'hunks' | 'records'>,
): Pick<SyncConflict, 'hunks' | 'records'> {
  return {
    ...(hunks && hunks.length > 0 && { hunks }),
    ...(records && {
      records: records.map((record) => {
        const { formId, type, editorId, groupPath, kind, reason } = record;
        const rows = layOutConflict(record, host.codec);
        const named = editorId === undefined ? {} : { editorId };
        return { formId: formIdText(formId), type, ...named, groupPath, kind, reason, rows };
      }),
    }),
  };
}

/** Which paths Git still has as unmerged, while a merge of `theirs` is open in its way; else `undefined`. */
async function unmergedOf(
  { host, repository }: Project,
  theirs: CommitId,
): Promise<ReadonlySet<string> | undefined> {
  const head = await host.disk.read(join(repository.gitDir, 'MERGE_HEAD'));
  if (!head || text(head).trim() !== theirs) return undefined;
  return new Set(await repository.unmergedPaths());
}

async function sideOf(
  project: Project,
  file: TreeFile | undefined,
  sizes: ReadonlyMap<BlobId, number> = new Map(),
  change?: LastChange,
): Promise<ConflictSide | undefined> {
  if (!file) return undefined;
  const size = sizes.get(file.id) ?? sizeOf(await project.repository.objects.readBlob(file.id));
  return { blobId: file.id, size, ...change };
}

/** The three versions of a save that waits: what the editor began with, the save, what a pull had brought. */
export const sidesOfSave = ({ loaded, pulled, held, unseen }: PulledFile) => ({
  base: unseen ? unseen.base : loaded,
  ours: held,
  theirs: pulled,
});

async function heldSaves(
  project: Project,
  decisions: ReadonlyMap<string, Decision>,
): Promise<SyncConflict[]> {
  const conflicts: SyncConflict[] = [];
  for (const [path, file] of await new PulledFiles(project).all()) {
    const { loaded, pulled, held, unseen } = file;
    if (!held) continue;
    const conflictId = project.host.codec
      .sha256()
      .update(utf8(`stale ${path} ${loaded} ${held} ${pulled}`))
      .hex()
      .slice(0, 16);
    const ids = sidesOfSave(file);
    const side = (id: BlobId | undefined) => id && sideOf(project, { mode: MODE.file, id });
    const [base, ours, theirs] = await Promise.all([side(ids.base), side(ids.ours), side(ids.theirs)]);
    const decision = decisions.get(conflictId);
    const outcome = await mergeSave(project, path, file, decision);
    conflicts.push({
      conflictId,
      projectId: project.id,
      path,
      kind: 'stale-edit',
      reason: unseen
        ? 'It was saved here while a sync brought what the other side had changed, and the two cannot be merged by themselves.'
        : 'It was saved here over a version that had just been pulled, without what the other side had changed.',
      ...(base && { base }),
      ...(ours && { ours }),
      ...(theirs && { theirs }),
      ...(outcome && 'conflict' in outcome && placesOf(project, outcome)),
    });
  }
  return conflicts;
}

/** The save and what was pulled, merged with a person's choices; `undefined` where one of them is no file. */
export async function mergeSave(
  project: Project,
  path: string,
  file: PulledFile,
  decision: Decision | undefined,
): Promise<ContentOutcome | undefined> {
  const { repository, host } = project;
  const ids = sidesOfSave(file);
  if (!ids.ours || !ids.theirs) return undefined;
  const [base, ours, theirs] = await Promise.all(
    [ids.base, ids.ours, ids.theirs].map((id) => id && repository.objects.readBlob(id)),
  );
  if (!ours || !theirs) return undefined;
  const choices = decision && !isWhole(decision) ? decision : undefined;
  const drivers = await driversFor(project, path);
  return mergeContents({ path, base, ours, theirs, codec: host.codec, drivers, ...decidedBy(choices) });
}
