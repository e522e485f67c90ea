/** An asset that is much larger than the memory that may be used for it. */
import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { temporaryFolder } from '../support/host.ts';
import { Modder, startRelayProcess } from '../support/processes.ts';
import { expectHealthy } from '../support/workingCopies.ts';

const MEGABYTES = process.env.MODSYNC_SOAK ? 300 : 220;
const SIZE = MEGABYTES * 2 ** 20;
/** Resident memory of each process, Node and all its code included. */
const MOST = 200 * 2 ** 20;

/** Nothing in it compresses or repeats: a cipher's key stream. */
async function writeLarge(path: string): Promise<string> {
  const hash = createHash('sha256');
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  const zeros = Buffer.alloc(1 << 20);
  const file = await open(path, 'w');
  for (let at = 0; at < SIZE; at += zeros.length) {
    const block = cipher.update(zeros);
    hash.update(block);
    await file.write(block);
  }
  await file.close();
  return hash.digest('hex');
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

test(`an asset of ${MEGABYTES} MB goes up and down in under 200 MB of memory each, the relay too`, async () => {
  const log = join(temporaryFolder('peaks'), 'peaks');
  const hook = pathToFileURL(fileURLToPath(new URL('../support/peakMemory.mjs', import.meta.url)));
  const measured = { NODE_OPTIONS: `--import=${hook}`, MODSYNC_TEST_PEAK: log };
  const relay = await startRelayProcess(measured);
  const [alice, bob] = [new Modder('alice'), new Modder('bob')];
  Object.assign(alice.env, measured);
  Object.assign(bob.env, measured);

  mkdirSync(alice.folder);
  alice.write('small.psc', 'small');
  await alice.modsync('login', relay.url, '--token', relay.ownerToken);
  await alice.modsync('init', alice.folder, '--relay', relay.url, '--yes');
  const { inviteCode } = await alice.modsync('share');
  await bob.modsync('join', String(inviteCode), bob.folder);

  // up and down with sync
  const oid = await writeLarge(alice.path('Large - Textures.ba2'));
  const sent = await alice.run(['sync']);
  expect(sent).toMatchObject({ code: 0, answer: { data: { bytesUploaded: SIZE } } });
  const received = await bob.run(['sync']);
  expect(received).toMatchObject({ code: 0, answer: { data: { bytesDownloaded: SIZE } } });
  expect(await hashOf(bob.path('Large - Textures.ba2'))).toBe(oid);
  await relay.stop();
  for (const person of [alice, bob]) await expectHealthy(person);

  const peaks = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([command = '', bytes]) => ({ command, bytes: Number(bytes) }));
  const told = peaks.filter(({ command }) => ['sync', 'serve'].includes(command));
  expect(told.length).toBe(3);
  console.log(
    `Peak memory with an asset of ${MEGABYTES} MB: ${told.map(({ command, bytes }) => `${command} ${Math.round(bytes / 2 ** 20)} MB`).join(', ')}`,
  );
  for (const { bytes } of peaks) expect(bytes).toBeLessThan(MOST);
});
