/** Git's binary deltas: copies from a base, and new bytes. Source: gitformat-pack(5), "Deltified representation". */
import { MAX_OBJECT_SIZE, malformed, tooLarge } from './format.ts';

interface Cursor {
  at: number;
}

function readSize(delta: Uint8Array, cursor: Cursor): number {
  let size = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = delta[cursor.at++];
    if (byte === undefined) throw malformed('A delta is cut short');
    size += (byte & 0x7f) * scale;
    if (size > MAX_OBJECT_SIZE || scale > MAX_OBJECT_SIZE) throw tooLarge(size);
    if (!(byte & 0x80)) return size;
  }
}

/** @throws SyncError `MALFORMED_OBJECT` unless the delta fits the base and gives exactly the size it says */
export function applyDelta(base: Uint8Array, delta: Uint8Array): Uint8Array {
  const cursor = { at: 0 };
  if (readSize(delta, cursor) !== base.length) throw malformed('A delta was made for another base');
  const size = readSize(delta, cursor);
  const result = new Uint8Array(size);
  let filled = 0;
  let at = cursor.at;
  while (at < delta.length) {
    const op = delta[at++] as number;
    if (op & 0x80) {
      let offset = 0;
      let length = 0;
      // A byte missing at the end reads as 0 and is caught below, where `at` runs past the end.
      if (op & 0x01) offset = delta[at++] ?? 0;
      if (op & 0x02) offset += (delta[at++] ?? 0) << 8;
      if (op & 0x04) offset += (delta[at++] ?? 0) << 16;
      if (op & 0x08) offset += (delta[at++] ?? 0) * 0x1000000;
      if (op & 0x10) length = delta[at++] ?? 0;
      if (op & 0x20) length += (delta[at++] ?? 0) << 8;
      if (op & 0x40) length += (delta[at++] ?? 0) << 16;
      if (length === 0) length = 0x10000;
      if (at > delta.length || offset + length > base.length || filled + length > size) {
        throw malformed('A delta copies from outside of its base, or more than it says');
      }
      // For a few bytes a loop is faster than the two calls.
      if (length < 24) for (let i = 0; i < length; i++) result[filled + i] = base[offset + i] as number;
      else result.set(base.subarray(offset, offset + length), filled);
      filled += length;
    } else {
      if (op === 0) throw malformed('A delta has the reserved instruction 0');
      if (at + op > delta.length || filled + op > size)
        throw malformed('A delta has more bytes than it says');
      if (op < 24) for (let i = 0; i < op; i++) result[filled + i] = delta[at + i] as number;
      else result.set(delta.subarray(at, at + op), filled);
      at += op;
      filled += op;
    }
  }
  if (filled !== size) throw malformed('A delta gives fewer bytes than it says');
  return result;
}

/** Bytes per indexed piece of the base: a shared run of 2 × BLOCK - 1 bytes is always found. */
const BLOCK = 16;
/** Pieces of one hash that are looked at: repetitive content must not make this quadratic. */
const MAX_CHAIN = 32;
const MULTIPLIER = 0x08088405;
const TOP = (() => {
  let power = 1;
  for (let i = 1; i < BLOCK; i++) power = Math.imul(power, MULTIPLIER);
  return power;
})();

function blockHash(bytes: Uint8Array, at: number): number {
  let hash = 0;
  for (let i = at; i < at + BLOCK; i++) hash = (Math.imul(hash, MULTIPLIER) + (bytes[i] as number)) | 0;
  return hash;
}

