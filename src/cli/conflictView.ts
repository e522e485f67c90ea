/** One conflict as a person sees it on a terminal: who changed what, and both sides beside each other. Pure. */
import type { ConflictHunk, ConflictRecord, ConflictSide, HunkSide, SyncConflict } from '../index.ts';
import { ago, count, firstLine, shown, size, width as widthOf } from './format.ts';
import type { Colour, Paint } from './output.ts';

/** @param width characters in a line */
export function conflictView(conflict: SyncConflict, width: number, paint: Paint): string[] {
  const { path, kind, reason, hunks = [], records = [], decided } = conflict;
  const state = decided ? paint('green', `  decided: ${decided}`) : '';
  const lines = [`${paint('bold', shown(path))}  ${paint('dim', kind)}${state}`, `  ${shown(reason)}`];
  for (const [name, side] of [
    ['base', conflict.base],
    ['yours', conflict.ours],
    ['theirs', conflict.theirs],
  ] as const)
    lines.push(`  ${name.padEnd(6)}  ${sideText(side, paint)}`);
  for (const hunk of hunks) lines.push('', ...hunkLines(hunk, hunks.length, width, paint));
  for (const record of records) lines.push('', ...recordLines(record, width, paint));
  lines.push('', ...choicesOf(conflict), '');
  return lines;
}

function sideText(side: ConflictSide | undefined, paint: Paint): string {
  if (!side) return paint('dim', 'not there');
  const words = [side.blobId.slice(0, 7), size(side.size)];
  if (side.author) words.push(shown(side.author.name));
  if (side.timestamp) words.push(ago(side.timestamp));
  return `${words.join(', ')}${side.message ? paint('dim', `  ${firstLine(side.message)}`) : ''}`;
}

function choicesOf({ path, kind, hunks, records }: SyncConflict): string[] {
  const name = asTyped(shown(path));
  const [hunk] = hunks?.filter(({ decided }) => decided === undefined) ?? [];
  const [record] = records ?? [];
  const isWhole = !hunk && !record && SIDE_BY_SIDE.includes(kind);
  return [
    ...(hunk
      ? [`  modsync resolve ${name} --hunk ${hunk.number}=local   (or remote${hunk.name ? '' : ', both'})`]
      : []),
    ...(record ? [`  modsync resolve ${name} --record ${record.formId}=local   (or remote)`] : []),
    `  modsync resolve ${name} --use local   (or remote${hunk || record ? ', for the whole file' : ''})`,
    ...(isWhole ? [`  modsync resolve ${name} --use both    (theirs beside yours, under another name)`] : []),
  ];
}

