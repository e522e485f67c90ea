/** What every `History` must do. A backend's own test is its set-up and one call of this. Local repositories are stock Git's. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { History } from '../../src/ports/history.ts';
import type { CommitId, ObjectId } from '../../src/shared/ids.ts';
import { git } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';
import { localObjects } from '../support/localObjects.ts';

export interface HistoryStand {
  /** Of one remote, as two people have it. */
  readonly histories: readonly [History, History];
  close(): Promise<void>;
}

const MAIN = 'refs/heads/main';
const NOWHERE = '1'.repeat(40) as ObjectId; // an id of nothing

function repository(): string {
  const folder = temporaryFolder('history');
  git(folder, 'init', '-q', '-b', 'main');
  return folder;
}

/** @returns the new commit */
function commit(folder: string, path: string, content: string | Uint8Array): CommitId {
  writeFileSync(join(folder, path), content);
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', `write ${path}`);
  return idOf(folder, 'HEAD');
}

const idOf = (folder: string, name: string) => git(folder, 'rev-parse', name).trim() as CommitId; // rev-parse says one

/** @param make an empty remote, a new one for each test */
export function describeHistory(name: string, make: () => Promise<HistoryStand>): void {
  describe(`${name} as a history`, () => {
    let stand: HistoryStand;
    let ann: History;
    let bob: History;
    beforeEach(async () => {
      stand = await make();
      [ann, bob] = stand.histories;
    });
    afterEach(() => stand.close());

    const push = (
      history: History,
      folder: string,
      ref: string,
      expected: ObjectId | undefined,
      next: ObjectId | undefined,
    ) => history.push(localObjects(folder), [{ ref, expected, next }]);
    const refsOf = async (history: History) => Object.fromEntries((await history.listRefs()).refs);

    test('an empty one has no refs, and takes a first push', async () => {
      expect(await refsOf(ann)).toEqual({});
      const folder = repository();
      const first = commit(folder, 'a.txt', 'a');
      expect(await push(ann, folder, MAIN, undefined, first)).toEqual([{ ref: MAIN, ok: true }]);
      expect(await refsOf(bob)).toEqual({ [MAIN]: first });
    });

    test('what one pushed, another fetches whole: texts, large contents, tags', async () => {
      const folder = repository();
      commit(folder, 'Ünïcode name.psc', 'ScriptName A\r\n');
      const head = commit(folder, 'large.bin', randomBytes(3_000_000));
      git(folder, 'tag', '-a', 'v1', '-m', 'One');
      const tag = idOf(folder, 'v1');
      const updates = [
        { ref: MAIN, expected: undefined, next: head },
        { ref: 'refs/tags/v1', expected: undefined, next: tag },
      ];
      expect(await ann.push(localObjects(folder), updates)).toEqual([
        { ref: MAIN, ok: true },
        { ref: 'refs/tags/v1', ok: true },
      ]);
      const other = repository();
      const { refs, head: named } = await bob.listRefs();
      expect(named ?? MAIN).toBe(MAIN);
      await bob.fetch(localObjects(other), [...refs.values()]);
      // a fetch moves no ref
      expect(git(other, 'for-each-ref')).toBe('');
      git(other, 'update-ref', MAIN, head);
      git(other, 'update-ref', 'refs/tags/v1', tag);
      git(other, 'fsck', '--strict', '--full');
      expect(git(other, 'ls-tree', '-r', 'main')).toBe(git(folder, 'ls-tree', '-r', 'main'));
    });

    test('a fetch again brings what came since, and one of what is here changes nothing', async () => {
      const folder = repository();
      const first = commit(folder, 'a.txt', 'a');
      await push(ann, folder, MAIN, undefined, first);
      const other = repository();
      await bob.fetch(localObjects(other), [first]);
      git(other, 'update-ref', MAIN, first);
      await bob.fetch(localObjects(other), [first]);
      const second = commit(folder, 'b.txt', 'b');
      expect(await push(ann, folder, MAIN, first, second)).toEqual([{ ref: MAIN, ok: true }]);
      await bob.fetch(localObjects(other), [second]);
      git(other, 'update-ref', MAIN, second);
      git(other, 'fsck', '--strict');
    });

    test('a push from an older state loses the race, as a value, and the ref stays', async () => {
      const folder = repository();
      const first = commit(folder, 'a.txt', 'a');
      await push(ann, folder, MAIN, undefined, first);
      const second = commit(folder, 'b.txt', 'b');
      await push(ann, folder, MAIN, first, second);
      const other = repository();
      await bob.fetch(localObjects(other), [first]);
      git(other, 'reset', '-q', '--hard', first);
      const rival = commit(other, 'c.txt', 'c');
      for (const expected of [first, undefined])
        expect(await push(bob, other, MAIN, expected, rival)).toMatchObject([
          { ref: MAIN, ok: false, why: 'lost-race' },
        ]);
      expect(await refsOf(ann)).toEqual({ [MAIN]: second });
    });

    test('of four who push at once, exactly one wins, and the others are told', async () => {
      const folder = repository();
      const first = commit(folder, 'a.txt', 'a');
      await push(ann, folder, MAIN, undefined, first);
      const racers = [0, 1, 2, 3].map((at) => {
        git(folder, 'checkout', '-q', '--detach', first);
        return commit(folder, `racer ${at}.txt`, `${at}`);
      });
      const outcomes = await Promise.all(
        racers.map((next, at) => push([ann, bob][at % 2]!, folder, MAIN, first, next)),
      );
      const winners = racers.filter((_, at) => outcomes[at]?.[0]?.ok);
      expect(winners).toHaveLength(1);
      expect(await refsOf(bob)).toEqual({ [MAIN]: winners[0] });
      for (const [outcome] of outcomes) if (outcome?.ok === false) expect(outcome.why).toBe('lost-race');
    });

    test('a branch is removed by whoever knows where it is', async () => {
      const folder = repository();
      const first = commit(folder, 'a.txt', 'a');
      const side = 'refs/heads/side';
      await push(ann, folder, MAIN, undefined, first);
      await push(ann, folder, side, undefined, first);
      expect(await push(bob, folder, side, first, undefined)).toEqual([{ ref: side, ok: true }]);
      expect(await refsOf(ann)).toEqual({ [MAIN]: first });
    });

    test('objects that do not come as far as they should move nothing, and the error comes out', async () => {
      const folder = repository();
      const first = commit(folder, 'a.txt', 'a');
      const broken = {
        ...localObjects(folder),
        makePack: async () => {
          throw new Error('the disk is gone');
        },
      };
      const pushing = ann.push(broken, [{ ref: MAIN, expected: undefined, next: first }]);
      await expect(pushing).rejects.toThrow('the disk is gone');
      expect(await refsOf(bob)).toEqual({});
    });

    test('wanting what it does not have is an error, and brings nothing', async () => {
      const folder = repository();
      await push(ann, folder, MAIN, undefined, commit(folder, 'a.txt', 'a'));
      const other = repository();
      await expect(bob.fetch(localObjects(other), [NOWHERE])).rejects.toMatchObject({
        code: expect.any(String),
      });
      expect(git(other, 'count-objects', '-v')).toMatch(/^count: 0\n[\s\S]*^in-pack: 0$/m);
    });

    test('an abort ends a call with ABORTED', async () => {
      const folder = repository();
      const first = commit(folder, 'a.txt', 'a');
      await push(ann, folder, MAIN, undefined, first);
      const options = { signal: AbortSignal.abort() };
      const updates = [{ ref: 'refs/heads/x', expected: undefined, next: first }];
      await expect(ann.listRefs(options)).rejects.toMatchObject({ code: 'ABORTED' });
      await expect(ann.fetch(localObjects(repository()), [first], options)).rejects.toMatchObject({
        code: 'ABORTED',
      });
      await expect(ann.push(localObjects(folder), updates, options)).rejects.toMatchObject({
        code: 'ABORTED',
      });
      expect(await refsOf(bob)).toEqual({ [MAIN]: first });
    });
  });
}
