import { join } from 'node:path';
import { ObjectStore } from '../../src/git/objects/ObjectStore.ts';
import { type ParsedTree, parseTree } from '../../src/git/treeFormat.ts';
import { type FileChange, Trees } from '../../src/git/trees.ts';
import { compareBytes } from '../../src/shared/bytes.ts';
import { type FileMode, MODE, type TreeFile } from '../../src/shared/git.ts';
import type { BlobId, TreeId } from '../../src/shared/ids.ts';
import { git, randomFrom, seededRepository } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const host = testHost();
const treeOf = (folder: string, name: string) => git(folder, 'rev-parse', `${name}^{tree}`).trim() as TreeId;

function gitList(folder: string, tree: string): Map<string, TreeFile> {
  const files = new Map<string, TreeFile>();
  for (const line of git(folder, 'ls-tree', '-r', '-z', tree).split('\0').filter(Boolean)) {
    const [info = '', path = ''] = line.split('\t');
    const [mode = '', , id = ''] = info.split(' ');
    files.set(path, { mode: Number.parseInt(mode, 8) as FileMode, id: id as BlobId });
  }
  return files;
}

test('lists, finds and compares as git does', async () => {
  const folder = seededRepository(41, 20);
  const trees = new Trees(new ObjectStore(host, join(folder, '.git')));
  const head = treeOf(folder, 'HEAD');
  const files = gitList(folder, 'HEAD');
  expect([...(await trees.list(head))]).toEqual([...files]);
  for (const [path, file] of files) expect(await trees.find(head, path)).toEqual(file);
  expect(await trees.find(head, 'Data')).toBeUndefined();
  expect(await trees.find(head, 'Data/nothing/here')).toBeUndefined();
  for (const back of [1, 7, 19]) {
    const before = treeOf(folder, `HEAD~${back}`);
    const old = gitList(folder, `HEAD~${back}`);
    const raw = git(folder, 'diff-tree', '-r', '-z', '--name-only', before, head).split('\0').filter(Boolean);
    const changes = await trees.diff(before, head);
    expect(changes.map(({ path }) => path)).toEqual(raw);
    for (const { path, before: a, after: b } of changes) {
      expect(a).toEqual(old.get(path));
      expect(b).toEqual(files.get(path));
    }
  }
});

test('random changes give the tree that git writes for the same files', async () => {
  const folder = temporaryFolder('trees');
  git(folder, 'init', '-q');
  const objects = new ObjectStore(host, join(folder, '.git'));
  const trees = new Trees(objects);
  const random = randomFrom(42);
  const pick = (count: number) => Math.floor(random() * count);
  const names = ['a', 'a.b', 'a-b', 'b', 'é', '\u{1F600}', '\uFF5E', 'z'];
  const blobs = await objects.write(
    ['1', '2', '3'].map((text) => ({ type: 'blob', data: Buffer.from(text) })),
  );
  let files = new Map<string, TreeFile>();
  let tree: TreeId | undefined;
  for (let round = 0; round < 60 * Number(process.env.MODSYNC_SOAK ?? 1); round++) {
    const changes = new Map<string, FileChange>();
    const next = new Map(files);
    for (let i = pick(8); i >= 0; i--) {
      const depth = 1 + pick(3);
      const path = Array.from({ length: depth }, () => names[pick(names.length)]).join('/');
      for (const other of next.keys()) {
        if (!other.startsWith(`${path}/`) && !path.startsWith(`${other}/`)) continue;
        next.delete(other);
        // a folder that a file replaces need not be emptied by hand, a file that a folder replaces neither
        if (pick(2) || changes.has(other)) changes.set(other, { path: other });
      }
      const file = { mode: pick(4) ? MODE.file : MODE.executable, id: blobs[pick(3)] as BlobId };
      next.set(path, file);
      changes.set(path, { path, after: file });
    }
    for (const path of [...next.keys()]) {
      if (pick(5) !== 0 || changes.has(path)) continue;
      next.delete(path);
      changes.set(path, { path });
    }
    // what only a file replaced that did not stay itself is deleted by hand
    const isReplaced = (path: string) =>
      [...changes].some(
        ([by, { after }]) =>
          after && next.has(by) && (by.startsWith(`${path}/`) || path.startsWith(`${by}/`)),
      );
    for (const path of files.keys())
      if (!next.has(path) && !changes.has(path) && !isReplaced(path)) changes.set(path, { path });
    tree = await trees.write(tree, [...changes.values()]);
    files = new Map([...next].sort(([a], [b]) => compareBytes(a, b)));
    expect(gitList(folder, tree)).toEqual(files);
    expect([...(await trees.list(tree))]).toEqual([...files]);
  }
  git(folder, 'fsck', '--strict', '--no-dangling');
  const last = await trees.write(
    tree,
    [...files.keys()].map((path) => ({ path })),
  );
  expect(last).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
  expect(git(folder, 'cat-file', '-t', last)).toBe('tree\n');
});

