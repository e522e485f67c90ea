import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Repository } from '../../../src/git/index.ts';
import type { ContentFilter } from '../../../src/git/types.ts';
import { text, utf8 } from '../../../src/shared/bytes.ts';
import type { TreeId } from '../../../src/shared/ids.ts';
import { git } from '../../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../../support/host.ts';

const SOAK = Number(process.env.MODSYNC_SOAK ?? 1);
const author = { name: 'Ann', email: 'ann@example.org', seconds: 1_700_000_000, offset: 60 };

const piece = fc.constantFrom(
  'a',
  'word',
  '\n',
  '\n',
  '\r\n',
  '\r\n',
  '\r',
  '\0',
  '\x01',
  '\x1a',
  '\t',
  '$Id$',
  '$Id: x$',
  '$Id: a b c$',
  '$Id:\n$',
  'é',
  'x'.repeat(200),
);
const content = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
const attribute = fc.constantFrom(
  '',
  'text',
  '-text',
  'text=auto',
  'text=auto eol=crlf',
  'text=auto eol=lf',
  'eol=crlf',
  'eol=lf',
  'text eol=crlf',
  'binary',
  'crlf',
  '-crlf',
  'crlf=input',
  'ident',
  'text ident',
  '!text',
  '-text eol=crlf',
  'filter=unknown',
  'text=auto ident eol=crlf',
);
const FILES = ['a.txt', 'b.txt', 'c.txt', 'd.txt'];

test('blobs and working files have the line endings that Git gives them', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(content, { minLength: 4, maxLength: 4 }),
      fc.array(content, { minLength: 4, maxLength: 4 }),
      fc.array(attribute, { minLength: 4, maxLength: 4 }),
      fc.constantFrom('', 'true', 'input', 'false'),
      fc.constantFrom('', 'lf', 'crlf', 'native'),
      async (first, second, attributes, autocrlf, eol) => {
        const folder = temporaryFolder('eol');
        const repository = await Repository.init(testHost(), folder, { branch: 'main' });
        const trees: TreeId[] = [];
        const commit = async (contents: readonly string[], round: string) => {
          for (const [i, file] of FILES.entries()) writeFileSync(join(folder, file), contents[i] ?? '');
          const made = await repository.commitWorkingTree({ message: round, author, allowEmpty: true });
          if (made) trees.push(made.tree);
          return made;
        };
        // The first round goes in as it is, so that the second meets CR-LF in the index.
        await commit(first, 'first');
        if (autocrlf) git(folder, 'config', 'core.autocrlf', autocrlf);
        if (eol && !(autocrlf === 'input' && eol === 'crlf')) git(folder, 'config', 'core.eol', eol);
        git(folder, 'config', 'core.safecrlf', 'false');
        writeFileSync(
          join(folder, '.gitattributes'),
          FILES.map((file, i) => `${file} ${attributes[i]}`).join('\n'),
        );

        const theirs = temporaryFolder('eol-git');
        git(theirs, 'clone', '-q', '--no-checkout', folder, '.');
        for (const key of ['core.autocrlf', 'core.eol', 'core.safecrlf']) {
          const value =
            repository.config.get(key) ??
            (key === 'core.autocrlf'
              ? autocrlf
              : key === 'core.eol' && !(autocrlf === 'input' && eol === 'crlf')
                ? eol
                : '');
          if (value) git(theirs, 'config', key, value);
        }
        git(theirs, 'config', 'core.safecrlf', 'false');
        git(theirs, 'reset', '-q');
        writeFileSync(join(theirs, '.gitattributes'), readFileSync(join(folder, '.gitattributes')));
        for (const [i, file] of FILES.entries()) writeFileSync(join(theirs, file), second[i] ?? '');
        git(theirs, 'add', '-A');
        await commit(second, 'second');
        expect(git(folder, 'ls-files', '-s')).toBe(git(theirs, 'ls-files', '-s'));

        for (const file of FILES) rmSync(join(theirs, file));
        git(theirs, 'checkout-index', '-q', '-f', '-a');
        const last = trees.at(-1) as TreeId;
        for (const file of [...FILES, '.gitattributes']) rmSync(join(folder, file));
        await repository.commitWorkingTree({ message: 'empty', author });
        await repository.checkout({ to: last });
        for (const file of FILES) {
          expect([file, readFileSync(join(folder, file), 'utf8')]).toEqual([
            file,
            readFileSync(join(theirs, file), 'utf8'),
          ]);
        }
      },
    ),
    {
      seed: 51,
      numRuns: 20 * SOAK,
      examples: [
        [
          ['', '', '', ''],
          ['$Id:\n$$Id: a b c$', '$$Id$ $Id$ $$$Id$', '$Id: a b$Id$', '$I$Id$ $Idx$Id$'],
          ['ident', 'ident', 'text=auto ident eol=crlf', 'ident'],
          '',
          '',
        ],
      ],
    },
  ));

