/** The pointer file that Git holds in place of an asset. Source: git-lfs `docs/spec.md`. */
import type { AssetRef } from '../ports/assetStore.ts';
import { exactText, utf8 } from '../shared/bytes.ts';
import { isOid } from '../shared/ids.ts';

/** A blob of this many bytes or more is never a pointer. */
export const MAX_POINTER_LENGTH = 1024;

const VERSION = 'https://git-lfs.github.com/spec/v1';
const VERSIONS: ReadonlySet<string> = new Set([
  VERSION,
  'https://hawser.github.com/spec/v1',
  'http://git-media.io/v/2',
]);
const KEYS = ['version', 'oid', 'size'] as const;
const EXTENSION = /^ext-\d-\w+$/;
const SIZE = /^\d{1,16}$/;
/** What git-lfs strips around a pointer. A byte order mark is not among it. */
const SURROUNDING_SPACE = /^[ \t\n\v\f\r\u0085\u00a0]+|[ \t\n\v\f\r\u0085\u00a0]+$/g;

export interface Pointer extends AssetRef {
  /**
   * The `ext-` lines as they stand. Where there are any, the asset's bytes are not the file's content: a program
   * that made them (configured in git-lfs) must undo its work first. We never write any.
   */
  readonly extensions: readonly string[];
}

/** Byte for byte what git-lfs writes. An empty file has no pointer: its blob is empty too. */
export const formatPointer = ({ oid, size }: AssetRef): Uint8Array =>
  utf8(`version ${VERSION}\noid sha256:${oid}\nsize ${size}\n`);

/** Most of what is asked about is no pointer, and says so in its first character: not `version`, nor `ext-`. */
function mayBegin(bytes: Uint8Array): boolean {
  let at = 0;
  while ((bytes[at] ?? 0xff) <= 0x20) at++;
  const first = bytes[at] ?? 0;
  // white space beyond ASCII is left to the patterns
  return first === 0x76 || first === 0x65 || first >= 0x80;
}

/**
 * As lenient as git-lfs about older version lines, blank lines, CRLF and white space around; strict about values: an
 * oid is 64 lowercase hex digits, a size is 0 to 2^53-1. `undefined` for whatever else: then it is content like any
 * other, never an error. So is an empty blob, which stands for an empty file.
 */
export function parsePointer(bytes: Uint8Array): Pointer | undefined {
  if (bytes.length === 0 || bytes.length >= MAX_POINTER_LENGTH || !mayBegin(bytes)) return undefined;
  const whole = exactText(bytes);
  if (whole === undefined) return undefined;

  const values: string[] = [];
  const extensions: string[] = [];
  for (const raw of whole.replace(SURROUNDING_SPACE, '').split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === '') continue;
    const expected = KEYS[values.length];
    if (expected === undefined) return undefined;
    const space = line.indexOf(' ');
    if (space < 0) return undefined;
    const key = line.slice(0, space);
    if (key === expected) values.push(line.slice(space + 1));
    else if (EXTENSION.test(key)) extensions.push(line);
    else return undefined;
  }

  const [version, hash, digits] = values;
  if (version === undefined || hash === undefined || digits === undefined) return undefined;
  if (!VERSIONS.has(version) || !hash.startsWith('sha256:') || !SIZE.test(digits)) return undefined;
  const oid = hash.slice('sha256:'.length);
  const size = Number(digits);
  return isOid(oid) && Number.isSafeInteger(size) ? { oid, size, extensions } : undefined;
}
