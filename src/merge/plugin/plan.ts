/** Which record of a merged plugin comes from whom, and what a person has to decide. */
import { editorIdOf } from '../../bethesda/index.ts';
import type { RecordConflictKind } from '../../shared/types.ts';
import { type PluginChanges, type RecordChange, sameEntry } from './changes.ts';
import {
  type Entry,
  type Place,
  type PluginContents,
  placeName,
  placeOwnedBy,
  recordIds,
  rootOf,
} from './contents.ts';
import type { Sides } from './dependencies.ts';
import { mentioned } from './references.ts';
import { formIdText, type PluginMergeOptions, type RecordConflict } from './types.ts';

type Choice = 'local' | 'remote';

export class Plan {
  /** Records of theirs that replace ours or are new. */
  readonly taken = new Map<number, Entry>();
  /** Records of ours that go. */
  readonly dropped = new Set<number>();
  readonly conflicts: RecordConflict[] = [];
  alike = 0;
  decided = 0;
  /** Somebody chose to delete a record although the other side has put new ones below it. */
  cut = false;
  readonly #sides: Sides;
  readonly #decide: PluginMergeOptions['decide'];
  readonly #asked = new Map<number, Choice | undefined>();

  constructor(sides: Sides, decide: PluginMergeOptions['decide']) {
    this.#sides = sides;
    this.#decide = decide;
    const { byUs, byThem } = sides;
    for (const [formId, change] of byThem.records) {
      if (byUs.records.has(formId)) this.#both(formId, change);
      else this.#apply(formId, 'remote');
    }
    this.#deletedButUsed();
    this.#deletedAround();
  }

  /** The record as the merged plugin has it. */
  result(formId: number): Entry | undefined {
    if (this.dropped.has(formId)) return undefined;
    return this.taken.get(formId) ?? this.#sides.ours.records.get(formId);
  }

  /** How many records that is. */
  get size(): number {
    const { ours } = this.#sides;
    let size = ours.records.size - this.dropped.size;
    for (const formId of this.taken.keys()) if (!ours.records.has(formId)) size++;
    return size;
  }

  /** A conflict that is no record of the groups: the header. */
  ask(conflict: RecordConflict): Choice | undefined {
    if (this.#asked.has(conflict.formId)) return this.#asked.get(conflict.formId);
    const choice = this.#decide?.(conflict);
    this.#asked.set(conflict.formId, choice);
    if (choice) this.decided++;
    else this.conflicts.push(conflict);
    return choice;
  }

  #apply(formId: number, choice: Choice): void {
    const { ours, theirs } = this.#sides;
    const [mine, other] = [ours.records.get(formId), theirs.records.get(formId)];
    this.taken.delete(formId);
    this.dropped.delete(formId);
    if (choice === 'local') return;
    if (other) this.taken.set(formId, other);
    else if (mine) this.dropped.add(formId);
  }

  #both(formId: number, change: RecordChange): void {
    const { base, ours, theirs, codec } = this.#sides;
    const mine = ours.records.get(formId);
    const other = theirs.records.get(formId);
    if (sameEntry(mine, other, codec)) {
      this.alike++;
      return;
    }
    const own = formId >>> 24 === base.plugin.masters.length;
    const kind =
      change === 'added' && own
        ? 'formid-collision'
        : mine === undefined
          ? 'deleted-by-us'
          : other === undefined
            ? 'deleted-by-them'
            : 'both-modified';
    const reason =
      kind === 'formid-collision' && mine && other
        ? `${REASONS[kind]}: ${this.#name(mine)} yours, ${this.#name(other)} theirs. Choosing one drops the other; give yours another FormID, save, and both stay.`
        : REASONS[kind];
    const choice = this.ask(this.#describe(formId, kind, reason));
    if (choice) this.#apply(formId, choice);
  }

