/**
 * The bytes of `.git/index`, versions 2, 3 and 4. Extensions that this room keeps up to date (`TREE`) are read and
 * written; other optional ones are left out when the index is written, as Git does with those it does not know.
 *
 * Source: gitformat-index(5).
 */

import type { Codec } from '../../platform/index.ts';
import { compareBytes, concat, exactText, fromHex, toHex } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { type FileMode, MODE } from '../../shared/git.ts';
import { type CacheTree, formatCacheTree, parseCacheTree } from './CacheTree.ts';
import { IndexEntry, type IndexStat, PLAIN } from './IndexEntry.ts';
import { IndexFile } from './IndexFile.ts';

const SIGNATURE = 0x44495243;
const HEADER = 12;
const CHECKSUM = 20;
const FIXED = 62;
const EXTENDED = 0x4000;
const NAME_MASK = 0xfff;

const malformed = (what: string): SyncError =>
  new SyncError(
    'MALFORMED_OBJECT',
    `Git's index (.git/index) is damaged: ${what}. Delete that file and run "git reset" (or "modsync doctor"): no file in the folder is touched.`,
    { data: { what } },
  );

const unsupported = (what: string, remedy: string): SyncError =>
  new SyncError('UNSUPPORTED_REPOSITORY', `This repository uses ${what}. ${remedy}`, { data: { what } });

/**
 * @param seconds when the file was written
 * @throws SyncError `MALFORMED_OBJECT`; `UNSUPPORTED_REPOSITORY` for a split or sparse index, and for names that are
 * not UTF-8
 */
export function parseIndex(bytes: Uint8Array, codec: Codec, seconds = 0): IndexFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER + CHECKSUM || view.getUint32(0) !== SIGNATURE) throw malformed('no index header');
  const version = view.getUint32(4);
  if (version < 2 || version > 4)
    throw unsupported(`index version ${version}`, 'Run "git update-index --index-version 4".');
  const body = bytes.length - CHECKSUM;
  checkSum(bytes, body, codec);

  const count = view.getUint32(8);
  const entries: IndexEntry[] = [];
  const names = new Names();
  let at = HEADER;
  let previous = '';
  let previousStage = 0;
  let isOrdered = true;
  for (let i = 0; i < count; i++) {
    if (at + FIXED > body) throw malformed('it ends within an entry');
    const flags = view.getUint16(at + 60);
    const extended = (flags & EXTENDED) !== 0;
    if (extended && version < 3) throw malformed('extended flags in version 2');
    const more = extended ? view.getUint16(at + FIXED) : 0;
    const start = at + (extended ? FIXED + 2 : FIXED);
    const name =
      version === 4
        ? names.compressed(bytes, start, body)
        : names.plain(bytes, start, body, flags & NAME_MASK);
    const path = name.path;
    const stage = (flags >> 12) & 3;
    const order = compareBytes(previous, path);
    if (path === '' || order > 0 || (order === 0 && previousStage >= stage)) isOrdered = false;
    // Versions 2 and 3 pad each entry with 1 to 8 zeros to a multiple of 8.
    const length = version === 4 ? name.end + 1 - at : (name.end - at + 8) & ~7;
    if (at + length > body) throw malformed('it ends within an entry');
    const rawMode = view.getUint32(at + 24);
    const mode = fileMode(rawMode);
    const isWhole = version !== 4 && !extended && rawMode === mode;
    entries.push(
      new IndexEntry(
        path,
        mode,
        statAt(view, at),
        { bytes, at, length: isWhole ? length : 0 },
        (flags & ~NAME_MASK) === 0
          ? PLAIN
          : {
              stage,
              assumeUnchanged: (flags & 0x8000) !== 0,
              skipWorktree: (more & 0x4000) !== 0,
              intentToAdd: (more & 0x2000) !== 0,
            },
      ),
    );
    previous = path;
    previousStage = stage;
    at += length;
  }
  // A split index has entries without names: its extension says so, and is the better reason to stop.
  const cacheTree = readExtensions(bytes, view, at, body);
  if (!isOrdered) throw malformed('its entries are not in order');
  return new IndexFile(entries, { version: version === 4 ? 4 : 2, cacheTree, seconds });
}

