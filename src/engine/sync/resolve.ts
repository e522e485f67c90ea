/** Deciding conflicts. The side not taken stays reachable: in the merge commit, or in the backup chain. */
import { foldName } from '../../merge/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { MODE } from '../../shared/git.ts';
import type { BlobId } from '../../shared/ids.ts';
import { join, parentOf } from '../../shared/paths.ts';
import type { ConflictKind, ConflictResolution, HunkChoice, SyncConflict } from '../../shared/types.ts';
import { besidePath, spellingOf } from '../merging/beside.ts';
import { mergeSave, openConflicts, sidesOfSave } from '../merging/conflicts.ts';
import {
  type Decision,
  Decisions,
  type InsideDecision,
  isDecision,
  isWhole,
  wordFor,
} from '../merging/decisions.ts';
import type { Project } from '../project/Project.ts';
import { refuseDuringMerge } from '../project/underWay.ts';
import { DecidedSaves } from '../snapshot/decidedSaves.ts';
import { type PulledFile, PulledFiles } from '../snapshot/pulledFiles.ts';
import { takeSnapshot } from '../snapshot/snapshot.ts';
import { keepSave } from '../snapshot/staleEdits.ts';
import { recover } from './moveHead.ts';

export interface ConflictDecision {
  readonly conflict: SyncConflict;
  readonly resolution: ConflictResolution;
}

/**
 * All of them, or none. A choice that waits for others to be made is changed, too.
 * @returns warnings about what was saved since the last snapshot
 * @throws SyncError `NOT_FOUND` when a conflict is not open (any more) as it was shown; `INVALID_INPUT` for a choice
 *   that it does not have
 */
export async function resolveConflicts(
  project: Project,
  decisions: readonly ConflictDecision[],
): Promise<readonly string[]> {
  const lock = await project.lock();
  try {
    await recover(project);
    await refuseDuringMerge(project);
    const open = new Map(
      (await openConflicts(project, { decided: true })).map((conflict) => [conflict.conflictId, conflict]),
    );
    const found: Found[] = [];
    for (const { conflict, resolution } of decisions) {
      const shown = open.get(conflict.conflictId);
      if (!shown) throw notOpen(conflict.path);
      const decision = await decisionFor(project, shown, resolution);
      if (decision && !isDecision(decision)) throw noChoice(conflict.path);
      if (decision && !isWhole(decision)) await refuseOtherSave(project, shown);
      found.push({ conflict: shown, decision });
    }
    const kept = new Decisions(project);
    const standing = await withSaves(project, found);
    for (const { conflict, decision } of standing.found) {
      const { conflictId, path, kind } = conflict;
      if (decision === undefined) await kept.forget(conflictId);
      else await kept.add(conflictId, decision);
      if (kind === 'stale-edit' && (await decideSave(project, path, (await kept.all()).get(conflictId))))
        await kept.forget(conflictId);
    }
    return standing.warnings;
  } finally {
    await lock.release();
  }
}

interface Found {
  readonly conflict: SyncConflict;
  /** `undefined`: open again. */
  readonly decision: Decision | undefined;
}

/**
 * The conflicts as they are with what was saved since the last snapshot: a choice of a side is about the file on this
 * disk. One that the save has settled is left out.
 */
async function withSaves(
  project: Project,
  found: readonly Found[],
): Promise<{ readonly found: readonly Found[]; readonly warnings: readonly string[] }> {
  const merging = found.filter(({ conflict }) => conflict.kind !== 'stale-edit');
  const saved = await changedSince(
    project,
    merging.map(({ conflict }) => conflict.path),
  );
  if (saved.size === 0) return { found, warnings: [] };
  // its places may be others now
  for (const { conflict, decision } of merging)
    if (saved.get(conflict.path) && decision && !isWhole(decision)) throw notOpen(conflict.path);
  const { warnings } = await takeSnapshot(project, {});
  const now = await openConflicts(project, { decided: true });
  const byId = new Map(now.map((conflict) => [conflict.conflictId, conflict]));
  const byPath = new Map(
    now.flatMap((conflict) => (conflict.kind === 'stale-edit' ? [] : [[conflict.path, conflict]])),
  );
  const standing = found.flatMap(({ conflict, decision }) => {
    const { conflictId, path, kind } = conflict;
    const same = byId.get(conflictId);
    if (same || kind === 'stale-edit') return [{ conflict: same ?? conflict, decision }];
    const changed = byPath.get(path);
    if (changed && decision && !(isWhole(decision) && changed.kind === kind)) throw notOpen(path);
    return changed ? [{ conflict: changed, decision }] : [];
  });
  return { found: standing, warnings };
}