test('UTF-16 files are UTF-8 in history and come back as they were', async () => {
  const folder = temporaryFolder('utf16');
  const repository = await Repository.init(testHost(), folder, { branch: 'main' });
  const words = 'Schön: ☃ 😀\r\n$key\tvalue\r\n';
  writeFileSync(join(folder, '.gitattributes'), '*.txt working-tree-encoding=UTF-16LE-BOM eol=crlf\n');
  writeFileSync(join(folder, 'Translate_de.txt'), Buffer.from(`\uFEFF${words}`, 'utf16le'));
  const made = await repository.commitWorkingTree({ message: 'x', author });
  expect(git(folder, 'show', 'HEAD:Translate_de.txt')).toBe(words.replaceAll('\r\n', '\n'));
  expect(git(folder, 'status', '--porcelain')).toBe('');
  rmSync(join(folder, 'Translate_de.txt'));
  await repository.commitWorkingTree({ message: 'gone', author });
  await repository.checkout({ to: made?.tree as TreeId });
  expect(readFileSync(join(folder, 'Translate_de.txt'), 'utf16le')).toBe(`\uFEFF${words}`);
  writeFileSync(join(folder, '.gitattributes'), '*.txt working-tree-encoding=Shift-JIS\n');
  writeFileSync(join(folder, 'new.txt'), 'x');
  await expect(repository.commitWorkingTree({ message: 'x', author })).rejects.toMatchObject({
    code: 'UNSUPPORTED_REPOSITORY',
  });
});

test('a filter stands between file and blob; without it, bytes stay as they are', async () => {
  const folder = temporaryFolder('filter');
  const repository = await Repository.init(testHost(), folder, { branch: 'main' });
  const cleaned: string[] = [];
  const filter: ContentFilter = {
    name: 'lfs',
    async clean(diskPath, projectPath) {
      cleaned.push(projectPath);
      return utf8(`pointer ${readFileSync(diskPath, 'utf8')}`);
    },
    async smudge(blob) {
      return utf8(text(blob).replace('pointer ', ''));
    },
  };
  const filters = [filter];
  writeFileSync(join(folder, '.gitattributes'), '*.dds filter=lfs -text\n');
  writeFileSync(join(folder, 'x.dds'), 'bytes');
  const made = await repository.commitWorkingTree({ message: 'x', author, filters });
  expect(git(folder, 'show', 'HEAD:x.dds')).toBe('pointer bytes');
  expect((await repository.status({ filters })).unstaged).toEqual([]);
  const before = cleaned.length;
  await repository.status({ filters, only: [] });
  expect(cleaned.length).toBe(before);
  rmSync(join(folder, 'x.dds'));
  await repository.commitWorkingTree({ message: 'gone', author, filters });
  expect((await repository.checkout({ to: made?.tree as TreeId, filters })).kept).toEqual([]);
  expect(readFileSync(join(folder, 'x.dds'), 'utf8')).toBe('bytes');
  expect(await repository.files.hash('x.dds', { filters })).toBe(
    git(folder, 'rev-parse', `${made?.tree}:x.dds`).trim(),
  );
});
