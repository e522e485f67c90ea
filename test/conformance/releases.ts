/** What every `Releases` must do. A backend's own test is its set-up and one call of this. */
import type { NewRelease, ReleaseFile, Releases } from '../../src/ports/releases.ts';
import { SyncError } from '../../src/shared/errors.ts';
import type { CommitId, Oid } from '../../src/shared/ids.ts';

export interface ReleasesStand {
  /** Two people who may push, of one project whose releases everyone may see. */
  readonly releases: readonly [Releases, Releases];
  /** Makes an annotated tag of a new commit, with this message, and pushes it. */
  push(tag: string, message: string): Promise<CommitId>;
  close(): Promise<void>;
}

const SIZE = 300_000;

/** @param make a project without releases, a new one for each test */
export function describeReleases(name: string, make: () => Promise<ReleasesStand>): void {
  describe(`${name} as a place for releases`, () => {
    let stand: ReleasesStand;
    let one: Releases;
    let other: Releases;
    beforeEach(async () => {
      stand = await make();
      [one, other] = stand.releases;
    });
    afterEach(() => stand.close());

    /** A file of bytes that do not repeat. */
    async function fileOf(called: string, seed: number, size = SIZE): Promise<ReleaseFile> {
      const bytes = new Uint8Array(size);
      for (let at = 0, state = seed; at < size; at++) {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        bytes[at] = state >>> 16;
      }
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') as Oid; // a SHA-256
      return {
        name: called,
        size,
        sha256,
        async *open(start = 0) {
          for (let at = start; at < size; at += 10_000) yield bytes.slice(at, Math.min(size, at + 10_000));
        },
      };
    }

    async function releaseOf(tag: string, seed: number): Promise<NewRelease> {
      const files = [
        await fileOf(`Mod-${tag}.zip`, seed),
        await fileOf(`Mod-${tag}.zip.sha256`, seed + 1, 90),
      ];
      const [archive] = files;
      const commitId = await stand.push(tag, `Release\n\nModsync-SHA256: ${archive?.sha256}\n`);
      return { tag, commitId, title: `Mod ${tag}`, notes: '- First\n', prerelease: false, files };
    }

    const seen = async (url: string | undefined): Promise<number> => {
      const answer = await fetch(url ?? '');
      await answer.arrayBuffer();
      return answer.status;
    };

    test('a release is a draft until it is let out, can be one again, and is whole each time', async () => {
      expect(await one.list()).toEqual([]);
      expect(await one.largestFile()).toBeGreaterThan(SIZE);
      const release = await releaseOf('v1.0.0', 1);
      const progress: number[] = [];
      const draft = await one.upload(release, { onProgress: ({ bytes }) => void progress.push(bytes) });
      expect(draft).toMatchObject({ tag: 'v1.0.0', draft: true, prerelease: false });
      expect(draft.files.map(({ size }) => size).sort()).toEqual([SIZE, 90].sort());
      expect([progress[0], progress.at(-1)]).toEqual([0, SIZE + 90]);
      const archive = draft.files.find(({ name: called }) => called.endsWith('.zip'));
      expect([401, 404]).toContain(await seen(archive?.url));

      expect(await other.setDraft('v1.0.0', false)).toMatchObject({ draft: false });
      const bytes = await (await fetch(archive?.url ?? '')).arrayBuffer();
      const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
      expect(digest).toBe(release.files[0]?.sha256);
      expect(await one.list()).toMatchObject([{ tag: 'v1.0.0', draft: false }]);

      // the same again changes nothing
      expect(await one.upload(release)).toMatchObject({ draft: false });
      expect(await one.setDraft('v1.0.0', true)).toMatchObject({ draft: true });
      expect([401, 404]).toContain(await seen(archive?.url));
      expect((await other.list()).map(({ tag, draft: isDraft }) => [tag, isDraft])).toEqual([
        ['v1.0.0', true],
      ]);
    });

    test('stopped in the middle, it is a draft without the file, and another person brings the rest', async () => {
      const release = await releaseOf('v1.0.0', 3);
      const stop = new AbortController();
      const uploading = one.upload(release, {
        signal: stop.signal,
        onProgress: ({ bytes }) => {
          if (bytes > SIZE / 2) stop.abort();
        },
      });
      await expect(uploading).rejects.toMatchObject({ code: 'ABORTED' });
      const [half] = await one.list();
      expect([half?.draft, half?.files]).toEqual([true, []]);
      expect((await other.upload(release)).files).toHaveLength(2);
      expect(await other.setDraft('v1.0.0', false)).toMatchObject({ draft: false });
    });

    test('another release of a version that is out is refused, and the one that is out stays', async () => {
      const release = await releaseOf('v1.0.0', 5);
      const before = await one.upload(release);
      await one.setDraft('v1.0.0', false);
      const files = [await fileOf('Mod-v1.0.0.zip', 99)];
      await expect(other.upload({ ...release, files })).rejects.toMatchObject({ code: 'RELEASE_REFUSED' });
      expect((await one.list())[0]?.files).toEqual(before.files);
    });

    test('what is not there cannot be let out', async () => {
      const failed = await one.setDraft('v9.0.0', false).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(SyncError);
      expect(failed).toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}
