/** `node mergePlugins.mjs DIST MEGABYTES`: one merge of two plugins of this size, in a process of its own. */
import { Buffer } from 'node:buffer';

const [dist, megabytes] = process.argv.slice(2);
const from = (path) => import(new URL(path, dist).href);
const [{ mergeContents }, { nodeHost }] = await Promise.all([
  from('../build/merge/index.js'),
  from('../build/platform/node/index.js'),
]);

const subrecord = (type, data) => {
  const header = Buffer.alloc(6);
  header.write(type, 'latin1');
  header.writeUInt16LE(data.length, 4);
  return Buffer.concat([header, data]);
};
/** @param start what the header holds from its fourth byte */
const chunk = (type, start, data) => {
  const header = Buffer.alloc(24);
  header.write(type, 'latin1');
  Buffer.from(Uint32Array.from(start).buffer).copy(header, 4);
  return Buffer.concat([header, data]);
};
const DATA = [
  subrecord('EDID', Buffer.from('Thing\0')),
  subrecord('MODT', Buffer.alloc(400, 7)),
  subrecord('DATA', Buffer.alloc(8)),
];
const body = Buffer.concat(DATA);
const record = chunk('MISC', [body.length, 0, 0, 0, 131], body);
const count = Math.floor((Number(megabytes) * 1e6) / record.length);

function plugin(isChanged) {
  const records = Buffer.alloc(count * record.length);
  for (let each = 0; each < count; each++) {
    const at = each * record.length;
    record.copy(records, at);
    records.writeUInt32LE(0x01000800 + each, at + 12);
    if (isChanged(each)) records[at + record.length - 8] = 2;
  }
  const hedr = Buffer.from(Uint32Array.of(0x3f800000, count + 1, 0x800 + count).buffer);
  const tes4 = Buffer.concat([
    subrecord('HEDR', hedr),
    subrecord('MAST', Buffer.from('Fallout4.esm\0')),
    subrecord('DATA', Buffer.alloc(8)),
  ]);
  const label = Buffer.from('MISC').readUInt32LE();
  return Buffer.concat([
    chunk('TES4', [tes4.length, 0, 0, 0, 131], tes4),
    chunk('GRUP', [24 + records.length, label, 0, 0, 0], records),
  ]);
}

const base = plugin(() => false);
const ours = plugin((each) => each % 100 === 1);
const theirs = plugin((each) => each % 100 === 51);
const started = performance.now();
const outcome = mergeContents({ path: 'Large.esp', base, ours, theirs, codec: nodeHost().codec });
const ms = performance.now() - started;
if (!outcome.merged || outcome.merged.length !== base.length)
  throw new Error(outcome.conflict ?? 'Records were lost');
process.stdout.write(JSON.stringify({ ms }));
