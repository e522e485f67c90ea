/** How values read on a terminal. Pure. */
import { stripVTControlCharacters } from 'node:util';

/** Names and messages come from other people's machines: without what would steer the terminal. */
export function shown(text: string, { lines = false } = {}): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (lines && (character === '\n' || character === '\t')) return character;
    if (character === '\n' || character === '\t') return ' ';
    return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
  });
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `0 B`, `812 B`, `1.4 MB`: powers of 1000, as disks are sold. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** `12,345`. `toLocaleString` would say the same, and takes 10 ms of a command to find out how. */
const grouped = (number: number): string => String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** `1 file`, `3 files`; `plural` where an "s" does not do. */
export const count = (number: number, one: string, plural = `${one}s`): string =>
  `${grouped(number)} ${number === 1 ? one : plural}`;

/** `340 ms`, `2.1 s`, `3 min 20 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const STEPS: readonly (readonly [limit: number, seconds: number, unit: string])[] = [
  [60, 1, 'second'],
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [7 * 86_400, 86_400, 'day'],
  [31 * 86_400, 7 * 86_400, 'week'],
  [365 * 86_400, 30.4 * 86_400, 'month'],
  [Number.POSITIVE_INFINITY, 365 * 86_400, 'year'],
];

/** `just now`, `3 minutes ago`, `2 weeks ago`. @param timestamp ISO 8601 */
export function ago(timestamp: string, now = Date.now()): string {
  const seconds = (now - Date.parse(timestamp)) / 1000;
  if (Number.isNaN(seconds)) return 'at an unknown time';
  if (seconds < 5) return 'just now';
  const [, length, unit] = STEPS.find(([limit]) => seconds < limit) ?? [0, 1, 'second'];
  return `${count(Math.floor(seconds / length), unit)} ago`;
}

/** `14:03:07`, of this machine's clock. */
export const clock = (date = new Date()): string => date.toTimeString().slice(0, 8);

/** In characters, colours left out. */
export const width = (cell: string) => [...stripVTControlCharacters(cell)].length;

/** Columns as wide as their widest cell, two spaces between; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, width(cell));
    });
  return rows.map((row) => {
    const cells = row.map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - width(cell)));
    return (indent + cells.join('  ')).trimEnd();
  });
}

/** The first `limit` of them, and how many more there are. */
export function firstOf<T>(items: readonly T[], limit: number, line: (item: T) => string): string[] {
  const lines = items.slice(0, limit).map(line);
  if (items.length > limit) lines.push(`… and ${grouped(items.length - limit)} more`);
  return lines;
}

export const firstLine = (text: string): string => shown(text.split('\n', 1)[0] ?? '');
