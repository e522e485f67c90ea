/** One large asset being read: it shows how far that is, and can be stopped in the middle. */
import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../src/index.ts';
import { git } from '../support/gitRepository.ts';
import { startLocalProject } from '../support/localProject.ts';

const SIZE = 40 << 20;

test('an asset shows how far it is read, and a stop there changes nothing', async () => {
  const { engine, id, folder, write } = await startLocalProject({
    '.gitattributes': '*.ba2 filter=lfs -text\n',
  });
  await engine.syncProject(id);
  const head = git(folder, 'rev-parse', 'HEAD');
  write('Main.ba2', '');
  truncateSync(join(folder, 'Main.ba2'), SIZE);

  const stop = new AbortController();
  const shown: Progress[] = [];
  const onProgress = (progress: Progress) => {
    if (progress.phase !== 'hash') return;
    shown.push(progress);
    stop.abort();
  };
  await expect(
    engine.syncProject(id, 'bidirectional', { signal: stop.signal, onProgress }),
  ).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect(shown[0]).toMatchObject({ files: 0, totalFiles: 1, totalBytes: SIZE });
  expect(shown[0]?.bytes).toBeLessThan(SIZE);
  expect(git(folder, 'rev-parse', 'HEAD')).toBe(head);
  expect(readdirSync(join(folder, '.git/lfs/tmp'))).toEqual([]);
  expect(await engine.syncProject(id)).toMatchObject({ snapshot: expect.any(String) });
});
