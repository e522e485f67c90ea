import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/host.ts';
import { startLfsServer } from '../support/lfsServers.ts';

const soak = Number(process.env.MODSYNC_SOAK ?? 1);
const MEGABYTE = 1 << 20;
const support = join(process.cwd(), 'test/support');

test('a 300 MB asset goes up and comes down in constant memory', async () => {
  const server = await startLfsServer({ verify: true });
  const size = 300 * MEGABYTE * Math.min(soak, 14);
  const loader = pathToFileURL(join(support, 'typescript.mjs')).href;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--import',
      loader,
      join(support, 'transferLargeAsset.ts'),
      server.url,
      temporaryFolder('memory'),
      String(size),
    ],
    { env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const { grown } = JSON.parse(stdout);
  if (process.env.MODSYNC_FIGURES) console.info(stdout);
  expect(grown).toBeLessThan(150 * MEGABYTE);
});