test('a file and a folder of one name are refused', async () => {
  const folder = temporaryFolder('trees');
  git(folder, 'init', '-q');
  const trees = new Trees(new ObjectStore(host, join(folder, '.git')));
  const after = { mode: MODE.file, id: 'a'.repeat(40) as BlobId };
  await expect(
    trees.write(undefined, [
      { path: 'a', after },
      { path: 'a/b', after },
    ]),
  ).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});

describe('a malformed tree is refused:', () => {
  const entry = (mode: string, name: string) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.alloc(20, 7)]);
  test.each([
    ['unsorted', [entry('100644', 'b'), entry('100644', 'a')]],
    ['a name twice', [entry('100644', 'a'), entry('100644', 'a')]],
    ['a file and a folder of one name', [entry('100644', 'a'), entry('100644', 'a.b'), entry('40000', 'a')]],
    ['an empty name', [entry('100644', '')]],
    ['a slash in a name', [entry('100644', 'a/b')]],
    ['an unknown mode', [entry('20644', 'a')]],
    ['a broken mode', [entry('10x644', 'a')]],
    ['cut short', [entry('100644', 'a').subarray(0, 20)]],
    ['not UTF-8', [Buffer.concat([Buffer.from('100644 \xff\0', 'latin1'), Buffer.alloc(20)])]],
  ])('%s', (_, parts) => {
    expect(() => parseTree('a'.repeat(40) as TreeId, Buffer.concat(parts))).toThrow(
      expect.objectContaining({ code: 'MALFORMED_OBJECT' }),
    );
  });

  test('beside another version of it as alone, whatever was done to its bytes', () => {
    const random = randomFrom(11);
    const below = (bound: number) => Math.floor(random() * bound);
    const id = 'a'.repeat(40) as TreeId;
    const names = ['a', 'a.b', 'a0', 'aa', 'ab', 'b', 'b-', 'c', 'é', '100644 a', 'z'.repeat(30)];
    const some = () => {
      const entries = names.flatMap((name) => {
        const kind = below(4);
        if (kind === 0) return [];
        const isFolder = kind === 1;
        const head = Buffer.from(`${isFolder ? '40000' : '100644'} ${name}\0`);
        const bytes = Buffer.concat([head, Buffer.alloc(20, below(3))]);
        return [{ key: Buffer.from(isFolder ? `${name}/` : name), bytes }];
      });
      return entries.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ bytes }) => bytes);
    };
    const parsed = (data: Uint8Array, like?: ParsedTree) => {
      try {
        return parseTree(id, data, like);
      } catch (error) {
        return (error as { code?: string }).code; // a SyncError
      }
    };
    let shared = 0;
    for (let round = 0; round < 4000; round++) {
      const parts = some();
      const like = { data: Buffer.concat(parts), entries: parseTree(id, Buffer.concat(parts)) };
      for (let edits = below(3); edits >= 0; edits--) {
        const at = below(parts.length);
        const part = parts[at];
        const [other] = some();
        const what = below(5);
        // another content, most of the time; gone; moved; another entry
        if (part && what < 2) parts[at] = Buffer.concat([part.subarray(0, -20), Buffer.alloc(20, 9)]);
        else if (what === 2) parts.splice(at, 1);
        else if (what === 3) parts.push(...parts.splice(at, 1));
        else if (other) parts.splice(at, below(2), other);
      }
      const data = Buffer.concat(random() < 0.3 ? some() : parts);
      if (data.length > 0 && random() < 0.3) data[below(data.length)] = below(256);
      const beside = parsed(data, like);
      expect(beside).toEqual(parsed(data));
      if (Array.isArray(beside) && beside.some((entry) => like.entries.includes(entry))) shared++;
    }
    expect(shared).toBeGreaterThan(300);
  });

  test('trees that expand without end', async () => {
    const folder = temporaryFolder('trees');
    git(folder, 'init', '-q');
    const objects = new ObjectStore(host, join(folder, '.git'));
    const trees = new Trees(objects);
    let [id] = await objects.write([{ type: 'blob', data: new Uint8Array(0) }]);
    for (let depth = 0; depth < 12; depth++) {
      const parts = Array.from({ length: 40 }, (_, i) =>
        Buffer.concat([
          Buffer.from(`${depth === 0 ? '100644' : '40000'} ${String(i).padStart(3, '0')}\0`),
          Buffer.from(id as string, 'hex'),
        ]),
      );
      [id] = await objects.write([{ type: 'tree', data: Buffer.concat(parts) }]);
    }
    await expect(trees.list(id as TreeId)).rejects.toMatchObject({ code: 'MALFORMED_OBJECT' });
  });
});
