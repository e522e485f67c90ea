/**
 * Saves over pulled files, judged before they are committed. An editor that still held the old version brings it
 * back with its save; committed as it is, that would undo the other person's work in silence. Such a save is merged
 * (base: what the editor had loaded; ours: the save; theirs: what was pulled), or held for a person to decide.
 */

import { isPlugin } from '../../bethesda/index.ts';
import { parsePointer } from '../../lfs/index.ts';
import {
  BlockEvidence,
  judgeSave,
  mergeContents,
  type SaveToJudge,
  type SaveVerdict,
} from '../../merge/index.ts';
import type { FileStat } from '../../platform/index.ts';
import { hasCode } from '../../shared/errors.ts';
import { MODE, type TreeFile } from '../../shared/git.ts';
import type { BlobId } from '../../shared/ids.ts';
import { join, parentOf } from '../../shared/paths.ts';
import { driversFor } from '../merging/mergeRules.ts';
import type { Project } from '../project/Project.ts';
import { backup } from './backup.ts';
import { type PulledFile, PulledFiles } from './pulledFiles.ts';

const HOUR = 3600_000;

/**
 * A save without evidence either way changes every place that the pull had changed. The Creation Kit keeps what it
 * has loaded for a whole session, so a plugin is held for a decision. Other programs reload more often than not: their
 * save counts as an edit, and is told of.
 */
const HELD_FOR = 12 * HOUR;
const TOLD_FOR = HOUR;

export interface JudgedSaves {
  /** Not to be committed before a person has decided; `newly`: those that nobody was told of yet. */
  readonly held: ReadonlySet<string>;
  readonly newly: readonly string[];
  /** Merged with what had been pulled, and written back to disk. */
  readonly merged: readonly string[];
  /** Committed as edits, although nothing in them shows that the editor had seen what was pulled. */
  readonly doubtful: readonly string[];
  /** Deleted while a sync brought a change of them: put back. */
  readonly restored: readonly string[];
}

/** Paths that wait for a person: they are looked at with every snapshot, whatever else is. */
export async function heldPaths(project: Project): Promise<string[]> {
  const files = await new PulledFiles(project).all();
  return [...files].flatMap(([path, { held }]) => (held ? [path] : []));
}

/** @param changed project paths that differ from the index, with what is on disk now */
export async function judgeSaves(
  project: Project,
  branch: string,
  changed: Iterable<string>,
): Promise<JudgedSaves> {
  const pulledFiles = new PulledFiles(project);
  const files = await pulledFiles.all();
  const held = new Set<string>();
  const newly: string[] = [];
  const merged: string[] = [];
  const doubtful: string[] = [];
  const restored: string[] = [];
  const blocked: string[] = [];
  const judged = { held, newly, merged, doubtful, restored };
  if (files.size === 0) return judged;

  const before = new Map(files);
  const dirty = new Set(changed);
  for (const [path, file] of files) {
    if (!dirty.has(path)) {
      // somebody put the pulled version back: nothing is left to decide
      if (file.held) files.delete(path);
      continue;
    }
    const verdict = await judge(project, path, file);
    if (verdict.outcome === 'fresh') {
      files.delete(path);
      if (verdict.doubtful) doubtful.push(path);
    } else if (verdict.outcome === 'merged') {
      await keepSave(project, branch, path, verdict.saved);
      if (await isWritten(project, path, verdict.merged, verdict.seen)) {
        files.delete(path);
        merged.push(path);
      } else {
        // saved once more meanwhile: the next snapshot judges that one
        held.add(path);
      }
    } else if (verdict.outcome === 'restored') {
      if (await isWritten(project, path, verdict.pulled, 'absent')) {
        files.delete(path);
        restored.push(path);
      } else blocked.push(path);
    } else {
      held.add(path);
      if (file.held === verdict.saved) continue;
      // the next save may overwrite this one before anybody has decided
      await keepSave(project, branch, path, verdict.saved);
      newly.push(path);
      files.set(path, { ...file, held: verdict.saved });
    }
  }
  for (const path of blocked) {
    // a save that waits for a person is in its place: it waits as well. Else the person's file is what they want
    if (foldersAbove(path).some((folder) => held.has(folder))) held.add(path);
    else files.delete(path);
  }
  if (!sameEntries(before, files)) await pulledFiles.save(files);
  return judged;
}

/** @returns false where something else stands in its place by now */
async function isWritten(
  { repository, filters }: Project,
  path: string,
  file: TreeFile,
  expect: FileStat | 'absent',
): Promise<boolean> {
  try {
    await repository.files.restore(path, file, { filters, expect });
    return true;
  } catch (error) {
    if (hasCode(error, 'WOULD_OVERWRITE')) return false;
    throw error;
  }
}