/** Non-overlapping blocks of the base by hash: `heads[slot]` is a block number + 1, `next[block]` the one before. */
function indexBlocks(base: Uint8Array) {
  const blocks = Math.floor(base.length / BLOCK);
  const bits = Math.max(4, 32 - Math.clz32(blocks));
  const shift = 32 - bits;
  const heads = new Int32Array(1 << bits);
  const next = new Int32Array(blocks);
  // From the back, so that the first block of a hash is tried first.
  let previous = 0;
  for (let block = blocks - 1; block >= 0; block--) {
    const hash = blockHash(base, block * BLOCK);
    // A run of equal blocks is kept once: the first of them reaches furthest.
    const slot = Math.imul(hash, 0x9e3779b1) >>> shift;
    if (hash === previous && heads[slot] === block + 2) {
      next[block] = next[block + 1] as number;
    } else next[block] = heads[slot] as number;
    heads[slot] = block + 1;
    previous = hash;
  }
  return { heads, next, shift };
}

class DeltaWriter {
  bytes: Uint8Array;
  length = 0;

  constructor(limit: number) {
    this.bytes = new Uint8Array(Math.min(limit, 4096) + 16);
  }

  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array((this.length + more) * 2);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  size(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  insert(target: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const count = Math.min(127, end - at);
      this.reserve(count + 1);
      this.bytes[this.length++] = count;
      this.bytes.set(target.subarray(at, at + count), this.length);
      this.length += count;
      at += count;
    }
  }

  copy(start: number, count: number): void {
    for (let offset = start, left = count; left > 0; ) {
      const length = Math.min(0x10000, left);
      this.reserve(8);
      const opAt = this.length++;
      let op = 0x80;
      for (let i = 0, rest = offset; i < 4; i++, rest = Math.floor(rest / 256)) {
        if (rest % 256 === 0) continue;
        op |= 1 << i;
        this.bytes[this.length++] = rest % 256;
      }
      const coded = length === 0x10000 ? 0 : length;
      for (let i = 0; i < 2; i++) {
        const byte = (coded >> (8 * i)) & 0xff;
        if (byte === 0) continue;
        op |= 0x10 << i;
        this.bytes[this.length++] = byte;
      }
      this.bytes[opAt] = op;
      offset += length;
      left -= length;
    }
  }
}

/**
 * A delta that makes `target` out of `base`, in time linear in both; `undefined` when it would be longer than
 * `limit` bytes.
 */
export function makeDelta(
  base: Uint8Array,
  target: Uint8Array,
  limit = target.length,
): Uint8Array | undefined {
  if (base.length < BLOCK || target.length < BLOCK) return undefined;
  const { heads, next, shift } = indexBlocks(base);
  const writer = new DeltaWriter(limit);
  writer.size(base.length);
  writer.size(target.length);

  let pending = 0; // first byte of the target that no instruction covers yet
  let at = 0;
  let hash = blockHash(target, 0);
  const last = target.length - BLOCK;
  while (at <= last) {
    let bestStart = 0;
    let bestLength = 0;
    let block = heads[Math.imul(hash, 0x9e3779b1) >>> shift] as number;
    for (let tries = 0; block !== 0 && tries < MAX_CHAIN; tries++) {
      const start = (block - 1) * BLOCK;
      let length = 0;
      const most = Math.min(base.length - start, target.length - at);
      while (length < most && base[start + length] === target[at + length]) length++;
      if (length > bestLength) {
        bestLength = length;
        bestStart = start;
        if (length >= 4096) break;
      }
      block = next[block - 1] as number;
    }
    if (bestLength < BLOCK) {
      if (at === last) break;
      hash = (hash - Math.imul(target[at] as number, TOP)) | 0;
      hash = (Math.imul(hash, MULTIPLIER) + (target[at + BLOCK] as number)) | 0;
      at++;
      if (writer.length + (at - pending) > limit) return undefined;
      continue;
    }
    // The match may begin before the block that found it.
    let start = bestStart;
    let from = at;
    while (from > pending && start > 0 && base[start - 1] === target[from - 1]) {
      from--;
      start--;
    }
    writer.insert(target, pending, from);
    writer.copy(start, at + bestLength - from);
    at += bestLength;
    pending = at;
    if (writer.length > limit) return undefined;
    if (at <= last) hash = blockHash(target, at);
  }
  writer.insert(target, pending, target.length);
  return writer.length > limit ? undefined : writer.bytes.subarray(0, writer.length);
}
