import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { formatCommit, formatTag, parseCommit, parseTag } from '../../src/git/commits.ts';
import { CommitGraph, readShallow } from '../../src/git/graph.ts';
import { ObjectStore } from '../../src/git/objects/ObjectStore.ts';
import type { CommitId, TagId, TreeId } from '../../src/shared/ids.ts';
import { git, gitEnvironment, randomFrom, seededRepository } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const host = testHost();
const who = { name: 'Ann', email: 'ann@example.org' };

/** Commits whose dates sometimes lie: clocks of several machines. */
async function randomHistory(seed: number, size: number) {
  const folder = temporaryFolder('graph');
  git(folder, 'init', '-q');
  const objects = new ObjectStore(host, join(folder, '.git'));
  const random = randomFrom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const ids: CommitId[] = [];
  const [tree] = await objects.write([{ type: 'tree', data: new Uint8Array(0) }]);
  const data: Uint8Array[] = [];
  for (let i = 0; i < size; i++) {
    const parents = new Set<CommitId>();
    const count = i === 0 || pick(25) === 0 ? 0 : 1 + Number(pick(3) === 0) + Number(pick(12) === 0);
    for (let n = 0; n < count; n++) parents.add(ids[Math.max(0, i - 1 - pick(6))] as CommitId);
    const seconds = 1_700_000_000 + Math.floor(i / 3) * 60 + (pick(5) === 0 ? pick(40_000) - 20_000 : 0);
    const signature = { ...who, seconds, offset: 0 };
    const bytes = formatCommit({
      tree: tree as TreeId,
      parents: [...parents],
      author: signature,
      committer: signature,
      message: `commit ${i}\n`,
    });
    data.push(bytes);
    ids.push(objects.hash({ type: 'commit', data: bytes }) as CommitId);
  }
  await objects.write(data.map((bytes) => ({ type: 'commit' as const, data: bytes })));
  return { folder, ids, pick, graph: new CommitGraph(objects) };
}

const lines = (text: string) => text.trim().split('\n').filter(Boolean);
const tryGit = (folder: string, ...args: string[]) => {
  try {
    return git(folder, ...args);
  } catch {
    return '';
  }
};

test('merge bases, ancestors, counts and logs are those of git, in braided histories with wrong clocks', async () => {
  for (let seed = 1; seed <= 2 * Number(process.env.MODSYNC_SOAK ?? 1); seed++) {
    const { folder, ids, pick, graph } = await randomHistory(seed, 60);
    for (let i = 0; i < 25; i++) {
      const a = ids[pick(ids.length)] as CommitId;
      const b = ids[pick(ids.length)] as CommitId;
      const bases = lines(tryGit(folder, 'merge-base', '--all', a, b));
      expect((await graph.mergeBases(a, b)).sort()).toEqual(bases.sort());
      expect(await graph.isAncestor(a, b)).toBe(bases.includes(a));
      // git walks by date and is itself not exact where clocks are wrong; the sets are.
      const ofA = lines(git(folder, 'rev-list', a));
      const ofB = lines(git(folder, 'rev-list', b));
      const onlyA = ofA.filter((id) => !ofB.includes(id));
      const ahead = onlyA.length;
      const behind = ofB.filter((id) => !ofA.includes(id)).length;
      expect(await graph.countAheadBehind(a, b)).toEqual({ ahead, behind });

      const ours = [];
      for await (const commit of graph.log(a, { not: [b] })) ours.push(commit);
      expect(ours.map(({ id }) => id).sort()).toEqual(onlyA.sort());
    }
    for (const from of [[ids.at(-1)!], [ids.at(-1)!, ids[40]!]]) {
      const seen = new Map<CommitId, number>();
      const logged = [];
      for await (const commit of graph.log(from)) {
        seen.set(commit.id, logged.length);
        logged.push(commit);
      }
      expect([...seen.keys()].sort()).toEqual(lines(git(folder, 'rev-list', ...from)).sort());
      for (const [at, { parents }] of logged.entries()) {
        for (const parent of parents) expect(seen.get(parent)).toBeGreaterThan(at);
      }
      const first = [];
      for await (const { id } of graph.log(from, { limit: 7 })) first.push(id);
      expect(first).toEqual(logged.slice(0, 7).map(({ id }) => id));
    }
  }
});

test('a shallow clone ends where it was cut', async () => {
  const source = seededRepository(31);
  const folder = temporaryFolder('shallow');
  git(folder, 'clone', '-q', '--depth=3', `file://${source}`, 'copy');
  const gitDir = join(folder, 'copy/.git');
  const graph = new CommitGraph(new ObjectStore(host, gitDir), await readShallow(host.disk, gitDir));
  const head = git(join(folder, 'copy'), 'rev-parse', 'HEAD').trim() as CommitId;
  const ids = [];
  for await (const { id } of graph.log(head)) ids.push(id);
  expect(ids).toHaveLength(3);
});

test('commits and tags come back as git wrote them', () => {
  const folder = seededRepository(32);
  const raw = (name: string, type: string) =>
    execFileSync('git', ['cat-file', type, name], { cwd: folder, env: gitEnvironment });
  const commit = parseCommit(git(folder, 'rev-parse', 'HEAD').trim() as CommitId, raw('HEAD', 'commit'));
  expect(commit).toMatchObject({
    message: 'round 11\n',
    author: { name: 'Ann Author', email: 'ann@example.org', seconds: 1700000000, offset: 60 },
    committer: { name: 'Con Committer', offset: -210 },
  });
  expect(Buffer.compare(formatCommit(commit), raw('HEAD', 'commit'))).toBe(0);
  const tag = parseTag(git(folder, 'rev-parse', 'v4').trim() as TagId, raw('v4', 'tag'));
  expect(tag).toMatchObject({ name: 'v4', type: 'commit', message: 'tag 4\n' });
  expect(Buffer.compare(formatTag(tag), raw('v4', 'tag'))).toBe(0);
});

test('signed commits, other encodings and broken dates can be read', () => {
  const id = 'a'.repeat(40) as CommitId;
  const head = `tree ${id}\nauthor A <a> 1 +0000\ncommitter B <b> nonsense\n`;
  const signed = parseCommit(id, Buffer.from(`${head}gpgsig -----BEGIN\n line\n \n -----END\n\nhello\n`));
  expect(signed).toMatchObject({ message: 'hello\n', committer: { name: 'B', seconds: 0 }, parents: [] });
  expect(parseCommit(id, Buffer.from(`${head}encoding ISO-8859-1\n\nf\xfcr\n`, 'latin1')).message).toBe(
    'für\n',
  );
  expect(() => parseCommit(id, Buffer.from('author x'))).toThrow(/no tree/);
});
