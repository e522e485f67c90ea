/** Trees that another made to harm: refused whole, and never made here. */
import { lstatSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeId } from '../../../src/shared/ids.ts';
import { gitBytes } from '../../support/gitCommand.ts';
import { git } from '../../support/gitRepository.ts';
import { author, project, tree } from './project.ts';

describe('a hostile tree is refused before the first byte is written', () => {
  const names = [
    '.git',
    '.GIT',
    '.Git',
    'git~1',
    'GIT~1',
    '.git ',
    '.git.',
    '.git...',
    '.git . ',
    '.git:x',
    '.git::$INDEX_ALLOCATION',
    '.git\\x',
    'x\\..\\.git\\config',
    '.g\u200cit',
    '\u202e.git',
    '.git\ufeff',
    '..',
    '.',
    'CON',
    'con.txt',
    'aux',
    'NUL.tar.gz',
    'COM1',
    'com¹.psc',
    'LPT9',
    'CONIN$',
    'CONOUT$.x',
    'x.',
    'x ',
    'a<b',
    'a>b',
    'C:x',
    'a"b',
    'a|b',
    'a?b',
    'a*b',
    'a\x01b',
    'a\x1bb',
    'x\\y',
    '..\\..\\x',
    '\\\\server\\share',
    'n'.repeat(256),
  ];
  // a checkout that is refused leaves all as it was: the next one finds the same repository
  let stand: Awaited<ReturnType<typeof project>>;
  const blobs = new Map<string, string>();
  beforeAll(async () => {
    stand = await project({ x: '1' });
  });
  const attempt = async (make: (folder: string, blob: (content: string) => string) => TreeId) => {
    const { repository, folder } = stand;
    const blob = (content: string) => {
      const id =
        blobs.get(content) ??
        gitBytes(folder, ['hash-object', '-w', '--stdin'], { input: content }).toString().trim();
      blobs.set(content, id);
      return id;
    };
    const to = make(folder, blob);
    const index = readFileSync(join(folder, '.git/index'));
    let error: unknown;
    await repository.checkout({ to }).catch((caught: unknown) => {
      error = caught;
    });
    expect(readdirSync(folder).sort()).toEqual(['.git', 'x']);
    expect(readFileSync(join(folder, '.git/index')).equals(index)).toBe(true);
    return error;
  };
  const unsafe = { code: 'UNSAFE_PATH', data: { path: expect.any(String), rule: expect.any(String) } };

  test.each(names)('the name %j, as a file, as a folder, and below one', async (name) => {
    expect(await attempt((folder, blob) => tree(folder, [['100644', name, blob('x')]]))).toMatchObject(
      unsafe,
    );
    expect(
      await attempt((folder, blob) =>
        tree(folder, [['40000', name, tree(folder, [['100644', 'config', blob('x')]])]]),
      ),
    ).toMatchObject(unsafe);
    expect(
      await attempt((folder, blob) =>
        tree(folder, [['40000', 'dir', tree(folder, [['120000', name, blob('x')]])]]),
      ),
    ).toMatchObject(unsafe);
  });

  test.each([
    ['A', 'a'],
    ['Readme', 'readme'],
    ['u\u0308', 'ü'],
    ['Ü', 'ü'],
    ['é.TXT', 'e\u0301.txt'],
  ])('%j beside %j', async (one, other) => {
    const error = await attempt((folder, blob) =>
      tree(
        folder,
        [one, other]
          .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
          .map((name) => ['100644', name, blob('x')] as const),
      ),
    );
    expect(error).toMatchObject(unsafe);
  });

  test.each([
    ['link', '/etc/passwd'],
    ['link', '..'],
    ['link', '../x'],
    ['link', 'a/../../x'],
    ['link', 'x/../y'],
    ['link', '.git/hooks'],
    ['link', './.GIT'],
    ['link', 'C:\\Windows'],
    ['link', '..\\..\\x'],
    ['link', '\\\\server\\share'],
    ['link', 'link'],
    ['link', ''],
    ['.gitmodules', 'x'],
    ['.gitattributes', 'x'],
    ['.GitIgnore', 'x'],
    ['.lfsconfig', 'x'],
    ['gitmod~1', 'x'],
    ['GI7EBA~1', 'x'],
    ['gi7eb~10', 'x'],
  ])('the symbolic link %j to %j', async (name, target) => {
    expect(await attempt((folder, blob) => tree(folder, [['120000', name, blob(target)]]))).toMatchObject(
      unsafe,
    );
  });

  test('a link to .git/hooks beside a folder of its name', async () => {
    const error = await attempt((folder, blob) =>
      tree(folder, [
        ['120000', 'A', blob('.git/hooks')],
        ['40000', 'a', tree(folder, [['100755', 'post-checkout', blob('x')]])],
      ]),
    );
    expect(error).toMatchObject(unsafe);
  });

  test('links in a circle, duplicates, unsorted trees', async () => {
    expect(
      await attempt((folder, blob) =>
        tree(folder, [
          ['120000', 'p', blob('q')],
          ['120000', 'q', blob('p')],
        ]),
      ),
    ).toMatchObject(unsafe);
    for (const order of [
      ['b', 'a'],
      ['a', 'a'],
    ]) {
      expect(
        await attempt((folder, blob) =>
          tree(
            folder,
            order.map((name) => ['100644', name, blob('x')] as const),
          ),
        ),
      ).toMatchObject({ code: 'MALFORMED_OBJECT' });
    }
  });

  test('a tree that expands without end', async () => {
    const bomb = await attempt((folder, blob) => {
      let at = tree(
        folder,
        Array.from({ length: 10 }, (_, i) => ['100644', `${i}`, blob('x')] as const),
      );
      for (let depth = 0; depth < 9; depth++) {
        const below = at;
        at = tree(
          folder,
          Array.from({ length: 10 }, (_, i) => ['40000', `${i}`, below] as const),
        );
      }
      return at;
    });
    expect(bomb).toMatchObject(unsafe);
  });
});

test('a commit does not add what the others could not check out', async () => {
  const { repository, put, folder, commit } = await project({ 'Data/x': '1' });
  const refused = { code: 'UNSAFE_PATH' };
  for (const [name, rule] of [
    ['aux.psc', /device/],
    ['a:b', /character/],
    ['data/x', /one name/],
    ['Data/X', /one name/],
    ['end.', /dot/],
  ] as const) {
    put(name, 'x');
    await expect(repository.commitWorkingTree({ message: 'x', author })).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(rule),
    });
    rmSync(join(folder, name.split('/')[0] === 'Data' ? name : (name.split('/')[0] as string)), {
      recursive: true,
    });
  }
  symlinkSync('/etc/passwd', join(folder, 'link'));
  await expect(repository.commitWorkingTree({ message: 'x', author })).rejects.toMatchObject(refused);
  rmSync(join(folder, 'link'));
  await commit({ 'u\u0308ber.txt': 'NFD stays NFD' });
  expect(readdirSync(folder)).toContain('u\u0308ber.txt');
  expect(git(folder, '-c', 'core.quotepath=false', 'ls-files')).toContain('u\u0308ber.txt');
  expect(lstatSync(join(folder, 'u\u0308ber.txt')).isFile()).toBe(true);
});