  #name({ record }: Entry): string {
    return `${record.type} ${editorIdOf(record, this.#sides.codec) ?? 'without EditorID'}`;
  }

  /** A record that one side deleted and to which the other has made a new reference. */
  #deletedButUsed(): void {
    const { base, ours, theirs, byUs, byThem, codec } = this.#sides;
    const index = base.plugin.masters.length;
    const gone = new Map<number, RecordConflictKind>();
    const note = (changes: PluginChanges, other: PluginContents, kind: RecordConflictKind) => {
      for (const [formId, change] of changes.records)
        if (
          change === 'deleted' &&
          formId >>> 24 === index &&
          other.records.has(formId) &&
          !this.result(formId)
        )
          gone.set(formId, kind);
    };
    note(byUs, theirs, 'deleted-by-us');
    note(byThem, ours, 'deleted-by-them');
    if (gone.size === 0) return;

    // Records that differ from the base, and after them those that come back because of them.
    const queue: (readonly [formId: number, entry: Entry | undefined])[] = [];
    for (const { records } of [byUs, byThem])
      for (const formId of records.keys()) queue.push([formId, base.records.get(formId)]);
    for (const [formId, before] of queue) {
      const entry = this.result(formId);
      if (!entry || gone.size === 0) continue;
      const kindToMeet = entry === ours.records.get(formId) ? 'deleted-by-them' : 'deleted-by-us';
      const old = before ? mentioned(before.record, gone, index, codec) : undefined;
      for (const wanted of mentioned(entry.record, gone, index, codec)) {
        const kind = gone.get(wanted);
        // Whoever deleted it knew of references of their own.
        if (kind !== kindToMeet || old?.has(wanted) || this.result(wanted)) continue;
        const choice = this.ask(
          this.#describe(
            wanted,
            kind,
            `${REASONS[kind]} ${entry.record.type} ${formIdText(formId)} refers to it.`,
          ),
        );
        if (choice === (kind === 'deleted-by-us' ? 'remote' : 'local')) {
          this.#apply(wanted, choice);
          queue.push([wanted, undefined]);
        }
      }
    }
  }

  /** A cell, a worldspace, a topic, a quest that one side deleted, while the other changed what belongs to it. */
  #deletedAround(): void {
    const { ours } = this.#sides;
    for (const entry of [...this.taken.values()]) this.#checkOwners(entry);
    for (const formId of [...this.dropped]) {
      const place = placeOwnedBy(ours, formId);
      if (place) for (const below of this.#recordsBelow(place)) this.#checkOwners(below);
    }
  }

  /** Those of ours that the merged plugin keeps there. */
  *#recordsBelow(place: Place): Iterable<Entry> {
    const { ours } = this.#sides;
    for (const formId of recordIds(place)) {
      const entry = ours.records.get(formId);
      if (entry && this.result(formId) === entry) yield entry;
      const owned = placeOwnedBy(ours, formId);
      if (owned) yield* this.#recordsBelow(owned);
    }
    for (const inner of place.inner) yield* this.#recordsBelow(inner);
  }

  /** Asks about every record above this one that is gone. */
  #checkOwners(entry: Entry): void {
    const { ours, theirs } = this.#sides;
    let above = rootOf(entry.place).owner;
    // Two sides that put two records into each other would go round for ever.
    for (let steps = 0; above !== undefined && steps < 64; steps++) {
      const standing = this.result(above);
      if (!standing) {
        const kind = ours.records.has(above) ? 'deleted-by-them' : 'deleted-by-us';
        const choice = this.ask(
          this.#describe(
            above,
            kind,
            `${REASONS[kind]} ${entry.record.type} ${formIdText(entry.record.formId)} belongs to it.`,
          ),
        );
        if (choice === (kind === 'deleted-by-us' ? 'remote' : 'local')) this.#apply(above, choice);
        else if (choice) this.cut = true;
      }
      const place = (standing ?? ours.records.get(above) ?? theirs.records.get(above))?.place;
      above = place && rootOf(place).owner;
    }
  }

  #describe(formId: number, kind: RecordConflictKind, reason: string): RecordConflict {
    const { base, ours, theirs, codec } = this.#sides;
    const [b, o, t] = [base, ours, theirs].map((side) => side.records.get(formId));
    const shown = (o ?? t ?? b) as Entry; // one side has changed it, so one has it
    const editorId = editorIdOf(shown.record, codec);
    return {
      formId,
      type: shown.record.type,
      ...(editorId !== undefined && { editorId }),
      groupPath: placeName(shown.place),
      kind,
      reason,
      ...(b && { base: b.record }),
      ...(o && { ours: o.record }),
      ...(t && { theirs: t.record }),
    };
  }
}

const REASONS: Readonly<Record<RecordConflictKind, string>> = {
  'both-modified': 'Both of you changed this record.',
  'deleted-by-us': 'You deleted this record, the other side changed or needs it.',
  'deleted-by-them': 'The other side deleted this record, you changed or need it.',
  'formid-collision': 'Both of you made a new record, and both have this FormID',
};
