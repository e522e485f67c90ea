import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { Repository } from '../../../src/git/index.ts';
import { parseAttributeFile } from '../../../src/git/worktree/attributes.ts';
import { parseIgnoreFile } from '../../../src/git/worktree/ignore.ts';
import { patternSubject } from '../../../src/git/worktree/pathPattern.ts';
import { utf8 } from '../../../src/shared/bytes.ts';
import { gitBytes, gitZ } from '../../support/gitCommand.ts';
import { temporaryFolder, testHost } from '../../support/host.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);

const NAMES = [
  'a',
  'b',
  'ab',
  'abc',
  'foo',
  'bar',
  'fooX',
  'B',
  'Ab',
  'é',
  'a b',
  '[a]',
  'a-b',
  '!x',
  '#y',
  'x.txt',
  'y.TXT',
  'a.c',
  ' z',
  'z\t',
];
const piece = fc.constantFrom(
  'a',
  'b',
  'ab',
  'foo',
  'A',
  '*',
  '**',
  '?',
  '/',
  '/',
  '[ab]',
  '[!a]',
  '[^b]',
  '[a-c]',
  '[[:alpha:]]',
  '[[:upper:]]',
  '[]a]',
  '[a',
  '\\*',
  '\\',
  '.txt',
  '*.c',
  'é',
  ' ',
  '-',
  '***',
  '[A-C]',
  '[\\]]',
  '[a-]',
  '\\a',
  '\\A',
  '[[:x:]]',
  '[[:a]',
);
const pattern = fc
  .tuple(
    fc.constantFrom('', '', '', '!', '/', '#', '\\!', '\\#'),
    fc.array(piece, { minLength: 1, maxLength: 5 }),
    fc.constantFrom('', '', '/', ' ', '\\ ', '/**', '\r'),
  )
  .map(([start, middle, end]) => start + middle.join('') + end);
const path = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 })
  .map((names) => names.join('/'));

/** Paths of which none is the folder of another. */
const paths = fc.array(path, { minLength: 10, maxLength: 25 }).map((all) => {
  const unique = [...new Set(all)];
  return unique.filter((one) => !unique.some((other) => other.startsWith(`${one}/`)));
});

async function project(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  const repository = await Repository.init(testHost(), folder, { branch: 'main' });
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  return { folder, repository };
}

const asGit = async (seed: number, ignoreCase: boolean) =>
  fc.assert(
    fc.asyncProperty(
      paths,
      fc.array(pattern, { maxLength: 5 }),
      fc.array(pattern, { maxLength: 3 }),
      fc.array(pattern, { maxLength: 3 }),
      async (all, root, inner, exclude) => {
        const files = Object.fromEntries(all.map((file) => [file, 'x']));
        const folder = all.find((file) => file.includes('/'))?.split('/')[0];
        files['.gitignore'] = `${root.join('\n')}\n`;
        if (folder) files[`${folder}/.gitignore`] = inner.join('\r\n');
        files['.git/info/exclude'] = exclude.join('\n');
        const { folder: disk, repository } = await project(files);
        if (ignoreCase) await repository.config.set('core.ignorecase', 'true');
        const theirs = gitZ(disk, ['ls-files', '-o', '--exclude-standard', '-z']).sort();
        const ours = (await repository.status()).unstaged.map((change) => change.path).sort();
        expect(ours).toEqual(theirs);
        const asked = [...all, 'a/nothing', 'foo/bar/x.txt'];
        const ignored = gitZ(disk, ['check-ignore', '-z', '--stdin'], {
          input: asked.join('\0'),
          allow: [1],
        });
        for (const one of asked)
          expect([one, await repository.isIgnored(one)]).toEqual([one, ignored.includes(one)]);
      },
    ),
    { seed, numRuns: 25 * SOAK },
  );

test('the same files are ignored as by Git, whatever the patterns', () => asGit(11, false));
test('the same files are ignored as by Git where case does not count', () => asGit(12, true));

