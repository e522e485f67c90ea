/** Side by side with `git lfs track` and `untrack`: the same lines, whoever writes them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { patternsOf, type TrackOptions, trackPatterns, untrackPatterns } from '../../src/lfs/index.ts';
import { gitBytes } from '../support/gitCommand.ts';
import { haveGitLfs } from '../support/gitLfs.ts';
import { temporaryFolder } from '../support/host.ts';

const withGitLfs = haveGitLfs ? test : test.skip;

function repository(content = ''): string {
  const folder = temporaryFolder('track');
  gitBytes(folder, ['init', '-q']);
  if (content) writeFileSync(join(folder, '.gitattributes'), content);
  return folder;
}
const attributesOf = (folder: string) => readFileSync(join(folder, '.gitattributes'), 'utf8');
const withoutEmptyLines = (content: string) => content.replace(/^\s*\n/gm, '');

const BEFORE = `# Fallout 4
*.dds binary
  *.wav   -text

[attr]asset filter=lfs diff=lfs merge=lfs -text
*.psd filter=lfs diff=lfs merge=lfs -text
*.nif filter=lfs diff=lfs merge=lfs -text lockable
*.txt text`;

/** Odd ones too: blanks, `#`, quotes, classes, slashes, other scripts. */
const PATTERNS = [
  '*.dds',
  '*.wav',
  '*.psd',
  '*.txt',
  '*.[bB][aA]2',
  'Textures/**/*.tga',
  './Meshes/*.nif',
  '/root.bin',
  'my file #1.bin',
  '#leading.bin',
  'quo"ted".bin',
  'Größe/*.größe',
  '日本語 *.png',
  'a[0-9]?.raw',
  'tab\\slash.bin',
  '!negated.bin',
  'folder/',
  '**',
  "it's.bin",
  'trailing ',
  '$HOME.bin',
];
const NAMES = ['a [old] *.bin', 'what?.psd', 'dir/x#y z.bin', './here.dds', 'plain.bin'];

const CASES: readonly (readonly [string, TrackOptions, readonly string[]])[] = [
  ['patterns', {}, PATTERNS],
  ['names of files', { filename: true }, NAMES],
  ['lockable patterns', { lockable: true }, ['*.psd', '*.nif', '*.new', '*.dds']],
  ['patterns that are no longer lockable', { lockable: false }, ['*.nif', '*.psd']],
];

for (const [what, options, patterns] of CASES)
  withGitLfs(`${what} become the lines that git lfs writes`, () => {
    for (const before of ['', BEFORE])
      for (const pattern of patterns) {
        const folder = repository(before);
        const flags = [
          ...(options.filename ? ['--filename'] : []),
          ...(options.lockable === undefined ? [] : [options.lockable ? '--lockable' : '--not-lockable']),
        ];
        gitBytes(folder, ['lfs', 'track', ...flags, '--', pattern]);
        const known = before
          ? ['*.psd', '*.nif'].map((one) => ({ pattern: one, lockable: one === '*.nif' }))
          : [];
        const ours = trackPatterns(before, [pattern], { ...options, known }).content;
        const expected = attributesOf(folder);
        // what is there already is left alone by us, to its last line break
        const tidy = ours.endsWith('\n') || ours === '' ? ours : `${ours}\n`;
        expect({ pattern, content: withoutEmptyLines(tidy) }).toEqual({ pattern, content: expected });
      }
  });

withGitLfs('untrack takes away the lines that git lfs takes away', () => {
  for (const pattern of [...PATTERNS, '*.nif']) {
    const tracked = trackPatterns(BEFORE, [pattern]).content;
    const folder = repository(tracked);
    gitBytes(folder, ['lfs', 'untrack', '--', pattern]);
    expect({ pattern, content: untrackPatterns(tracked, [pattern]).content }).toEqual({
      pattern,
      content: attributesOf(folder),
    });
  }
});

/** As people and other programs write them, and what they mean. */
const QUOTED = [
  ['"my file.dds"', 'my file.dds'],
  ['two[[:space:]]words.dds', 'two words.dds'],
  ['"tab\\there.bin"', 'tab\there.bin'],
  ['"quo\\"te.bin"', 'quo"te.bin'],
  ['"gr\\303\\266\\303\\237e x.bin"', 'größe x.bin'],
  ['\\#hash.bin', '#hash.bin'],
  ['"Textures/**/old *.dds"', 'Textures/**/old *.dds'],
] as const;
const ASSET = ' filter=lfs diff=lfs merge=lfs -text\n';
const isAsset = (folder: string, path: string) =>
  gitBytes(folder, ['check-attr', '-z', 'filter', '--', path]).toString().includes('filter\0lfs');

withGitLfs('patterns in quotes are listed, and known to be there, as by git lfs', () => {
  const content = QUOTED.map(([written]) => written + ASSET).join('');
  const folder = repository(content);
  const listed = gitBytes(folder, ['lfs', 'track']).toString().split('\n');
  const known = patternsOf(content);
  expect(known.map(({ pattern }) => `    ${pattern} (.gitattributes)`)).toEqual(
    listed.filter((line) => line.includes('(.gitattributes)')),
  );
  for (const [, pattern] of QUOTED) {
    expect(gitBytes(folder, ['lfs', 'track', '--', pattern]).toString()).toContain('already supported');
    expect(trackPatterns(content, [pattern], { known })).toMatchObject({ content, already: [pattern] });
  }
});

test('a pattern in quotes is changed where it stands, and goes when it is untracked', () => {
  for (const [written, pattern] of QUOTED) {
    const before = `*.txt text\n${written}${ASSET}`;
    const { content } = trackPatterns(before, [pattern], { lockable: true, known: patternsOf(before) });
    expect(patternsOf(content)).toEqual([{ pattern: expect.anything(), lockable: true }]);
    expect(untrackPatterns(before, [pattern])).toMatchObject({ content: '*.txt text\n' });
    expect(untrackPatterns(content, [pattern])).toMatchObject({ content: '*.txt text\n' });
  }
});

test('a name with brackets is untracked by that name, and as it is listed', () => {
  const name = 'we[i]rd name.bin';
  const { content } = trackPatterns('', [name], { filename: true });
  const [listed] = patternsOf(content);
  for (const typed of [name, listed!.pattern, `./${name}`])
    expect(untrackPatterns(content, [typed]).content).toBe('');
  expect(untrackPatterns('weird?name.bin filter=lfs\n', [name]).untracked).toEqual([]);
});

withGitLfs('what fits no line as it is goes into quotes, and git and git lfs read it', () => {
  for (const pattern of ['tab\there.bin', '"quoted" name.bin', '"']) {
    const folder = repository();
    const { content } = trackPatterns('', [pattern]);
    writeFileSync(join(folder, '.gitattributes'), content);
    expect({ pattern, is: isAsset(folder, pattern) }).toEqual({ pattern, is: true });
    expect(gitBytes(folder, ['lfs', 'track', '--', pattern]).toString()).toContain('already supported');
    expect(untrackPatterns(content, [pattern]).content).toBe('');
  }
});

test('windows line ends, and everything else in the file, stay', () => {
  const before = '# mine\r\n\r\n*.a text\r\n';
  const { content } = trackPatterns(before, ['*.b']);
  expect(content).toBe(`${before}*.b filter=lfs diff=lfs merge=lfs -text\r\n`);
  expect(untrackPatterns(content, ['*.b']).content).toBe(before);
});
