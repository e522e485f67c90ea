/** Trees that no checkout may write, made with stock git, which lets most of them pass. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { git } from '../support/gitRepository.ts';

export type Entry = readonly [mode: string, name: string, id: string];
/** Makes objects in a repository; entries are written in the order that Git wants, unless `asGiven`. */
export interface Maker {
  blob(content: string): string;
  tree(entries: readonly Entry[], asGiven?: boolean): string;
}
export interface Hostile {
  readonly what: string;
  /** Entries for the root, beside the project's own. */
  readonly make: (maker: Maker) => readonly Entry[];
  /** The root is written as it comes: unsorted, or with duplicates. */
  readonly asGiven?: boolean;
  readonly rule: RegExp;
}

export function makerIn(repository: string): Maker {
  const blobs = new Map<string, string>();
  const write = (type: string, content: string | Uint8Array) => writeObject(repository, type, content);
  const key = ([mode, name]: Entry) => Buffer.from(mode === '40000' ? `${name}/` : name);
  return {
    blob(content) {
      const known = blobs.get(content) ?? write('blob', content);
      blobs.set(content, known);
      return known;
    },
    tree(entries, asGiven = false) {
      const sorted = asGiven ? entries : [...entries].sort((a, b) => Buffer.compare(key(a), key(b)));
      return write(
        'tree',
        Buffer.concat(
          sorted.map(([mode, name, id]) =>
            Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
          ),
        ),
      );
    },
  };
}

/** As a loose object; git's own command would take a process for each. */
function writeObject(repository: string, type: string, content: string | Uint8Array): string {
  const data = Buffer.from(content);
  const whole = Buffer.concat([Buffer.from(`${type} ${data.length}\0`), data]);
  const id = createHash('sha1').update(whole).digest('hex');
  const objects = existsSync(join(repository, '.git')) ? '.git/objects' : 'objects';
  const path = join(repository, objects, id.slice(0, 2), id.slice(2));
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) writeFileSync(path, deflateSync(whole));
  return id;
}

const roots = new Map<string, readonly Entry[]>();

function rootOf(repository: string, commit: string): readonly Entry[] {
  const known = roots.get(commit);
  if (known) return known;
  const entries = git(repository, 'ls-tree', '-z', commit)
    .split('\0')
    .filter(Boolean)
    .map((line): Entry => {
      const [, mode = '', , id = '', name = ''] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/.exec(line) ?? [];
      return [mode.replace(/^0/, ''), name, id];
    });
  roots.set(commit, entries);
  return entries;
}

/** A commit of the parent's root with the hostile entries beside it. */
export function hostileCommit(
  repository: string,
  parent: string,
  { make, asGiven }: Pick<Hostile, 'make' | 'asGiven'>,
) {
  const maker = makerIn(repository);
  const own = rootOf(repository, parent);
  const hostile = make(maker);
  const root = asGiven
    ? maker.tree([...own, ...hostile], true)
    : maker.tree([...own.filter(([, name]) => !hostile.some((entry) => entry[1] === name)), ...hostile]);
  const who = 'Eve <eve@example.org> 1700000000 +0000';
  return writeObject(
    repository,
    'commit',
    `tree ${root}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\nhostile\n`,
  );
}

/** Moves a branch as git does, in one step. */
export function setBranch(repository: string, commit: string): void {
  const gitDir = existsSync(join(repository, '.git')) ? join(repository, '.git') : repository;
  writeFileSync(join(gitDir, 'refs/heads/main.new'), `${commit}\n`);
  renameSync(join(gitDir, 'refs/heads/main.new'), join(gitDir, 'refs/heads/main'));
}

const file =
  (name: string): Hostile['make'] =>
  (maker) => [['100644', name, maker.blob('x')]];
const folder =
  (name: string): Hostile['make'] =>
  (maker) => [['40000', name, maker.tree([['100755', 'post-checkout', maker.blob('x')]])]];
const link =
  (name: string, target: string): Hostile['make'] =>
  (maker) => [['120000', name, maker.blob(target)]];
const nested =
  (name: string): Hostile['make'] =>
  (maker) => [
    ['40000', 'deep', maker.tree([['40000', 'er', maker.tree([['100644', name, maker.blob('x')]])]])],
  ];