test('the user’s own ignore file counts, and the project’s overrides it', async () => {
  const { folder, repository } = await project({
    'a.log': '',
    'b.log': '',
    '.gitignore': '!b.log\n',
    'ignored-by-me': '*.log\n',
  });
  await repository.config.set('core.excludesFile', join(folder, 'ignored-by-me'));
  expect(await repository.isIgnored('a.log')).toBe(true);
  expect(await repository.isIgnored('b.log')).toBe(false);
});

const state = fc.constantFrom(
  'text',
  '-text',
  '!text',
  'text=auto',
  'eol=crlf',
  'binary',
  '-binary',
  '!binary',
  'mac',
  '-mac',
  'filter=lfs',
  'x=1',
  'bad*name',
  '-x=2',
  'merge=',
  'diff',
  '-',
);
const attributeLine = fc.oneof(
  fc
    .tuple(pattern, fc.array(state, { maxLength: 4 }))
    .map(([start, states]) => `${start.trimEnd()} ${states.join(' ')}`),
  fc
    .tuple(
      fc.constantFrom(
        '"a b"',
        '"\\303\\251"',
        '"[a]"',
        '"a',
        '[attr]mac',
        '[attr]binary',
        '[attr]',
        ' *',
        '\t#',
      ),
      fc.array(state, { maxLength: 3 }),
    )
    .map(([start, states]) => `${start} ${states.join('\t')}`),
);

test('attributes are the ones that Git sees, whatever the files say', () =>
  fc.assert(
    fc.asyncProperty(
      paths,
      fc.array(attributeLine, { maxLength: 6 }),
      fc.array(attributeLine, { maxLength: 4 }),
      fc.array(attributeLine, { maxLength: 3 }),
      async (all, root, inner, info) => {
        const folder = all.find((file) => file.includes('/'))?.split('/')[0];
        const files: Record<string, string> = {
          '.gitattributes': root.join('\n'),
          '.git/info/attributes': info.join('\r\n'),
        };
        if (folder) files[`${folder}/.gitattributes`] = inner.join('\n');
        const { folder: disk, repository } = await project(files);
        const answer = gitBytes(disk, ['check-attr', '-a', '-z', '--stdin'], { input: all.join('\0') })
          .toString()
          .split('\0');
        const theirs = new Map<string, Record<string, string>>(all.map((one) => [one, {}]));
        for (let i = 0; i + 2 < answer.length; i += 3) {
          const [one, name, value] = answer.slice(i, i + 3) as [string, string, string];
          (theirs.get(one) as Record<string, string>)[name] = value;
        }
        const ours = await repository.attributes(all);
        for (const [i, one] of all.entries()) {
          const shown = Object.fromEntries(
            [...(ours[i] ?? [])].map(([name, value]) => [
              name,
              value === true ? 'set' : value === false ? 'unset' : value,
            ]),
          );
          expect([one, shown]).toEqual([one, theirs.get(one)]);
        }
      },
    ),
    { seed: 21, numRuns: 25 * SOAK },
  ));

test('a pattern made to be slow is not', () => {
  const list = parseIgnoreFile(
    utf8(`${'*a'.repeat(60)}b\n${'**/a'.repeat(60)}/b\n/${'*a'.repeat(100)}*b`),
    '',
    false,
  );
  const subject = patternSubject(`${'a'.repeat(200)}/${'a/'.repeat(100)}${'a'.repeat(250)}`, false, false);
  const start = performance.now();
  for (const one of list) expect(one.matches(subject)).toBe(false);
  expect(performance.now() - start).toBeLessThan(1000);
});

test('no bytes break the parsers', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.string({ unit: 'binary' }), (bytes, name) => {
      const subject = patternSubject(name, false, true);
      for (const one of parseIgnoreFile(bytes, 'a', true)) one.matches(subject);
      for (const one of parseAttributeFile(bytes, 'a', true, true)) one.pattern?.matches(subject);
    }),
    { seed: 31, numRuns: 200 * SOAK },
  );
});
