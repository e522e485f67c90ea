/** What every form of a Git object shares: its types, its name, its limits. Source: gitformat-pack(5). */
import type { Codec } from '../../platform/index.ts';
import { utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import type { GitObject, ObjectType } from '../../shared/git.ts';
import type { ObjectId } from '../../shared/ids.ts';

/** Objects live in memory whole; what is larger than this belongs into LFS, and hostile sizes stop here. */
export const MAX_OBJECT_SIZE = 1 << 30;
/** Git's own limit for the chains that it writes. */
export const MAX_DELTA_DEPTH = 4095;
export const ID_LENGTH = 20;

export const malformed = (what: string, cause?: unknown): SyncError =>
  new SyncError(
    'MALFORMED_OBJECT',
    `${what}. The repository's or the remote's data is damaged: "git fsck" in the project says what is broken; a fresh clone mends it.`,
    { cause },
  );

export const missing = (id: ObjectId): SyncError =>
  new SyncError(
    'OBJECT_MISSING',
    `The Git object ${id} is not in this repository. "git fsck" says what is missing; a new clone has it: modsync clone URL`,
    { data: { id } },
  );

export const tooLarge = (size: number): SyncError =>
  new SyncError(
    'MALFORMED_OBJECT',
    `A Git object says that it has ${size} bytes; at most ${MAX_OBJECT_SIZE} are read. Larger files belong into LFS ("git lfs migrate").`,
    { data: { size } },
  );

const headers = new Map<ObjectType, string>([
  ['commit', 'commit '],
  ['tree', 'tree '],
  ['blob', 'blob '],
  ['tag', 'tag '],
]);

export const isObjectType = (text: string): text is ObjectType => headers.has(text as ObjectType);

/** `blob 12\0`: what stands before the content when it is hashed, and in a loose object. */
export const objectHeader = (type: ObjectType, size: number): Uint8Array =>
  utf8(`${headers.get(type)}${size}\0`);

export const hashObject = (codec: Codec, { type, data }: GitObject): ObjectId =>
  // The hash of a Git object is what an object id is.
  codec.sha1().update(objectHeader(type, data.length)).update(data).hex() as ObjectId;

const nibble = (code: number): number => (code < 58 ? code - 48 : code - 87);

/** Twenty bytes of an id into `target`. */
export function writeId(target: Uint8Array, at: number, id: ObjectId): void {
  for (let i = 0; i < ID_LENGTH; i++) {
    target[at + i] = (nibble(id.charCodeAt(i * 2)) << 4) | nibble(id.charCodeAt(i * 2 + 1));
  }
}

export function idBytes(id: ObjectId): Uint8Array {
  const bytes = new Uint8Array(ID_LENGTH);
  writeId(bytes, 0, id);
  return bytes;
}
