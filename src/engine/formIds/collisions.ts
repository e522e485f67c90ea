/** New records that have the FormID of another new record, which a fetch has brought. */
import { editorIdOf, isPlugin, ownRecords, type PluginRecord, parsePlugin } from '../../bethesda/index.ts';
import { hasCode, SyncError } from '../../shared/errors.ts';
import type { BlobId, CommitId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import { takenBase } from '../merging/takenBase.ts';
import { conflictRef, type Project } from '../project/Project.ts';
import { hexId } from './leases.ts';
import { pluginAt } from './plugins.ts';

/** A plugin's own records by object id. */
export type Own = ReadonlyMap<number, readonly PluginRecord[]>;

export interface NewRecords {
  /** Here, and nowhere else. */
  readonly fresh: ReadonlyMap<number, string>;
  /** New here and new there, and not the same. */
  readonly meetings: readonly Meeting[];
}

export interface Meeting {
  readonly id: number;
  /** Type and EditorID. */
  readonly here: string;
  readonly there: string;
}

export const recordName = ({ host }: Project, record: PluginRecord | undefined): string =>
  record ? `${record.type} ${editorIdOf(record, host.codec) ?? 'without EditorID'}` : 'a record';

/** Against what was fetched last; `undefined` where nothing was. @param own as the plugin is on disk, or is about to be committed */
export async function newRecords(project: Project, path: string, own: Own): Promise<NewRecords | undefined> {
  const { graph, refs } = project.repository;
  const { branch, commit } = await refs.head();
  // with a detached HEAD there is nothing that it is synced with
  if (branch === undefined) return undefined;
  const open = (await refs.read(conflictRef(branch))) as CommitId | undefined; // only sync writes it
  const theirs = open ?? (await project.tracked(branch));
  if (!theirs || !commit) return undefined;
  const bases = await graph.mergeBases(commit, theirs);
  const base = (await takenBase(project.repository, commit, theirs, bases))?.commit ?? bases[0];
  const before = await ownAt(project, base, path);
  const there = await ownAt(project, theirs, path);
  const fresh = new Map<number, string>();
  const meetings: Meeting[] = [];
  for (const [id, [record]] of own) {
    if (!record || before.has(id)) continue;
    const [other] = there.get(id) ?? [];
    const [mine, theirName] = [recordName(project, record), recordName(project, other)];
    if (!other) fresh.set(id, mine);
    else if (mine !== theirName) meetings.push({ id, here: mine, there: theirName });
  }
  return { fresh, meetings };
}

async function ownAt(project: Project, commit: CommitId | undefined, path: string): Promise<Own> {
  const blob = commit && (await pluginAt(project, commit, path));
  return blob ? ownRecords(parsePlugin(blob)) : new Map();
}

/** In words, with what to do. */
export const meetingText = ({ id, here, there }: Meeting): string =>
  `${here} here and ${there} at the remote are both new, and both are ${hexId(id)}. Give yours a free FormID (in xEdit: Change FormID) and save: then both stay.`;

/**
 * What a snapshot would add to such collisions, a line for each; what the newest one has already is a conflict by now.
 * @param read the plugin as it would be committed
 */
export async function collisionsOf(
  project: Project,
  paths: Iterable<string>,
  read: (path: string) => Promise<Uint8Array | undefined>,
): Promise<string[]> {
  const told: string[] = [];
  for (const path of paths) {
    if (!isPlugin(path)) continue;
    const bytes = await read(path);
    if (!bytes || String.fromCharCode(...bytes.subarray(0, 4)) !== 'TES4') continue;
    try {
      const found = await newRecords(project, path, ownRecords(parsePlugin(bytes)));
      if (!found || found.meetings.length === 0) continue;
      const committed = await ownAt(project, (await project.repository.refs.head()).commit, path);
      const isCommitted = ({ id, here }: Meeting) => recordName(project, committed.get(id)?.[0]) === here;
      for (const meeting of found.meetings)
        if (!isCommitted(meeting)) told.push(`${path}: ${meetingText(meeting)}`);
    } catch (error) {
      // a damaged one is told of where it is merged or shown
      if (!hasCode(error, 'MALFORMED_PLUGIN')) throw error;
    }
  }
  return told;
}

/**
 * Before a snapshot that a person gives words to, and that stays as it is. One that comes by itself is never kept back.
 * @throws SyncError `FORMID_COLLISION`
 */
export async function refuseCollisions(project: Project, paths: readonly string[]): Promise<void> {
  const { disk } = project.host;
  const told = await collisionsOf(project, paths, (path) => disk.read(join(project.folder, path)));
  if (told.length === 0) return;
  throw new SyncError(
    'FORMID_COLLISION',
    `${told.join('\n')}\nNo snapshot was made; your files are as you left them. "modsync sync" without a message takes them all the same, and asks which record stays.`,
    { data: { collisions: told } },
  );
}

/** For stock Git's commit. @param staged blobs by path */
export function collisionsStaged(project: Project, staged: ReadonlyMap<string, BlobId>): Promise<string[]> {
  return collisionsOf(project, staged.keys(), async (path) => {
    const id = staged.get(path);
    return id && (await project.repository.objects.readBlob(id));
  });
}
