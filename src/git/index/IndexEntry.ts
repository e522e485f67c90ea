/** One entry of Git's index: a path, what is staged for it, and the stat data of the file it was staged from. */

import type { FileStat } from '../../platform/index.ts';
import { toHex } from '../../shared/bytes.ts';
import { type FileMode, MODE, type TreeFile } from '../../shared/git.ts';
import type { BlobId } from '../../shared/ids.ts';

/** Git's index has 32 bits for each number; larger ones lose their upper bits, on both sides of a comparison. */
export interface IndexStat {
  readonly ctimeSeconds: number;
  readonly ctimeNanoseconds: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  readonly dev: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

const low32 = (number: number): number =>
  number <= 0xffffffff && number >= 0 ? number : Number(BigInt.asUintN(32, BigInt(number)));

export const indexStat = (stat: FileStat): IndexStat => ({
  ctimeSeconds: low32(stat.ctimeSeconds),
  ctimeNanoseconds: stat.ctimeNanoseconds,
  mtimeSeconds: low32(stat.mtimeSeconds),
  mtimeNanoseconds: stat.mtimeNanoseconds,
  dev: low32(stat.dev),
  ino: low32(stat.ino),
  uid: low32(stat.uid),
  gid: low32(stat.gid),
  size: low32(stat.size),
});

/** No file looks like this, so Git compares the content: for an entry whose file on disk is another. */
export const NO_STAT: IndexStat = {
  ctimeSeconds: 0,
  ctimeNanoseconds: 0,
  mtimeSeconds: 0,
  mtimeNanoseconds: 0,
  dev: 0,
  ino: 0,
  uid: 0,
  gid: 0,
  size: 0,
};

export interface EntryFlags {
  /** 0 as a rule; 1 to 3 (base, ours, theirs) while a merge is open. */
  readonly stage: number;
  readonly assumeUnchanged: boolean;
  readonly skipWorktree: boolean;
  readonly intentToAdd: boolean;
}

/** Nearly every entry's: one object for all of them. */
export const PLAIN: EntryFlags = {
  stage: 0,
  assumeUnchanged: false,
  skipWorktree: false,
  intentToAdd: false,
};

/** Where an entry was read. */
export interface EntrySource {
  readonly bytes: Uint8Array;
  readonly at: number;
  /** Bytes that say the whole entry in versions 2 and 3, padding included; 0 where they do not. */
  readonly length: number;
}

/** Of the 20 bytes of the id, in an entry. */
const ID_AT = 40;

export const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

export class IndexEntry {
  readonly path: string;
  readonly mode: FileMode;
  readonly stat: IndexStat;
  readonly flags: EntryFlags;
  #id: BlobId | undefined;
  readonly #source: EntrySource;

  /** @param id or where it can be read: turned into hex when someone asks */
  constructor(
    path: string,
    mode: FileMode,
    stat: IndexStat,
    id: BlobId | EntrySource,
    flags: EntryFlags = PLAIN,
  ) {
    this.path = path;
    this.mode = mode;
    this.stat = stat;
    this.flags = flags;
    this.#id = typeof id === 'string' ? id : undefined;
    this.#source = typeof id === 'string' ? NO_SOURCE : id;
  }

  get id(): BlobId {
    // The 20 bytes of an index entry's id are one by construction.
    const { bytes, at } = this.#source;
    this.#id ??= toHex(bytes, at + ID_AT, at + ID_AT + 20) as BlobId;
    return this.#id;
  }

  /** Where the entry was read, if versions 2 and 3 write it so. */
  get source(): EntrySource | undefined {
    return this.#source.length > 0 ? this.#source : undefined;
  }

  /** Puts the 20 bytes of the id at `at`. */
  copyId(target: Uint8Array, at: number): void {
    const { bytes, at: start } = this.#source;
    if (bytes.length > 0) {
      target.set(bytes.subarray(start + ID_AT, start + ID_AT + 20), at);
      return;
    }
    const id = this.id;
    for (let i = 0; i < 20; i++) target[at + i] = Number.parseInt(id.slice(i * 2, i * 2 + 2), 16);
  }

  get file(): TreeFile {
    return { mode: this.mode, id: this.id };
  }

  get isSubmodule(): boolean {
    return this.mode === MODE.submodule;
  }

  with(change: { readonly stat?: IndexStat; readonly flags?: EntryFlags }): IndexEntry {
    return new IndexEntry(
      this.path,
      this.mode,
      change.stat ?? this.stat,
      this.id,
      change.flags ?? this.flags,
    );
  }
}

const NO_SOURCE: EntrySource = { bytes: new Uint8Array(0), at: 0, length: 0 };