function foldersAbove(path: string): string[] {
  const above: string[] = [];
  for (let at = parentOf(path); at !== ''; at = parentOf(at)) above.push(at);
  return above;
}

type Verdict =
  | { readonly outcome: 'fresh'; readonly doubtful?: boolean }
  | {
      readonly outcome: 'merged';
      readonly saved: BlobId;
      /** Of the save, before it was read. */
      readonly seen: FileStat | 'absent';
      readonly merged: TreeFile;
    }
  | { readonly outcome: 'restored'; readonly pulled: TreeFile }
  | { readonly outcome: 'held'; readonly saved: BlobId };

async function judge(project: Project, path: string, file: PulledFile): Promise<Verdict> {
  const { repository, filters, host } = project;
  const seen = (await host.disk.lstat(join(project.folder, path))) ?? 'absent';
  const saved = await repository.files.store(path, { filters });
  // a commit by another tool settled it
  const committed = await headFile(project, path);
  if (committed?.id !== file.pulled) return { outcome: 'fresh' };
  if (saved === undefined && committed && file.unseen) return { outcome: 'restored', pulled: committed };
  if (saved === undefined || saved === file.accepted || saved === file.pulled) return { outcome: 'fresh' };
  if (file.pulled === undefined || committed === undefined) return { outcome: 'held', saved };

  const read = (id: BlobId | undefined) => id && repository.objects.readBlob(id);
  const [loaded, pulled, content] = await Promise.all([file.loaded, file.pulled, saved].map(read));
  if (!pulled || !content) return { outcome: 'fresh' };
  const save = { path, saved: content, codec: host.codec };
  let base = loaded;
  if (file.unseen) {
    // certainly stale; if an editor held something still older than what was on disk, that is its base
    const onDisk = await read(file.unseen.base);
    const isOlder =
      loaded && onDisk && (await verdictOn(project, { ...save, loaded, pulled: onDisk })) === 'stale';
    if (!isOlder) base = onDisk;
  } else {
    if (!loaded) return { outcome: 'fresh' };
    const verdict = await verdictOn(project, { ...save, loaded, pulled });
    if (verdict === 'fresh') return { outcome: 'fresh' };
    if (verdict === 'unclear') {
      const age = Date.now() - file.at;
      if (isPlugin(path) && age < HELD_FOR) return { outcome: 'held', saved };
      return { outcome: 'fresh', doubtful: age < TOLD_FOR };
    }
  }

  const drivers = await driversFor(project, path);
  const outcome = mergeContents({ path, base, ours: content, theirs: pulled, codec: host.codec, drivers });
  if ('conflict' in outcome) return { outcome: 'held', saved };
  const [id] = await repository.objects.write([{ type: 'blob', data: outcome.merged }]);
  // an id that `write` gave for a blob
  return { outcome: 'merged', saved, seen, merged: { mode: committed.mode, id: id as BlobId } };
}

/** Of assets Git holds pointers only: their bytes are in the cache. */
async function verdictOn(project: Project, save: SaveToJudge): Promise<SaveVerdict> {
  const verdict = judgeSave(save);
  if (verdict !== 'unclear') return verdict;
  const pointers = [save.loaded, save.pulled, save.saved].map(parsePointer);
  const [loaded, pulled, saved] = pointers.map((pointer) => pointer && project.cache.pathOf(pointer.oid));
  if (!loaded || !pulled || !saved) return verdict;
  const evidence = new BlockEvidence();
  for (let at = 0; ; at += PIECE) {
    const pieces = [loaded, pulled, saved].map((path) => project.host.disk.readRange(path, at, PIECE));
    const [p, q, l] = await Promise.all(pieces);
    if (!p?.length || !q?.length || !l?.length) return evidence.verdict();
    evidence.add(p, q, l);
  }
}

/** Bytes of each file in memory at a time. */
const PIECE = 1 << 20;

/** Makes a save that is about to leave the disk reachable. */
export async function keepSave(project: Project, branch: string, path: string, saved: BlobId): Promise<void> {
  const { refs, graph, trees } = project.repository;
  const { commit } = await refs.head();
  const base = commit && (await graph.commit(commit)).tree;
  const mode = (await headFile(project, path))?.mode ?? MODE.file;
  const tree = await trees.write(base, [{ path, after: { mode, id: saved } }]);
  await backup(project, branch, tree, commit, `Keep the save of ${path} as it was on disk`);
}

async function headFile(project: Project, path: string): Promise<TreeFile | undefined> {
  const tree = await project.repository.headTree();
  return tree && (await project.repository.trees.find(tree, path));
}

function sameEntries(a: ReadonlyMap<string, PulledFile>, b: ReadonlyMap<string, PulledFile>): boolean {
  if (a.size !== b.size) return false;
  for (const [path, file] of a) if (b.get(path) !== file && b.get(path)?.held !== file.held) return false;
  return true;
}
