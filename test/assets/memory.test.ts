import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/host.ts';
import { startLfsServer } from '../support/lfsServers.ts';
import { compiledFolder } from '../support/processes.ts';

const soak = Number(process.env.MODSYNC_SOAK ?? 1);
const MEGABYTE = 1 << 20;
const support = join(process.cwd(), 'test/support');

/** Megabytes: more than a process may grow by. */
const SIZE = soak > 1 ? 300 * Math.min(soak, 14) : 200;

test(`a ${SIZE} MB asset goes up and comes down in constant memory`, async () => {
  const server = await startLfsServer({ verify: true });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(support, 'transferLargeAsset.mjs'),
      compiledFolder,
      server.url,
      temporaryFolder('memory'),
      String(SIZE * MEGABYTE),
    ],
    { env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const { grown } = JSON.parse(stdout);
  if (process.env.MODSYNC_FIGURES) console.info(stdout);
  expect(grown).toBeLessThan(150 * MEGABYTE);
});
