/** FormIDs that a record mentions, found without a schema: any four bytes that are one of those looked for. */
import { type Inflate, type PluginRecord, payloadOf } from '../../bethesda/index.ts';

/**
 * A number or a text can look like a FormID: what is found may be a reference, what is not found is none.
 * @param wanted FormIDs of one plugin's own records: all with the same top byte, `index`
 */
export function mentioned(
  record: PluginRecord,
  wanted: ReadonlyMap<number, unknown>,
  index: number,
  codec: Inflate,
): Set<number> {
  const found = new Set<number>();
  const payload = payloadOf(record, codec);
  for (let at = 3; at < payload.length; at++) {
    if (payload[at] !== index) continue;
    const formId =
      ((payload[at - 3] as number) |
        ((payload[at - 2] as number) << 8) |
        ((payload[at - 1] as number) << 16) |
        (index << 24)) >>>
      0;
    if (wanted.has(formId)) found.add(formId);
  }
  return found;
}
