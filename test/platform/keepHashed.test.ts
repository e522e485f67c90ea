/** Files kept under their hash: a few on this thread, many on the one beside it, with the same outcome. */
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileStat } from '../../src/platform/index.ts';
import { lfsObjectName } from '../../src/shared/lfsObject.ts';
import { bytesOf, refOf } from '../support/assets.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const { disk } = testHost();
/** Enough for the other thread to take over after the first few. */
const FILES = 40;
const SIZE = 700_001;

function make(files: number, size = SIZE) {
  const folder = temporaryFolder('keep');
  const paths = Array.from({ length: files }, (_, at) => join(folder, `f${at}`));
  for (const [at, path] of paths.entries()) writeFileSync(path, bytesOf(at, size + at));
  const objects = join(folder, 'objects');
  const keep = async (path: string, changed: Partial<FileStat> = {}) => {
    const stat = await disk.lstat(path);
    if (!stat) throw new Error(`${path} is not there`);
    const temporary = join(folder, 'tmp', path.slice(folder.length + 1));
    return await disk.keepHashed({ path, stat: { ...stat, ...changed }, objects, temporary });
  };
  const left = () => (existsSync(join(folder, 'tmp')) ? readdirSync(join(folder, 'tmp')) : []);
  return { folder, paths, objects, keep, left };
}

test.each([
  ['a few', 3, 1000],
  ['many', FILES, SIZE],
])('%s files lie under the hash of what they hold', async (_, files, size) => {
  const { paths, objects, keep, left } = make(files, size);
  const kept = await Promise.all(paths.map((path) => keep(path)));
  for (const [at, one] of kept.entries()) {
    const { oid } = refOf(bytesOf(at, size + at));
    expect(one).toEqual({ sha256: oid, isNew: true });
    expect(readFileSync(join(objects, lfsObjectName(oid))).equals(bytesOf(at, size + at))).toBe(true);
  }
  expect(left()).toEqual([]);
  expect((await Promise.all(paths.map((path) => keep(path)))).map((one) => one?.isNew)).toEqual(
    kept.map(() => false),
  );
});

test('one that is empty, has changed, or is gone, among many', async () => {
  const { folder, paths, keep, left } = make(FILES);
  const [first = '', second = '', third = ''] = paths;
  writeFileSync(first, '');
  const kept = await Promise.all([
    ...paths.slice(3).map((path) => keep(path)),
    keep(first),
    keep(second, { mtimeSeconds: 1 }),
    keep(third, { ctimeNanoseconds: 1 }),
    disk.keepHashed({
      path: join(folder, 'gone'),
      stat: { ...((await disk.lstat(first)) as FileStat), size: 5 },
      objects: join(folder, 'objects'),
      temporary: join(folder, 'tmp', 'gone'),
    }),
  ]);
  expect(kept.slice(0, -4).every((one) => one?.isNew)).toBe(true);
  expect(kept.slice(-4)).toEqual([
    { sha256: refOf(new Uint8Array()).oid, isNew: false },
    undefined,
    undefined,
    undefined,
  ]);
  expect(left()).toEqual([]);
});

test('a torn object that a crash left under the right name is replaced', async () => {
  const { paths, objects, keep } = make(1, 1000);
  const { oid } = refOf(bytesOf(0, 1000));
  const target = join(objects, lfsObjectName(oid));
  mkdirSync(join(target, '..'), { recursive: true });
  writeFileSync(target, 'short');
  utimesSync(target, 1, 1);
  expect(await keep(paths[0] ?? '')).toEqual({ sha256: oid, isNew: true });
  expect(refOf(readFileSync(target)).oid).toBe(oid);
});

test('what the other thread cannot do fails with all that is known, and the others are kept', async () => {
  const { paths, objects, keep, left } = make(FILES);
  const at = FILES - 3;
  const inTheWay = join(objects, lfsObjectName(refOf(bytesOf(at, SIZE + at)).oid));
  mkdirSync(join(inTheWay, 'folder'), { recursive: true });
  const kept = await Promise.allSettled(paths.map((path) => keep(path)));
  const failed = kept.flatMap((one, at) => (one.status === 'rejected' ? [{ at, reason: one.reason }] : []));
  expect(failed).toMatchObject([{ at, reason: { data: { path: inTheWay } } }]);
  expect(left()).toEqual([]);
});