/** For every shell where that is possible: `cmd` knows double quotes only. */
function asTyped(path: string): string {
  if (!/[^\p{L}\p{M}\p{N}_./+@%:,=-]/u.test(path)) return path;
  return /["$`\\!]/.test(path) ? `'${path.replaceAll("'", `'\\''`)}'` : `"${path}"`;
}

const SIDE_BY_SIDE: readonly SyncConflict['kind'][] = ['both-modified', 'both-added', 'rename-rename'];

/** Three columns need this much each, or the base goes below the other two. */
const NARROWEST = 36;

interface Column {
  readonly title: string;
  readonly lines: readonly string[];
  readonly colour: (line: string) => Colour | undefined;
}

function hunkLines(hunk: ConflictHunk, of: number, width: number, paint: Paint): string[] {
  const { number, name, base, ours, theirs, decided } = hunk;
  const column = (title: string, side: HunkSide, colour: Column['colour']): Column => ({
    title: side.line === undefined ? title : `${title}, line ${side.line}`,
    lines: side.lines.length > 0 ? side.lines : ['(nothing)'],
    colour: (line) => (side.lines.length > 0 ? colour(line) : 'dim'),
  });
  const was = new Set(base.lines);
  const kept = new Set([...ours.lines, ...theirs.lines]);
  const began = column('both began with', base, (line) => (kept.has(line) ? undefined : 'red'));
  const sides = [
    column('yours', ours, (line) => (was.has(line) ? undefined : 'green')),
    column('theirs', theirs, (line) => (was.has(line) ? undefined : 'cyan')),
  ];
  const title = `place ${number} of ${of}${name === undefined ? '' : `  ${shown(name)}`}`;
  const state = decided ? paint('green', `  decided: ${decided}`) : '';
  const body =
    width >= 3 * NARROWEST + 8
      ? beside([began, ...sides], width, paint)
      : [...beside(sides, width, paint), ...beside([began], width, paint)];
  return [paint('magenta', title) + state, ...body];
}

const GAP = ' │ ';

function beside(columns: readonly Column[], width: number, paint: Paint): string[] {
  const room = Math.max(12, Math.floor((width - 2 - GAP.length * (columns.length - 1)) / columns.length));
  const cells = columns.map(({ lines, colour }) =>
    lines.flatMap((line) => wrapped(shown(line), room).map((text) => ({ text, colour: colour(line) }))),
  );
  const rows = [`  ${columns.map(({ title }) => paint('dim', padded(title, room))).join(GAP)}`.trimEnd()];
  for (let at = 0; at < Math.max(...cells.map((list) => list.length)); at++) {
    const row = cells.map((list) => {
      const { text, colour } = list[at] ?? { text: '', colour: undefined };
      const cell = padded(text, room);
      return colour ? paint(colour, cell) : cell;
    });
    rows.push(`  ${row.join(GAP)}`.trimEnd());
  }
  return rows;
}

function recordLines(record: ConflictRecord, width: number, paint: Paint): string[] {
  const { formId, type, editorId, groupPath, kind, reason, rows } = record;
  const name = editorId === undefined ? '' : ` ${shown(editorId)}`;
  const title = paint('magenta', `${type}${name}  ${formId}`);
  const lines = [`${title}  ${paint('dim', kind)}`];
  lines.push(`  ${reason}${groupPath ? paint('dim', `  in ${shown(groupPath)}`) : ''}`);
  const changed = rows.filter(({ changedBy }) => changedBy !== 'nobody');
  if (changed.length > 0) lines.push(...table(changed, width, paint));
  const same = rows.length - changed.length;
  if (same > 0) lines.push(paint('dim', `  ${count(same, 'subrecord')} the same`));
  return lines;
}

function table(rows: ConflictRecord['rows'], width: number, paint: Paint): string[] {
  const names = Math.min(28, Math.max(...rows.map(({ name }) => widthOf(shown(name)))));
  const room = Math.max(8, Math.floor((width - 2 - names - 6) / 3));
  const line = (cells: readonly string[]) => `  ${cells.join('  ')}`.trimEnd();
  const heads = ['base', 'yours', 'theirs'].map((head) => paint('dim', padded(head, room)));
  return [
    line([' '.repeat(names), ...heads]),
    ...rows.map(({ name, base, ours, theirs, changedBy }) => {
      const from = sameUpTo([base, ours, theirs], room);
      const cell = (text: string | undefined, colour: Colour | undefined) => {
        const whole = text === undefined ? '–' : shown(text);
        const words = padded(cut(from > 0 ? `…${whole.slice(from)}` : whole, room), room);
        return colour ? paint(colour, words) : words;
      };
      const byUs = changedBy === 'ours' || changedBy === 'both' || changedBy === 'alike';
      const byThem = changedBy === 'theirs' || changedBy === 'both' || changedBy === 'alike';
      return line([
        padded(cut(shown(name), names), names),
        cell(base, undefined),
        cell(ours, byUs ? 'green' : undefined),
        cell(theirs, byThem ? 'cyan' : undefined),
      ]);
    }),
  ];
}

/** Where to begin so that what differs can be seen: 0 where it shows anyway. */
function sameUpTo(texts: readonly (string | undefined)[], room: number): number {
  const [first = '', ...others] = texts.flatMap((text) => (text === undefined ? [] : shown(text)));
  let same = 0;
  while (same < first.length && others.every((text) => text[same] === first[same])) same++;
  return same > room - SEEN && same < first.length ? same - LEAD : 0;
}

/** Characters of the difference that are to be in sight, and of what stands before it. */
const SEEN = 8;
const LEAD = 6;

const padded = (text: string, to: number): string => text + ' '.repeat(Math.max(0, to - widthOf(text)));

const cut = (text: string, to: number): string =>
  widthOf(text) > to ? `${[...text].slice(0, to - 1).join('')}…` : text;

function wrapped(text: string, to: number): string[] {
  const characters = [...text];
  const lines: string[] = [];
  for (let at = 0; at < characters.length; at += to) lines.push(characters.slice(at, at + to).join(''));
  return lines.length > 0 ? lines : [''];
}
