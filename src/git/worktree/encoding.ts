/** `working-tree-encoding`: UTF-16 on disk (as the game's translation files are), UTF-8 in the blob. */

import { exactText, utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';

interface Utf16 {
  readonly littleEndian: boolean;
  /** Whether the file on disk begins with a byte order mark. */
  readonly mark: boolean;
  /** The mark says which end comes first. */
  readonly byMark: boolean;
}

const ENCODINGS: Readonly<Record<string, Utf16>> = {
  'UTF-16': { littleEndian: true, mark: true, byMark: true },
  'UTF-16LE-BOM': { littleEndian: true, mark: true, byMark: true },
  'UTF-16BE-BOM': { littleEndian: false, mark: true, byMark: true },
  'UTF-16LE': { littleEndian: true, mark: false, byMark: false },
  'UTF-16BE': { littleEndian: false, mark: false, byMark: false },
};

/** `undefined`: nothing to convert. @throws SyncError `UNSUPPORTED_REPOSITORY` for other encodings */
function encodingOf(name: string | boolean | undefined, path: string): Utf16 | undefined {
  if (typeof name !== 'string' || name === '' || /^utf-?8$/i.test(name)) return undefined;
  const encoding = ENCODINGS[name.toUpperCase().replace(/^UTF16/, 'UTF-16')];
  if (encoding) return encoding;
  throw new SyncError(
    'UNSUPPORTED_REPOSITORY',
    `${path} has working-tree-encoding=${name} in .gitattributes; modsync knows UTF-8 and the UTF-16 ones. Change or remove that attribute.`,
    { data: { path, encoding: name } },
  );
}

/** @throws SyncError `INVALID_INPUT` when the file is not in the encoding that its attribute names */
export function decodeFromDisk(
  bytes: Uint8Array,
  name: string | boolean | undefined,
  path: string,
): Uint8Array {
  const encoding = encodingOf(name, path);
  if (!encoding || bytes.length === 0) return bytes;
  const big = bytes[0] === 0xfe && bytes[1] === 0xff;
  const little = bytes[0] === 0xff && bytes[1] === 0xfe;
  const refuse = (what: string): never => {
    throw new SyncError(
      'INVALID_INPUT',
      `${path} is to be ${name} (.gitattributes), but ${what}. Save it again in that encoding.`,
      {
        data: { path, encoding: name },
      },
    );
  };
  if (encoding.mark !== (big || little))
    refuse(encoding.mark ? 'has no byte order mark' : 'has a byte order mark');
  const littleEndian = encoding.byMark ? little : encoding.littleEndian;
  try {
    const decoder = new TextDecoder(littleEndian ? 'utf-16le' : 'utf-16be', { fatal: true, ignoreBOM: true });
    return utf8(decoder.decode(encoding.mark ? bytes.subarray(2) : bytes));
  } catch {
    return refuse('holds bytes that are not');
  }
}

/** A blob that is not UTF-8 goes to disk as it is, as Git leaves it. */
export function encodeForDisk(
  blob: Uint8Array,
  name: string | boolean | undefined,
  path: string,
): Uint8Array {
  const encoding = encodingOf(name, path);
  if (!encoding || blob.length === 0) return blob;
  const text = exactText(blob);
  if (text === undefined) return blob;
  const mark = encoding.mark ? 1 : 0;
  const bytes = new Uint8Array((text.length + mark) * 2);
  const view = new DataView(bytes.buffer);
  if (mark) view.setUint16(0, 0xfeff, encoding.littleEndian);
  for (let i = 0; i < text.length; i++)
    view.setUint16((i + mark) * 2, text.charCodeAt(i), encoding.littleEndian);
  return bytes;
}
