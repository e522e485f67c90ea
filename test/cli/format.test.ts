import { folderNameFor } from '../../src/cli/commands/clone.ts';
import { ago, columns, count, duration, shown, size } from '../../src/cli/format.ts';
import { describe as describeProgress, Rate } from '../../src/cli/progressBar.ts';
import { hasColours } from '../../src/cli/terminal.ts';

test('sizes are short and in the unit that fits', () => {
  expect([0, 999, 1000, 1234, 99_949, 150_000, 999_600, 27_100_000, 3e12].map(size)).toEqual([
    '0 B',
    '999 B',
    '1.0 KB',
    '1.2 KB',
    '99.9 KB',
    '150 KB',
    '1.0 MB',
    '27.1 MB',
    '3.0 TB',
  ]);
});

test('durations read as people say them', () => {
  expect([12.4, 2140, 59_990, 200_000, 7_500_000].map(duration)).toEqual([
    '12 ms',
    '2.1 s',
    '1 min 0 s',
    '3 min 20 s',
    '2 h 5 min',
  ]);
});

test('times are relative to now', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  const before = (seconds: number) => ago(new Date(now - seconds * 1000).toISOString(), now);
  expect([1, 59, 60, 7200, 86_400 * 3, 86_400 * 20, 86_400 * 400].map(before)).toEqual([
    'just now',
    '59 seconds ago',
    '1 minute ago',
    '2 hours ago',
    '3 days ago',
    '2 weeks ago',
    '1 year ago',
  ]);
  expect(ago('nonsense')).toBe('at an unknown time');
});

test('columns line up, colours or not', () => {
  expect(columns([['a', 'x'], ['\x1b[31mbbb\x1b[39m', 'y'], ['cc']])).toEqual([
    'a    x',
    '\x1b[31mbbb\x1b[39m  y',
    'cc',
  ]);
  expect(count(1, 'file')).toBe('1 file');
  expect(count(12_345, 'mesh', 'meshes')).toBe('12,345 meshes');
});

test('names from other machines cannot steer the terminal', () => {
  expect(shown('a\x1b[2Jb\rc\u202egpj.exe')).toBe('a\\x1b[2Jb\\x0dc\\x202egpj.exe');
  expect(shown('two\nlines')).toBe('two lines');
  expect(shown('two\n\tlines', { lines: true })).toBe('two\n\tlines');
  expect(shown('Für später 雪.psc')).toBe('Für später 雪.psc');
});

test('a folder is named after a project only as far as every system allows', () => {
  const names = ['My Mod: Rebirth', '../../etc', 'x7.git', 'CON', '  ...', 'a/b\\c', 'Für später'];
  expect(names.map(folderNameFor)).toEqual([
    'My Mod- Rebirth',
    'etc',
    'x7',
    'project-CON',
    'project-',
    'a-b-c',
    'Für später',
  ]);
});

test('progress says how far, how fast and how long', () => {
  const line = describeProgress(
    { phase: 'upload', files: 3, totalFiles: 8, bytes: 12_300_000, totalBytes: 24_600_000 },
    4_100_000,
  );
  expect(line).toMatch(
    /^Uploading +█{12}░{12} {3}50% {2}12.3 MB of 24.6 MB {2}3\/8 files {2}4.1 MB\/s {2}3 s left$/,
  );
  expect(describeProgress({ phase: 'scan', files: 10, bytes: 0 }, 0)).toMatch(
    /^Looking for changes +10 files$/,
  );
});

test('the rate is that of the last seconds', () => {
  const rate = new Rate();
  const at = (now: number, bytes: number) => rate.after({ phase: 'upload', files: 0, bytes }, now);
  at(0, 0);
  for (let now = 100; now <= 10_000; now += 100) at(now, now * 10);
  expect(at(10_100, 101_000)).toBeCloseTo(10_000, -2);
  // a stalled line shows
  for (let now = 10_200; now <= 16_000; now += 100) at(now, 101_000);
  expect(at(16_100, 101_000)).toBe(0);
});

test('colours are for terminals, and NO_COLOR turns them off', () => {
  const sink = { write: () => undefined, isTTY: true };
  expect(hasColours(sink, {})).toBe(true);
  expect(hasColours(sink, { NO_COLOR: '1' })).toBe(false);
  expect(hasColours(sink, { TERM: 'dumb' })).toBe(false);
  expect(hasColours({ write: () => undefined }, {})).toBe(false);
  expect(hasColours({ write: () => undefined }, { FORCE_COLOR: '1' })).toBe(true);
});
