/** What a record holds: its payload, inflated on demand, and the subrecords in it. */
import type { Codec } from '../../platform/index.ts';
import { malformed, typeAt, viewOf, zstring } from './fields.ts';
import { type PluginRecord, RECORD_FLAG, type Subrecord } from './types.ts';

export type Inflate = Pick<Codec, 'inflate'>;

/** zlib cannot expand further than this; a larger claim is false, and nothing is allocated for it. */
const MAX_RATIO = 1032;

/**
 * The record's data, inflated where it is compressed.
 * @throws SyncError `MALFORMED_PLUGIN`
 */
export function payloadOf(record: PluginRecord, codec: Inflate): Uint8Array {
  if (!(record.flags & RECORD_FLAG.compressed)) return record.data;
  const { data, offset, type } = record;
  if (data.length < 4) throw malformed(`a compressed ${type} record without its size`, offset);
  const size = viewOf(data).getUint32(0, true);
  if (size > (data.length - 4) * MAX_RATIO + 64)
    throw malformed(`a compressed ${type} record that claims ${size} bytes`, offset);
  let payload: Uint8Array;
  try {
    payload = codec.inflate(data.subarray(4), size).data;
  } catch (error) {
    throw malformed(`a compressed ${type} record that cannot be inflated (${String(error)})`, offset);
  }
  if (payload.length !== size)
    throw malformed(`a compressed ${type} record of ${payload.length} bytes instead of ${size}`, offset);
  return payload;
}

/**
 * Splits a payload. `XXXX` is taken up into the subrecord that it measures.
 * @param offset of the payload, for the message of an error
 * @throws SyncError `MALFORMED_PLUGIN`
 */
export function subrecords(payload: Uint8Array, offset = 0): Subrecord[] {
  const view = viewOf(payload);
  const found: Subrecord[] = [];
  let at = 0;
  let longSize: number | undefined;
  while (at < payload.length) {
    if (payload.length - at < 6) throw malformed('a subrecord without its header', offset + at);
    const type = typeAt(payload, at);
    const size: number = longSize ?? view.getUint16(at + 4, true);
    const start = at + 6;
    if (size > payload.length - start)
      throw malformed(
        `a ${type} subrecord of ${size} bytes where ${payload.length - start} are left`,
        offset + at,
      );
    if (type === 'XXXX' && longSize === undefined) {
      if (size !== 4) throw malformed(`an XXXX subrecord of ${size} bytes instead of 4`, offset + at);
      longSize = view.getUint32(start, true);
    } else {
      found.push({ type, data: payload.subarray(start, start + size), long: longSize !== undefined });
      longSize = undefined;
    }
    at = start + size;
  }
  if (longSize !== undefined) throw malformed('an XXXX subrecord with nothing after it', offset + at);
  return found;
}

/**
 * The subrecords of a record.
 * @throws SyncError `MALFORMED_PLUGIN`
 */
export const subrecordsOf = (record: PluginRecord, codec: Inflate): Subrecord[] =>
  subrecords(payloadOf(record, codec), record.offset);

/** The name that people know a record by, where it has one. */
export function editorIdOf(record: PluginRecord, codec: Inflate): string | undefined {
  for (const { type, data } of subrecordsOf(record, codec)) if (type === 'EDID') return zstring(data);
  return undefined;
}
