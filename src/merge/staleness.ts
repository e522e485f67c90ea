/**
 * Tells an editor that saved an old version over a pulled one.
 *
 * The Creation Kit loads version P, a pull writes Q, the Kit saves P plus its edit as L. Committed as an edit of Q,
 * L would undo in silence what the pull had brought. So each thing that changed from P to Q is looked for in L: where
 * L has P's version of it, that is evidence of a stale save; where it has Q's, of a fresh one. What L changed beyond
 * says nothing, and what it rewrote altogether says nothing either.
 *
 * Any stale evidence wins, because the two mistakes do not weigh the same: a fresh save taken for stale is merged
 * with base P, ours L, theirs Q, which gives L again but for the reverted places; a stale one taken for fresh loses
 * somebody's work.
 */
import {
  eachRecord,
  type Inflate,
  isPlugin,
  type PluginRecord,
  parsePlugin,
  recordKey,
  type Subrecord,
  sameRecord,
  sameSubrecords,
  subrecordsOf,
} from '../bethesda/index.ts';
import { equal } from '../shared/bytes.ts';
import { hasCode } from '../shared/errors.ts';
import { diffLines, type LineChange } from './diffLines.ts';
import { isBinary } from './drivers.ts';
import { BlockEvidence, Evidence, type SaveVerdict } from './evidence.ts';
import { type Lines, lineUnitOf, splitLines, splitWords } from './lines.ts';

export interface SaveToJudge {
  readonly path: string;
  /** P: what was on disk before the pull, and the editor may still hold. */
  readonly loaded: Uint8Array;
  /** Q: what the pull wrote. */
  readonly pulled: Uint8Array;
  /** L: what is on disk now. */
  readonly saved: Uint8Array;
  /** For the compressed records of plugins. */
  readonly codec: Inflate;
}

export function judgeSave(save: SaveToJudge): SaveVerdict {
  const { path, loaded, pulled, saved } = save;
  if (equal(saved, pulled)) return 'fresh';
  if (equal(saved, loaded)) return 'stale';
  if (equal(loaded, pulled)) return 'fresh';
  if (isPlugin(path)) return judgePlugin(save);
  const unit = lineUnitOf(pulled);
  const sides = [loaded, pulled, saved];
  if (sides.some((side) => isBinary(side) || lineUnitOf(side) !== unit)) {
    const blocks = new BlockEvidence();
    blocks.add(loaded, pulled, saved);
    return blocks.verdict();
  }
  return judgeText(save);
}

function judgeText({ loaded, pulled, saved }: SaveToJudge): SaveVerdict {
  const sides = [loaded, pulled, saved] as const;
  const verdict = evidenceIn(splitLines(sides, lineUnitOf(pulled))).verdict();
  return verdict === 'unclear' ? evidenceIn(splitWords(sides)).verdictOfWords() : verdict;
}

type Units = Pick<Lines, 'ids'>;

function evidenceIn([p, q, l]: readonly [Units, Units, Units]): Evidence {
  const fromLoaded = matches(p.ids.length, diffLines(p.ids, l.ids));
  const fromPulled = matches(q.ids.length, diffLines(q.ids, l.ids));
  const evidence = new Evidence();
  for (const { from, removed, to, added } of diffLines(p.ids, q.ids)) {
    const old = kept(fromLoaded, from, removed);
    const now = kept(fromPulled, to, added);
    evidence.weigh(
      // Where one side has no lines, its version is that the neighbours stand side by side. Beside a place that was
      // edited as well, one neighbour left is a hint, as long as nothing of the other side's lines is there.
      old ?? (closed(fromLoaded, from, l.ids.length) ? 1 : now === 0 && beside(fromLoaded, from) ? 0.5 : 0),
      now ?? (closed(fromPulled, to, l.ids.length) ? 1 : 0),
    );
  }
  return evidence;
}

