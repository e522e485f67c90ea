/** The small things that a plugin's bytes are made of, and what is said when they are not. */
import { SyncError } from '../../shared/errors.ts';

export function malformed(reason: string, offset: number): SyncError {
  return new SyncError(
    'MALFORMED_PLUGIN',
    `The plugin is damaged at byte ${offset}: ${reason}. Take an earlier version of it, or save it again in the Creation Kit.`,
    { data: { offset, reason } },
  );
}

/** Four bytes as characters, one for each byte. */
export function typeAt(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(
    bytes[offset] as number,
    bytes[offset + 1] as number,
    bytes[offset + 2] as number,
    bytes[offset + 3] as number,
  );
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Text up to the first NUL, one character for each byte: game files are Windows-1252 or UTF-8, by language. */
export function zstring(data: Uint8Array): string {
  let text = '';
  for (const byte of data) {
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
}
