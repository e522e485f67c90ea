/** The house as `docs/architecture.md` draws it: a lower floor never imports a higher one. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';

const SRC = resolve('src');

const FLOORS: readonly (readonly string[])[] = [
  ['shared', 'platform'],
  ['ports', 'git', 'lfs', 'bethesda', 'merge'],
  ['history', 'assets'],
  ['engine'],
  ['backends', 'rpc', 'relay'],
  ['index.ts'],
  ['electron', 'react', 'cli'],
  ['web'],
];

/** Imports between rooms of one floor, each for a reason. */
const NEIGHBOURS = new Set([
  'platform → shared', // every room speaks the shared words
  'merge → bethesda', // plugins are merged by their records
  'lfs → ports', // the LFS client is an AssetStore
]);

/** Rooms that only some may enter. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  // the machine: whoever starts a process for a person
  'platform/node': ['platform', 'index.ts', 'cli', 'electron', 'relay'],
  relay: ['relay', 'cli'],
};

/** May use `node:` modules and `Buffer`; all others run in a browser as well. */
const ON_NODE = ['platform/node', 'relay', 'electron', 'cli'];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => /\.tsx?$/.test(path));
const sourceOf = new Map(files.map((path) => [path, readFileSync(join(SRC, path), 'utf8')]));

const roomOf = (path: string) => path.split('/')[0] as string;
const floorOf = (path: string) => FLOORS.findIndex((rooms) => rooms.includes(roomOf(path)));
const isIn = (path: string, room: string) => path === room || path.startsWith(`${room}/`);

const specifiers = (source: string) =>
  [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) => specifier as string);

const imports: Import[] = [...sourceOf].flatMap(([from, source]) =>
  specifiers(source)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => ({
      from,
      to: relative(SRC, resolve(SRC, dirname(from), specifier))
        .split(sep)
        .join('/'),
    })),
);

const shown = ({ from, to }: Import) => `${from} imports ${to}`;

test('every room stands on a floor', () => {
  expect(files.filter((path) => floorOf(path) < 0)).toEqual([]);
});

test('a lower floor never imports a higher one', () => {
  expect(imports.filter(({ from, to }) => floorOf(to) > floorOf(from)).map(shown)).toEqual([]);
});

test('rooms of one floor do not import each other, but for the neighbours that are listed', () => {
  const across = imports.filter(
    ({ from, to }) => floorOf(from) === floorOf(to) && roomOf(from) !== roomOf(to),
  );
  expect(
    across.filter(({ from, to }) => !NEIGHBOURS.has(`${roomOf(from)} → ${roomOf(to)}`)).map(shown),
  ).toEqual([]);
});

test('the machine and the relay are entered by their own doors only', () => {
  const trespassers = Object.entries(DOORS).flatMap(([room, allowed]) =>
    imports.filter(({ from, to }) => isIn(to, room) && !allowed.some((door) => isIn(from, door))),
  );
  expect(trespassers.map(shown)).toEqual([]);
});

test('only the rooms that run on Node alone use its modules', () => {
  const outside = [...sourceOf].filter(([path]) => !ON_NODE.some((room) => isIn(path, room)));
  const guilty = outside.filter(
    ([, source]) =>
      specifiers(source).some((each) => each.startsWith('node:')) ||
      /\bBuffer\./.test(source) ||
      /\bprocess\.(?!pid)/.test(source),
  );
  expect(guilty.map(([path]) => path)).toEqual([]);
});

test('the relay knows nothing of the engine and what serves it', () => {
  const allowed = ['shared', 'platform', 'git', 'lfs', 'assets', 'relay'];
  expect(
    imports.filter(({ from, to }) => isIn(from, 'relay') && !allowed.includes(roomOf(to))).map(shown),
  ).toEqual([]);
});

test('no file needs itself to be loaded: without types, imports make no circle', () => {
  const needs = new Map(
    [...sourceOf].map(([from, source]) => [
      from,
      [...source.matchAll(/^(?:import|export) (?!type\b)(?:[^;']*? from )?'(\.[^']+)'/gm)].map(
        ([, specifier]) => posix.join(posix.dirname(from), specifier as string),
      ),
    ]),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (done.has(path) || way.includes(path)) return;
    for (const next of needs.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of files) visit(path, []);
  expect(circles).toEqual([]);
});
