/** The edits of the show: what a modder does in a day, on whatever the project holds, each timed until it is over there. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { filesIn } from './projectFolder.mjs';
import { Failed } from './stage.mjs';

const SCRIPT = /\.(psc|txt|md|xml|ini|json)$/i;
const PLUGIN = /\.es[pml]$/i;
const ASSET = /\.(dds|nif|ba2|wav|xwm|fuz|png|tga)$/i;
/** Milliseconds. */
const LONGEST_WAIT = 60_000;
const COMPRESSED = 0x00040000;

/** @returns what can be shown with these files, in order: who does it, what, to which file, and the new content */
export async function editsFor(folder, dist) {
  const files = filesIn(folder).filter(
    ({ path, link }) => !link && !/(^|\/)\.[^/]*$/.test(path) && statSync(join(folder, path)).size > 0,
  );
  // the most typical of a kind: a Papyrus source before any other text
  const first = (pattern, preferred = pattern) =>
    (files.find(({ path }) => preferred.test(path)) ?? files.find(({ path }) => pattern.test(path)))?.path;
  const script = first(SCRIPT, /\.psc$/i);
  const plugin = first(PLUGIN);
  const asset = first(ASSET, /\.dds$/i);
  const { parsePlugin, eachRecord } = await import(new URL('bethesda/index.js', dist));
  const note = 'Notes from Bob/für später [1].txt';
  return [
    script && { who: 'Alice', what: 'edits a script', path: script, change: appendLine(script) },
    plugin && {
      who: 'Bob',
      what: 'edits the plugin',
      path: plugin,
      change: (bytes) => editPlugin(bytes, parsePlugin, eachRecord),
    },
    asset && {
      who: 'Alice',
      what: `edits a ${asset.split('.').at(-1)} asset`,
      path: asset,
      change: editAsset,
    },
    {
      who: 'Bob',
      what: 'adds a file',
      path: note,
      change: () => Buffer.from('Ask Alice about the beacon.\n'),
    },
    script && { who: 'Bob', what: 'edits the same script', path: script, change: appendLine(script) },
    { who: 'Alice', what: 'deletes a file', path: note, change: () => undefined },
  ].filter((edit) => edit);
}

function appendLine(path) {
  const comment = /\.psc$/i.test(path)
    ? ['; ', '']
    : /\.(xml|md)$/i.test(path)
      ? ['<!-- ', ' -->']
      : ['', ''];
  return (bytes) => {
    // JSON stays valid with one more blank line; two-byte text stays what it is
    const plain = /\.json$/i.test(path) || bytes.includes(0) ? '\n' : undefined;
    const line = plain ?? `${comment[0]}edited at ${new Date().toISOString()}${comment[1]}\n`;
    return Buffer.concat([bytes, Buffer.from(line, bytes[0] === 0xff ? 'utf16le' : 'utf8')]);
  };
}

/** One value of one record, as the Creation Kit changes it; where there is none, the record's version control field. */
function editPlugin(bytes, parsePlugin, eachRecord) {
  const changed = Buffer.from(bytes);
  const plugin = parsePlugin(changed);
  let last = plugin.tes4;
  eachRecord(plugin, (record) => {
    if (!(record.flags & COMPRESSED)) last = record;
  });
  // the views are into `changed`
  last.header[16] = (last.header[16] + 1) & 0xff;
  return changed;
}

function editAsset(bytes) {
  const changed = Buffer.from(bytes);
  // a few pixels at the end; headers stay
  for (let at = Math.max(128, changed.length - 64); at < changed.length; at++) changed[at] ^= 0x5a;
  return changed;
}

/**
 * Saves on one side and waits for it on the other.
 * @returns milliseconds from the save to the same bytes over there
 */
export async function showEdit({ path, change }, from, to, signal) {
  const here = join(from.folder, path);
  const there = join(to.folder, path);
  const content = change(existsSync(here) ? readFileSync(here) : Buffer.alloc(0));
  mkdirSync(dirname(here), { recursive: true });
  if (content) writeFileSync(here, content);
  else rmSync(here);
  const saved = performance.now();
  while (!arrived(there, content)) {
    signal.throwIfAborted();
    if (performance.now() - saved > LONGEST_WAIT)
      throw new Failed(
        `${path}: ${from.name}'s edit did not reach ${to.name} within ${LONGEST_WAIT / 1000} s.`,
      );
    await pause(5);
  }
  return performance.now() - saved;
}

function arrived(path, content) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!content || !stat) return !content && !stat;
  try {
    return stat.size === content.length && readFileSync(path).equals(content);
  } catch {
    // it was just being replaced
    return false;
  }
}