/** Those of the paths that are other than in the last snapshot, and whether a file is there. */
async function changedSince(
  { repository, filters }: Project,
  paths: readonly string[],
): Promise<Map<string, boolean>> {
  if (paths.length === 0) return new Map();
  const asked = new Set(paths);
  const { staged, unstaged } = await repository.status({ filters, only: paths });
  const changed = new Map<string, boolean>();
  for (const { path, after } of staged) if (asked.has(path)) changed.set(path, after !== undefined);
  for (const { path, stat } of unstaged) if (asked.has(path)) changed.set(path, stat !== undefined);
  return changed;
}

/** Saved once more since it was shown: choices inside it are not about what is there now. */
async function refuseOtherSave(project: Project, { path, kind, ours }: SyncConflict): Promise<void> {
  if (kind !== 'stale-edit') return;
  const saved = await project.repository.files.store(path, { filters: project.filters });
  if (saved !== ours?.blobId) throw notOpen(path);
}

const notOpen = (path: string) =>
  new SyncError(
    'NOT_FOUND',
    `${path} has no open conflict like that: one side has changed, or it was settled already. List them anew: modsync conflicts`,
    { data: { path } },
  );

/** @returns `undefined` for one that takes a decision back */
async function decisionFor(
  project: Project,
  conflict: SyncConflict,
  resolution: ConflictResolution,
): Promise<Decision | undefined> {
  const { path } = conflict;
  const refuse = (why: string) => new SyncError('INVALID_INPUT', `${path}: ${why}`, { data: { path } });
  const isOneFile = !OF_SEVERAL.includes(conflict.kind);
  if ('use' in resolution) {
    const { use } = resolution;
    if (use === 'merge') {
      if (conflict.hunks || conflict.records || conflict.decided || conflict.kind === 'stale-edit')
        return undefined;
      throw refuse('there is nothing in it that could be merged. Choose local or remote, or name a file.');
    }
    if (use === 'base' && !(conflict.base && isOneFile))
      throw refuse('there is no version that both of you began with. Choose local or remote.');
    if (use === 'both') return await bothOf(project, conflict, refuse);
    return use;
  }
  if ('file' in resolution) {
    if (!isOneFile) throw refuse('it is about more than this one path. Choose local or remote.');
    const blob = await project.repository.files.storeAs(path, resolution.file, { filters: project.filters });
    if (blob === undefined)
      throw new SyncError('NOT_FOUND', `There is no file ${resolution.file}.`, {
        data: { path: resolution.file },
      });
    return { blob, mode: MODE.file };
  }
  if ('hunks' in resolution) return { hunks: hunkChoices(conflict, resolution.hunks, refuse) };
  if ('records' in resolution) return { records: recordChoices(conflict, resolution.records, refuse) };
  throw noChoice(path);
}

const noChoice = (path: string) =>
  new SyncError(
    'INVALID_INPUT',
    `${path}: choose by { use }, { file }, { hunks } or { records }, with what each can be.`,
    { data: { path } },
  );

/** Of which two files can stand side by side. */
const OF_TWO_FILES: readonly ConflictKind[] = [
  'both-modified',
  'both-added',
  'mode',
  'rename-rename',
  'stale-edit',
];

/** Theirs under another name must be in Git what it is now: a pointer where it is an asset's, and else the bytes. */
async function bothOf(
  { repository }: Project,
  { path, kind, ours, theirs }: SyncConflict,
  refuse: Refuse,
): Promise<Decision> {
  const isCollision = kind === 'case-collision';
  if (!theirs || !(isCollision || (ours && OF_TWO_FILES.includes(kind))))
    throw refuse('there are no two files that could stand side by side. Choose local or remote.');
  const who = theirs.author?.name ?? '';
  const tree = isCollision ? await repository.headTree() : undefined;
  const spelled = tree ? spellingOf((await repository.trees.list(tree)).keys())(path) : path;
  const beside = kind === 'rename-rename' ? path : besidePath(spelled, who, () => false);
  const [as, then] = (await repository.attributes([path, beside])).map((found) => found.get('filter'));
  if (as !== then)
    throw refuse(
      `theirs would be called ${beside}, and ${then === 'lfs' ? 'is an asset only under that name' : 'the rule that makes it an asset does not cover that: modsync track'}. Choose local or remote.`,
    );
  return { both: who };
}

/** More than one path: all of them are one side's. */
const OF_SEVERAL: readonly ConflictKind[] = [
  'file-folder',
  'case-collision',
  'rename-rename',
  'rename-modify',
  'previs-set',
];

type Refuse = (why: string) => SyncError;