const gitNames = [
  '.git',
  '.GIT',
  'git~1',
  '.git.',
  '.git ',
  '.git:x',
  '.git::$INDEX_ALLOCATION',
  '.git\\x',
  '.g\u200cit',
  '\u202e.git',
  '.git\ufeff',
  '.gi\u206at',
];
const windowsNames = [
  'CON',
  'prn.txt',
  'Aux.psc',
  'nul',
  'COM1',
  'com9.x',
  'COM²',
  'LPT1.dds',
  'CONIN$',
  'conout$.txt',
  'x.',
  'x ',
  'a<b',
  'a>b',
  'a:b',
  'C:',
  'a"b',
  'a|b',
  'a?b',
  'a*b',
  'a\nb',
  'a\x1b[2Jb',
  'a\x7fb',
];
const pathNames = ['..\\..\\x', '\\\\server\\share', 'C:\\x', '.', '..'];
const linkCases: readonly (readonly [string, string])[] = [
  ['out', '/etc/passwd'],
  ['out', '../x'],
  ['out', 'a/../../x'],
  ['out', 'C:/Windows'],
  ['out', '//server/share'],
  ['out', '..\\x'],
  ['in', '.git/hooks'],
  ['in', './.GIT/config'],
  ['in', 'git~1/hooks'],
  ['round', 'round'],
  ['.gitmodules', 'x'],
  ['gitmod~1', 'x'],
  ['GI7EBA~1', 'x'],
  ['.gitattributes', 'x'],
  ['.gitignore', 'x'],
  ['.lfsconfig', 'x'],
];

const any = /./;
export const HOSTILE: readonly Hostile[] = [
  ...gitNames.flatMap((name): Hostile[] => [
    { what: `${JSON.stringify(name)} as a folder`, make: folder(name), rule: /\.git|backslash|empty/ },
    { what: `${JSON.stringify(name)} nested, as a file`, make: nested(name), rule: /\.git|backslash|empty/ },
  ]),
  ...[...windowsNames, ...pathNames].map(
    (name): Hostile => ({ what: `the name ${JSON.stringify(name)}`, make: file(name), rule: any }),
  ),
  ...linkCases.map(
    ([name, target]): Hostile => ({
      what: `the link ${name} -> ${target}`,
      make: link(name, target),
      rule: /symbolic link/,
    }),
  ),
  { what: 'a name longer than 255 bytes', make: file('ü'.repeat(128)), rule: /255/ },
  { what: 'an empty name', make: file(''), rule: any },
  { what: 'a slash in a name', make: file('a/b'), rule: /slash/ },
  {
    what: 'names that differ in case only',
    make: (m) => [...file('Readme')(m), ...file('README')(m)],
    rule: /same name/,
  },
  {
    what: 'folders that differ in case only',
    make: (m) => [...folder('Data')(m), ...folder('data')(m)],
    rule: /same name/,
  },
  {
    what: 'names that are equal after NFC',
    make: (m) => [...file('ü')(m), ...file('u\u0308')(m)],
    rule: /same name/,
  },
  { what: 'a file and a folder of one name', make: (m) => [...file('z')(m), ...folder('z')(m)], rule: any },
  { what: 'a name twice', make: (m) => [...file('zz')(m), ...file('zz')(m)], asGiven: true, rule: any },
  {
    what: 'an unsorted tree',
    make: (m) => [...file('zz')(m), ...file('aa')(m)],
    asGiven: true,
    rule: /order/,
  },
  { what: 'links in a circle', make: (m) => [...link('p', 'q')(m), ...link('q', 'p')(m)], rule: /circle/ },
  {
    what: 'a link to .git/hooks beside a folder of its name in other case',
    make: (m) => [...link('A', '.git/hooks')(m), ...folder('a')(m)],
    rule: any,
  },
  {
    what: 'a path of more than 4096 bytes',
    make: (m) => {
      let at = m.tree([['100644', 'x', m.blob('x')]]);
      for (let i = 0; i < 45; i++) at = m.tree([['40000', 'n'.repeat(100), at]]);
      return [['40000', 'deep', at]];
    },
    rule: /4096/,
  },
  {
    what: 'a tree that expands to ten milliards of files',
    make: (m) => {
      const ten = (mode: string, id: string) =>
        m.tree(Array.from({ length: 10 }, (_, i): Entry => [mode, `${i}`, id]));
      let at = ten('100644', m.blob('x'));
      for (let i = 0; i < 9; i++) at = ten('40000', at);
      return [['40000', 'bomb', at]];
    },
    rule: any,
  },
];

/** One of each group: for the ways that take longer. */
export const SOME = HOSTILE.filter(({ what }) => !/expands|empty/.test(what)).filter(
  ({ what }, i) => i % 9 === 0 || /differ in case|NFC|circle|hooks beside|twice|4096/.test(what),
);