function checkSum(bytes: Uint8Array, body: number, codec: Codec): void {
  const written = toHex(bytes, body);
  // `index.skipHash` leaves zeros.
  if (/^0+$/.test(written)) return;
  if (codec.sha1().update(bytes.subarray(0, body)).hex() !== written)
    throw malformed('its checksum does not match');
}

function fileMode(mode: number): FileMode {
  const kind = mode & 0o170000;
  if (kind === MODE.symlink || kind === MODE.submodule) return kind;
  if (kind === 0o100000) return (mode & 0o100) !== 0 ? MODE.executable : MODE.file;
  if (kind === MODE.tree)
    throw unsupported('a sparse index', 'Run "git sparse-checkout reapply --no-sparse-index".');
  throw malformed(`an entry has mode ${mode.toString(8)}`);
}

function statAt(view: DataView, at: number): IndexStat {
  return {
    ctimeSeconds: view.getUint32(at),
    ctimeNanoseconds: view.getUint32(at + 4),
    mtimeSeconds: view.getUint32(at + 8),
    mtimeNanoseconds: view.getUint32(at + 12),
    dev: view.getUint32(at + 16),
    ino: view.getUint32(at + 20),
    uid: view.getUint32(at + 28),
    gid: view.getUint32(at + 32),
    size: view.getUint32(at + 36),
  };
}

/** Reads names one after the other: version 4 stores each as a difference to the one before. */
class Names {
  #previous: Uint8Array = new Uint8Array(0);

  plain(bytes: Uint8Array, start: number, limit: number, length: number): { path: string; end: number } {
    const end = length < NAME_MASK ? start + length : bytes.indexOf(0, start);
    if (end < 0 || end >= limit || bytes[end] !== 0) throw malformed('a name does not end');
    return { path: decodeName(bytes, start, end), end };
  }

  compressed(bytes: Uint8Array, start: number, limit: number): { path: string; end: number } {
    let at = start;
    let byte = bytes[at++] as number;
    let strip = byte & 0x7f;
    while (byte & 0x80) {
      if (at >= limit) throw malformed('a name does not end');
      byte = bytes[at++] as number;
      strip = (strip + 1) * 128 + (byte & 0x7f);
    }
    const end = bytes.indexOf(0, at);
    const kept = this.#previous.length - strip;
    if (end < 0 || end >= limit || kept < 0) throw malformed('a name does not end');
    const whole = concat([this.#previous.subarray(0, kept), bytes.subarray(at, end)]);
    this.#previous = whole;
    return { path: decodeName(whole, 0, whole.length), end };
  }
}

function decodeName(bytes: Uint8Array, start: number, end: number): string {
  const name = exactText(bytes.subarray(start, end));
  if (name !== undefined) return name;
  const shown = new TextDecoder().decode(bytes.subarray(start, end));
  throw unsupported(`a file name that is not UTF-8: ${shown}`, 'Rename that file with "git mv" and commit.');
}

function readExtensions(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  body: number,
): CacheTree | undefined {
  let cacheTree: CacheTree | undefined;
  let at = from;
  while (at + 8 <= body) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const length = view.getUint32(at + 4);
    const start = at + 8;
    if (start + length > body) throw malformed(`its extension ${name} is cut short`);
    if (name === 'TREE') cacheTree = parseCacheTree(bytes.subarray(start, start + length));
    else if (name === 'link') throw unsupported('a split index', 'Run "git update-index --no-split-index".');
    else if (name === 'sdir')
      throw unsupported('a sparse index', 'Run "git sparse-checkout reapply --no-sparse-index".');
    else if (name < 'A' || name[0]! > 'Z')
      throw unsupported(`the index extension "${name}"`, 'Update modsync.');
    at = start + length;
  }
  return cacheTree;
}

/** Version 2, or 3 where an entry needs it; 4 where it was 4. */
export function formatIndex(index: IndexFile, codec: Codec): Uint8Array {
  const extended = index.entries.some(needsExtended);
  const version = index.version === 4 ? 4 : extended ? 3 : 2;
  const writer = new Writer(index.entries.length);
  writer.header(version, index.entries.length);
  for (const entry of index.entries) writer.entry(entry, version);
  if (index.cacheTree) writer.extension('TREE', formatCacheTree(index.cacheTree));
  const body = writer.bytes();
  return concat([body, fromHex(codec.sha1().update(body).hex())]);
}

const needsExtended = ({ flags }: IndexEntry) => flags.skipWorktree || flags.intentToAdd;

class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;
  #previous: Uint8Array = new Uint8Array(0);
  /** Entries that stood side by side where they were read, and are still to be copied: in one go. */
  #run: { readonly bytes: Uint8Array; readonly from: number; to: number } | undefined;
  readonly #encoder = new TextEncoder();