/** For each line of a first file, the line of the second that it is matched with, or -1. */
function matches(length: number, changes: readonly LineChange[]): Int32Array {
  const matched = new Int32Array(length).fill(-1);
  let from = 0;
  let to = 0;
  for (const change of changes) {
    while (from < change.from) matched[from++] = to++;
    from += change.removed;
    to += change.added;
  }
  while (from < length) matched[from++] = to++;
  return matched;
}

/** How many of these lines are in the other file, 0 to 1; `undefined` when there are none to look for. */
function kept(matched: Int32Array, from: number, count: number): number | undefined {
  if (count === 0) return undefined;
  let found = 0;
  for (let i = from; i < from + count; i++) if ((matched[i] as number) >= 0) found++;
  return found / count;
}

/** The lines before and at `at` stand side by side in the other file; so does a line at an end of the file. */
function closed(matched: Int32Array, at: number, length: number): boolean {
  const before = at === 0 ? -1 : (matched[at - 1] as number);
  if (at > 0 && before < 0) return false;
  if (at === matched.length) return at > 0 && before === length - 1;
  return matched[at] === before + 1;
}

const beside = (matched: Int32Array, at: number): boolean =>
  (matched[at - 1] ?? -1) >= 0 || (matched[at] ?? -1) >= 0;

function judgePlugin({ loaded, pulled, saved, codec }: SaveToJudge): SaveVerdict {
  try {
    const p = recordsOf(loaded);
    const q = recordsOf(pulled);
    const l = recordsOf(saved);
    const same = (a: PluginRecord | undefined, b: PluginRecord | undefined): boolean =>
      a === undefined || b === undefined ? a === b : sameRecord(a, b, codec);
    const evidence = new Evidence();
    let changed = false;
    for (const key of new Set([...p.keys(), ...q.keys()])) {
      const before = p.get(key);
      const after = q.get(key);
      if (same(before, after)) continue;
      changed = true;
      const now = l.get(key);
      if (same(now, before)) evidence.weigh(1, 0);
      else if (same(now, after)) evidence.weigh(0, 1);
      else if (before && after && now) weighRecord(before, after, now, codec, evidence);
    }
    // A pull that brought nothing but noise has nothing that could be undone.
    return changed ? evidence.verdict() : 'fresh';
  } catch (error) {
    if (hasCode(error, 'MALFORMED_PLUGIN')) return 'unclear';
    throw error;
  }
}

/**
 * A record that is neither P's nor Q's was edited further: its subrecords are looked at instead, all those of one
 * type together. Conditions are left out: the Creation Kit leaves garbage in parameters that their function does not
 * take, and which those are would need a schema.
 */
function weighRecord(
  before: PluginRecord,
  after: PluginRecord,
  now: PluginRecord,
  codec: Inflate,
  evidence: Evidence,
): void {
  const p = byType(before, codec);
  const q = byType(after, codec);
  const l = byType(now, codec);
  for (const type of new Set([...p.keys(), ...q.keys()])) {
    if (type === 'CTDA') continue;
    const same = (a: readonly Subrecord[] = [], b: readonly Subrecord[] = []): boolean =>
      sameSubrecords(before.type, a, b);
    if (same(p.get(type), q.get(type))) continue;
    if (same(l.get(type), p.get(type))) evidence.weigh(1, 0);
    else if (same(l.get(type), q.get(type))) evidence.weigh(0, 1);
  }
}

function byType(record: PluginRecord, codec: Inflate): Map<string, Subrecord[]> {
  const lists = new Map<string, Subrecord[]>();
  for (const sub of subrecordsOf(record, codec)) {
    const list = lists.get(sub.type);
    if (list) list.push(sub);
    else lists.set(sub.type, [sub]);
  }
  return lists;
}

/** By group path, type and FormID; of records that stand twice in one group, the last, as in the game. */
function recordsOf(bytes: Uint8Array): Map<string, PluginRecord> {
  const records = new Map<string, PluginRecord>();
  eachRecord(parsePlugin(bytes), (record, groupPath) => records.set(recordKey(record, groupPath), record));
  return records;
}
