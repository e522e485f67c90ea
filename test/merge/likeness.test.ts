/** Which text was renamed, beside what `git diff -M50%` says of the same files. */
import { execFileSync } from 'node:child_process';
import { likelyRenames, renameCandidates } from '../../src/merge/index.ts';
import { utf8 } from '../../src/shared/bytes.ts';
import { MODE, type TreeFile } from '../../src/shared/git.ts';
import type { BlobId } from '../../src/shared/ids.ts';
import { git, gitEnvironment, randomFrom } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { soak } from '../support/mutate.ts';

const file = (id: string): TreeFile => ({ mode: MODE.file, id: id as BlobId });

/** What is asked of two scripts that were deleted and two that were added. */
function renamesOf(before: readonly string[], after: readonly string[]): Record<string, string> {
  const side = [
    ...before.map((_, at) => ({ path: `old${at}.psc`, before: file(`o${at}`) })),
    ...after.map((_, at) => ({ path: `new${at}.psc`, after: file(`n${at}`) })),
  ];
  const other = before.map((_, at) => ({
    path: `old${at}.psc`,
    before: file(`o${at}`),
    after: file(`x${at}`),
  }));
  const contents = new Map([
    ...before.map((text, at) => [`o${at}`, utf8(text)] as const),
    ...after.map((text, at) => [`n${at}`, utf8(text)] as const),
  ]);
  const renames = likelyRenames(renameCandidates(side, other), contents);
  return Object.fromEntries([...renames].map(([from, { path }]) => [from, path]));
}

test('a text counts as renamed where Git counts it', () => {
  const random = randomFrom(2026);
  const number = (below: number) => Math.floor(random() * below);
  const folder = temporaryFolder('likeness');
  git(folder, 'init', '-q', '--bare', '.git');
  const cases = Array.from({ length: soak(25) }, () => {
    const before = [0, 1].map(() =>
      Array.from({ length: 10 + number(60) }, () => `line ${number(1e6)} of it`),
    );
    const after = before.map((lines) => {
      const kept = random();
      return lines.map((line) => (random() < kept ? line : `other ${number(1e9)} instead`));
    });
    return { before: before.map(joined), after: after.map(joined) };
  });
  const stream = cases.flatMap(({ before, after }, at) => [
    ...commit(`before${at}`, before, 'old'),
    ...commit(`after${at}`, after, 'new'),
  ]);
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: `${folder}/.git`,
    env: gitEnvironment,
    input: stream.join(''),
  });
  let renamed = 0;
  for (const [at, { before, after }] of cases.entries()) {
    const range = [`refs/heads/before${at}`, `refs/heads/after${at}`] as const;
    const told = git(
      `${folder}/.git`,
      'diff-tree',
      '-r',
      '-M50%',
      '--diff-filter=R',
      '--name-status',
      ...range,
    );
    const byGit = told
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t').slice(1));
    renamed += byGit.length;
    expect(renamesOf(before, after)).toEqual(Object.fromEntries(byGit));
  }
  expect(renamed).toBeGreaterThan(5);
});

test('of two that are equally like it, neither is taken for it; nor is one text taken for two', () => {
  const text = joined(Array.from({ length: 20 }, (_, at) => `line ${at}`));
  expect(renamesOf([text], [`${text}a\n`, `${text}b\n`])).toEqual({});
  expect(renamesOf([`${text}a\n`, `${text}b\n`], [text])).toEqual({});
  expect(renamesOf([text], [`${text}a\n`])).toEqual({ 'old0.psc': 'new0.psc' });
});

function joined(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

const commit = (ref: string, texts: readonly string[], name: string): string[] => [
  `commit refs/heads/${ref}\ncommitter A <a@x> 1700000000 +0000\ndata 1\nx\n`,
  ...texts.map((text, at) => `M 100644 inline ${name}${at}.psc\ndata ${text.length}\n${text}\n`),
];