function hunkChoices(
  { hunks = [], records }: SyncConflict,
  choices: Readonly<Record<string, HunkChoice>>,
  refuse: Refuse,
): NonNullable<InsideDecision['hunks']> {
  const known = new Map(hunks.map((hunk) => [String(hunk.number), hunk]));
  if (known.size === 0)
    throw refuse(
      `it has no places to choose from; it is ${records ? 'decided record by record' : 'taken whole'}.`,
    );
  if (Object.keys(choices).length === 0) throw refuse('name a place.');
  for (const [number, choice] of Object.entries(choices)) {
    const hunk = known.get(number);
    if (!hunk) throw refuse(`it has no place ${number}, only 1 to ${known.size}.`);
    if (choice === 'both' && hunk.name !== undefined)
      throw refuse(`${hunk.name} can have one value only. Choose local or remote.`);
  }
  return { ...choices };
}

function recordChoices(
  { records = [], hunks }: SyncConflict,
  choices: Readonly<Record<string, 'local' | 'remote'>>,
  refuse: Refuse,
): NonNullable<InsideDecision['records']> {
  const known = new Set(records.map(({ formId }) => formId));
  if (known.size === 0)
    throw refuse(
      `it has no records to choose from; it is ${hunks ? 'decided place by place' : 'taken whole'}.`,
    );
  if (Object.keys(choices).length === 0) throw refuse('name a record.');
  const chosen: Record<string, 'local' | 'remote'> = {};
  for (const [typed, choice] of Object.entries(choices)) {
    const formId = typed.replace(/^0x/i, '').toUpperCase().padStart(8, '0');
    if (!known.has(formId))
      throw refuse(`no open record has the FormID ${typed}. They are ${[...known].slice(0, 8).join(', ')}.`);
    chosen[formId] = choice;
  }
  return chosen;
}

/** @returns false while places in it are open */
async function decideSave(project: Project, path: string, decision: Decision | undefined): Promise<boolean> {
  const { repository, filters } = project;
  const pulledFiles = new PulledFiles(project);
  const files = await pulledFiles.all();
  const file = files.get(path);
  if (!file || decision === undefined) return false;
  const { held: _, ...rest } = file;
  const both = typeof decision === 'object' && 'both' in decision;
  if (decision === 'local' || both) {
    if (both && file.pulled) await putBeside(project, path, file.pulled, decision.both);
    const saved = await repository.files.store(path, { filters });
    files.set(path, { ...rest, ...(saved && { accepted: saved }) });
  } else {
    const seen = await project.host.disk.lstat(join(project.folder, path));
    const saved = await repository.files.store(path, { filters });
    const tree = await repository.headTree();
    const pulled = tree && (await repository.trees.find(tree, path));
    const next = decision === 'remote' ? pulled?.id : await contentFor(project, path, file, decision);
    if (next === 'open') return false;
    const { ref: branch } = await project.branch();
    const mode = pulled?.mode ?? MODE.file;
    if (saved) await keepSave(project, branch, path, saved);
    // a save that comes meanwhile is none that was decided on
    const expect = seen ?? ('absent' as const);
    await repository.files.restore(path, next && { mode, id: next }, { filters, expect });
    files.delete(path);
  }
  await new DecidedSaves(project).add({ path, how: isWhole(decision) ? wordFor(decision) : 'inside' });
  await pulledFiles.save(files);
  return true;
}

/** What a pull had brought, as a file of its own, for the next snapshot. */
async function putBeside(project: Project, path: string, pulled: BlobId, who: string): Promise<void> {
  const { repository, filters, host, folder } = project;
  const tree = await repository.headTree();
  const mode = (tree && (await repository.trees.find(tree, path)))?.mode ?? MODE.file;
  const parent = parentOf(path);
  const here = (await host.disk.list(join(folder, parent))) ?? [];
  const taken = new Set(here.map(({ name }) => foldName(parent === '' ? name : `${parent}/${name}`)));
  const data = await repository.objects.readBlob(pulled);
  const beside = besidePath(path, who, (name) => taken.has(name));
  await repository.files.write(beside, { data, mode }, { filters, expect: 'absent' });
}

/** The blob that takes the place of a save that waits; `undefined`: none. */
async function contentFor(
  project: Project,
  path: string,
  file: PulledFile,
  decision: Exclude<Decision, 'local' | 'remote' | { readonly both: string }>,
): Promise<BlobId | undefined | 'open'> {
  if (decision === 'base') return sidesOfSave(file).base;
  if (typeof decision === 'object' && 'blob' in decision) return decision.blob;
  const outcome = await mergeSave(project, path, file, decision);
  if (!outcome || !('merged' in outcome)) return 'open';
  const [id] = await project.repository.objects.write([{ type: 'blob', data: outcome.merged }]);
  return id as BlobId; // an id that `write` gave for a blob
}
