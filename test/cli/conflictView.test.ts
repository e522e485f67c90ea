/** A conflict on a terminal: both sides beside each other, within its width, and what differs in sight. */
import { conflictView } from '../../src/cli/conflictView.ts';
import { width as widthOf } from '../../src/cli/format.ts';
import type { SyncConflict } from '../../src/shared/types.ts';

const plain = (_colour: unknown, text: string) => text;
const side = (blobId: string) => ({ blobId, size: 10 });
const conflict = {
  conflictId: 'c',
  projectId: 'p',
  path: 'My Mod.esp',
  kind: 'both-modified',
  reason: 'Both of you changed it.',
  base: side('a'.repeat(40)),
  ours: side('b'.repeat(40)),
  theirs: side('c'.repeat(40)),
} as unknown as SyncConflict; // ids are brands
const hunk = {
  number: 1,
  base: { line: 3, lines: ['the same long line that both began with, in all its length and 世界'] },
  ours: { line: 3, lines: ['mine'] },
  theirs: { line: 4, lines: ['hers', 'and more'] },
};

test.each([40, 60, 100, 200])('places stand side by side in %i columns', (width) => {
  const lines = conflictView({ ...conflict, hunks: [hunk] }, width, plain).map((line) => line.trimEnd());
  const body = lines.slice(
    lines.findIndex((line) => line.startsWith('place 1')),
    -4,
  );
  for (const line of body) expect(widthOf(line)).toBeLessThanOrEqual(width);
  expect(body.some((line) => /mine +│ hers/.test(line))).toBe(true);
  // the base stands beside them where there is room, else below
  expect(body.some((line) => /both began with.*│ yours.*│ theirs/.test(line))).toBe(width >= 116);
});

test('a subrecord’s difference is in sight, however far behind', () => {
  const text = (last: string) => `${'0123456789abcdef'.repeat(8)}${last}`;
  const row = { type: 'DATA', name: 'DATA', changedBy: 'both' as const };
  const record = {
    formId: '01000800',
    type: 'MISC',
    groupPath: 'MISC',
    kind: 'both-modified' as const,
    reason: 'Both.',
    rows: [{ ...row, base: text('base'), ours: text('mine'), theirs: text('hers') }],
  };
  for (const width of [60, 100]) {
    const lines = conflictView({ ...conflict, records: [record] }, width, plain);
    expect(lines.find((line) => line.includes('DATA'))).toMatch(/…\w+base +…\w+mine +…\w+hers/);
    for (const line of lines.filter((one) => one.includes('…')))
      expect(widthOf(line)).toBeLessThanOrEqual(width);
  }
  for (const [path, typed] of [
    ['My Mod.esp', '"My Mod.esp"'],
    ["it's.txt", `"it's.txt"`],
    ['a&b (1).txt', '"a&b (1).txt"'],
    ["it's $HOME.txt", `'it'\\''s $HOME.txt'`],
    ['Größe/a-b_1.psc', 'Größe/a-b_1.psc'],
  ] as const)
    expect(conflictView({ ...conflict, path }, 80, plain).join('\n')).toContain(
      `resolve ${typed} --use both`,
    );
});
