/**
 * A second, independent reader of plugins, written apart from src/bethesda: it walks sizes with a DataView, checks
 * that they fill each other exactly, and counts. Throws on the first thing that does not fit.
 */
export interface PluginCheck {
  /** What HEDR says there is. */
  readonly declared: number;
  readonly records: number;
  readonly groups: number;
  readonly nextObjectId: number;
  /** `EDID` text by FormID. */
  readonly editorIds: ReadonlyMap<number, string>;
  readonly masters: readonly string[];
}

export function checkPlugin(file: Uint8Array): PluginCheck {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tag = (at: number) => String.fromCharCode(...file.subarray(at, at + 4));
  const editorIds = new Map<number, string>();
  const masters: string[] = [];
  let records = 0;
  let groups = 0;
  let declared = -1;
  let nextObjectId = -1;

  const walk = (from: number, to: number): void => {
    let at = from;
    while (at < to) {
      const size = view.getUint32(at + 4, true);
      const isGroup = tag(at) === 'GRUP';
      const end = at + (isGroup ? size : size + 24);
      if (end > to || end < at + 24) throw new Error(`${tag(at)} at ${at} ends at ${end}, outside ${to}`);
      if (isGroup) {
        groups++;
        walk(at + 24, end);
      } else {
        records++;
        if ((view.getUint32(at + 8, true) & 0x40000) === 0) fields(at, end);
      }
      at = end;
    }
    if (at !== to) throw new Error(`the content of ${from} ends at ${at} instead of ${to}`);
  };
  const fields = (record: number, end: number): void => {
    let big = 0;
    for (let at = record + 24; at < end; ) {
      const size = big || view.getUint16(at + 4, true);
      const body = file.subarray(at + 6, at + 6 + size);
      if (at + 6 + size > end) throw new Error(`${tag(at)} at ${at} leaves its record`);
      big = tag(at) === 'XXXX' ? view.getUint32(at + 6, true) : 0;
      const string = () => new TextDecoder().decode(body.subarray(0, body.indexOf(0)));
      if (tag(at) === 'EDID') editorIds.set(view.getUint32(record + 12, true), string());
      if (tag(at) === 'MAST') masters.push(string());
      if (tag(at) === 'HEDR') {
        declared = view.getUint32(at + 10, true);
        nextObjectId = view.getUint32(at + 14, true);
      }
      at += 6 + size;
    }
  };
  walk(0, file.length);
  return { declared, records: records - 1, groups, nextObjectId, editorIds, masters };
}
