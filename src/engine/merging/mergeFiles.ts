/** The contents that both sides changed: read, merged by their kind, and stored. */

import { isPlugin } from '../../bethesda/index.ts';
import type { Repository } from '../../git/index.ts';
import { parsePointer } from '../../lfs/index.ts';
import {
  type ContentMerge,
  type Driver,
  type FileNames,
  formIdText,
  mergeContents,
  type PlannedConflict,
} from '../../merge/index.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import type { TreeFile } from '../../shared/git.ts';
import type { BlobId } from '../../shared/ids.ts';
import type { ConflictKind, DecidedConflict } from '../../shared/types.ts';
import { type Change, change } from './applyDecisions.ts';
import type { InsideDecision } from './decisions.ts';
import type { AssetContents } from './mergeAssets.ts';

export interface FileMergeOptions {
  /** What a person says of places in a file. */
  readonly inside?: ((merge: ContentMerge) => InsideDecision | undefined) | undefined;
  /** Left out: assets are taken whole. */
  readonly assets?: AssetContents | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface MergedFiles {
  /** Where nobody was asked. */
  readonly changes: readonly Change[];
  /** By what a person said of places inside. */
  readonly chosen: readonly Change[];
  /** For each of those the paths that it is about. */
  readonly asked: readonly (readonly string[])[];
  readonly conflicts: readonly PlannedConflict[];
  readonly settled: readonly DecidedConflict[];
  /** Of what was read. */
  readonly sizes: ReadonlyMap<BlobId, number>;
}

/** Files whose contents are in memory at a time; of plugins, which are larger, one. */
export const BATCH = 32;

function* portions(merges: readonly ContentMerge[]): Generator<readonly ContentMerge[]> {
  const small = merges.filter(({ path }) => !isPlugin(path));
  for (let at = 0; at < small.length; at += BATCH) yield small.slice(at, at + BATCH);
  for (const merge of merges) if (isPlugin(merge.path)) yield [merge];
}

/** @param options.keep whether merged contents are stored; without, there are no changes */
export async function mergeFiles(
  repository: Repository,
  merges: readonly ContentMerge[],
  {
    inside,
    driversOf,
    assets,
    signal,
    keep,
  }: FileMergeOptions & {
    readonly driversOf: (path: string) => readonly Driver[] | undefined;
    readonly keep: boolean;
  },
): Promise<MergedFiles> {
  const changes: Change[] = [];
  const chosen: Change[] = [];
  const asked: string[][] = [];
  const conflicts: PlannedConflict[] = [];
  const settled: DecidedConflict[] = [];
  const sizes = new Map<BlobId, number>();
  for (const batch of portions(merges)) {
    throwIfAborted(signal);
    const blobs = await repository.objects.readBlobs(
      batch.flatMap(({ base, ours, theirs }) => [...(base ? [base.id] : []), ours.id, theirs.id]),
    );
    for (const merge of batch) {
      const { path, renamed, together = [] } = merge;
      const read = ({ id }: TreeFile) => blobs.get(id) as Uint8Array; // just read
      const [began, mine, other] = [merge.base && read(merge.base), read(merge.ours), read(merge.theirs)];
      const inAssets = await assets?.read(path, [began, mine, other]);
      const [base, ours, theirs] = inAssets ?? [began, mine, other];
      const choices = inside?.(merge);
      const { codec } = repository.host;
      const drivers = driversOf(path);
      const outcome = mergeContents({
        path,
        base,
        ours,
        theirs,
        codec,
        ...decidedBy(choices),
        ...(drivers && { drivers }),
      });
      for (const [file, blob] of [
        [merge.base, began],
        [merge.ours, mine],
        [merge.theirs, other],
      ] as const)
        if (file && blob) sizes.set(file.id, sizeOf(blob));
      if ('merged' in outcome) {
        if (keep) {
          const into = choices ? chosen : changes;
          const blob = inAssets ? await assets?.store(outcome.merged) : outcome.merged;
          into.push({ path, after: await store(repository, blob ?? outcome.merged, merge) });
          if (renamed?.by === 'theirs') into.push({ path: renamed.from });
          for (const one of together) if (one.by === 'theirs') into.push(change(one.path, one.theirs));
        }
        if (choices) {
          settled.push({ path, how: 'inside' });
          asked.push([path, ...(renamed ? [renamed.from] : []), ...pathsOf(together)]);
        }
      } else {
        const { conflict, hunks, records } = outcome;
        const why = renamed ? `${renameOf(renamed, path)} ${conflict}` : conflict;
        const reason =
          together.length === 0
            ? why
            : `${why} Its previs and precombined meshes (${together.length} changed) go with it: where you take one side whole, that side's.`;
        conflicts.push({
          path,
          kind: kindOf(merge),
          reason,
          ...(merge.base && { base: merge.base }),
          ours: merge.ours,
          theirs: merge.theirs,
          ...(renamed?.by === 'theirs' && { against: [renamed.from] }),
          ...(renamed && { names: namesOf(renamed, path) }),
          ...(together.length > 0 && { together }),
          ...(hunks && hunks.length > 0 && { hunks }),
          ...(records && { records }),
        });
      }
    }
  }
  return { changes, chosen, asked, conflicts, settled, sizes };
}

export const pathsOf = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path);

type Renamed = NonNullable<ContentMerge['renamed']>;

const renameOf = ({ from, by }: Renamed, to: string): string =>
  `${by === 'ours' ? 'You' : 'The other side'} renamed "${from}" to "${to}".`;

const namesOf = ({ from, by }: Renamed, to: string): FileNames => ({
  base: from,
  ours: by === 'ours' ? to : from,
  theirs: by === 'theirs' ? to : from,
});

/** Of an asset: its own, not the pointer's. */
export const sizeOf = (blob: Uint8Array): number => parsePointer(blob)?.size ?? blob.length;

/** Of a conflict inside the contents. */
export const kindOf = ({ base, renamed }: ContentMerge): ConflictKind =>
  renamed ? 'rename-modify' : base ? 'both-modified' : 'both-added';

/** A person's choices, as a merge of contents asks for them. */
export function decidedBy(choices: InsideDecision | undefined) {
  const { hunks, records } = choices ?? {};
  return {
    ...(hunks && { decideHunk: (number: number) => hunks[number] }),
    ...(records && {
      decideRecord: ({ formId }: { readonly formId: number }) => records[formIdText(formId)],
    }),
  };
}

async function store(repository: Repository, data: Uint8Array, { mode }: ContentMerge): Promise<TreeFile> {
  const [id] = await repository.objects.write([{ type: 'blob', data }]);
  return { mode, id: id as BlobId }; // an id that `write` gave for a blob
}