  constructor(entries: number) {
    this.#bytes = new Uint8Array(HEADER + entries * 128 + 1024);
    this.#view = new DataView(this.#bytes.buffer);
  }

  bytes(): Uint8Array {
    this.#endRun();
    return this.#bytes.subarray(0, this.#at);
  }

  header(version: number, count: number): void {
    this.#view.setUint32(0, SIGNATURE);
    this.#view.setUint32(4, version);
    this.#view.setUint32(8, count);
    this.#at = HEADER;
  }

  entry(entry: IndexEntry, version: number): void {
    const { source } = entry;
    if (version === 4 || !source) {
      this.#endRun();
      this.#format(entry, version);
      return;
    }
    const { bytes, at, length } = source;
    if (this.#run?.bytes === bytes && this.#run.to === at) this.#run.to += length;
    else {
      this.#endRun();
      this.#run = { bytes, from: at, to: at + length };
    }
  }

  #endRun(): void {
    if (!this.#run) return;
    const { bytes, from, to } = this.#run;
    this.#run = undefined;
    this.#room(to - from);
    this.#bytes.set(bytes.subarray(from, to), this.#at);
    this.#at += to - from;
  }

  #format(entry: IndexEntry, version: number): void {
    const { path, stat, flags } = entry;
    // A UTF-16 unit takes at most three bytes.
    this.#room(FIXED + 16 + path.length * 3);
    const start = this.#at;
    const view = this.#view;
    view.setUint32(start, stat.ctimeSeconds);
    view.setUint32(start + 4, stat.ctimeNanoseconds);
    view.setUint32(start + 8, stat.mtimeSeconds);
    view.setUint32(start + 12, stat.mtimeNanoseconds);
    view.setUint32(start + 16, stat.dev);
    view.setUint32(start + 20, stat.ino);
    view.setUint32(start + 24, entry.mode);
    view.setUint32(start + 28, stat.uid);
    view.setUint32(start + 32, stat.gid);
    view.setUint32(start + 36, stat.size);
    entry.copyId(this.#bytes, start + 40);
    const extended = needsExtended(entry);
    const nameStart = start + FIXED + (extended ? 2 : 0);
    if (extended) {
      view.setUint16(start + FIXED, (flags.skipWorktree ? 0x4000 : 0) | (flags.intentToAdd ? 0x2000 : 0));
    }
    let length: number;
    if (version === 4) length = this.#compressedName(path, nameStart);
    else {
      length = this.#encoder.encodeInto(path, this.#bytes.subarray(nameStart)).written;
      const end = start + ((nameStart + length - start + 8) & ~7);
      this.#bytes.fill(0, nameStart + length, end);
      this.#at = end;
    }
    view.setUint16(
      start + 60,
      (flags.assumeUnchanged ? 0x8000 : 0) |
        (extended ? EXTENDED : 0) |
        (flags.stage << 12) |
        Math.min(length, NAME_MASK),
    );
  }

  #compressedName(path: string, start: number): number {
    const name = this.#encoder.encode(path);
    let shared = 0;
    while (shared < name.length && shared < this.#previous.length && name[shared] === this.#previous[shared])
      shared++;
    let at = start;
    for (const byte of offsetVarint(this.#previous.length - shared)) this.#bytes[at++] = byte;
    this.#bytes.set(name.subarray(shared), at);
    at += name.length - shared;
    this.#bytes[at++] = 0;
    this.#at = at;
    this.#previous = name;
    return name.length;
  }

  extension(name: string, content: Uint8Array): void {
    this.#endRun();
    this.#room(8 + content.length);
    this.#encoder.encodeInto(name, this.#bytes.subarray(this.#at));
    this.#view.setUint32(this.#at + 4, content.length);
    this.#bytes.set(content, this.#at + 8);
    this.#at += 8 + content.length;
  }

  #room(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + length));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Git's offset encoding: seven bits a byte, the highest first, one added for each byte that follows. */
function offsetVarint(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (--rest & 0x7f));
  return bytes;
}
