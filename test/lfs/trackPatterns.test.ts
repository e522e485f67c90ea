/** Side by side with `git lfs track` and `untrack`: the same lines, whoever writes them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TrackOptions, trackPatterns, untrackPatterns } from '../../src/lfs/index.ts';
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
  '"quoted".bin',
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

test('windows line ends, and everything else in the file, stay', () => {
  const before = '# mine\r\n\r\n*.a text\r\n';
  const { content } = trackPatterns(before, ['*.b']);
  expect(content).toBe(`${before}*.b filter=lfs diff=lfs merge=lfs -text\r\n`);
  expect(untrackPatterns(content, ['*.b']).content).toBe(before);
});
