/**
 * `mergeText` beside `git merge-file` on seeded edits.
 *
 * Where lines repeat so much that there are several longest common sequences, Git's heuristics may pick another one
 * than we do; the two results then differ in which of equal lines they call changed. That is the one difference
 * accepted, on texts of six lines over and over only, and its rate is bounded here.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeText } from '../../src/merge/index.ts';
import { text, utf8 } from '../../src/shared/bytes.ts';
import { soak } from '../support/mutate.ts';
import { type LineStyle, type TextCase, textCases } from './randomEdits.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'modsync-merge-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The merged text, or `undefined` for a conflict. */
function gitMerge({ base, ours, theirs }: TextCase): string | undefined {
  writeFileSync(join(folder, 'base'), base);
  writeFileSync(join(folder, 'ours'), ours);
  writeFileSync(join(folder, 'theirs'), theirs);
  const { status, stdout } = spawnSync('git', ['merge-file', '-p', 'ours', 'base', 'theirs'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return status === 0 ? stdout : undefined;
}

function ourMerge({ base, ours, theirs }: TextCase): string | undefined {
  const outcome = mergeText(utf8(base), utf8(ours), utf8(theirs));
  return 'merged' in outcome ? text(outcome.merged) : undefined;
}

const rounds: [LineStyle, number, number][] = [
  ['mixed', 300, 40],
  ['mixed', 60, 400],
  ['repeated', 150, 40],
];

test.each(rounds)(
  'texts of %s lines merge as Git merges them (%i of up to %i lines)',
  (style, count, lines) => {
    const cases = textCases(2024, soak(count), style, lines);
    const different = cases.filter((one) => gitMerge(one) !== ourMerge(one));
    if (style === 'mixed') expect(different).toEqual([]);
    else expect(different.length).toBeLessThanOrEqual(Math.ceil(cases.length * 0.01));
  },
);
