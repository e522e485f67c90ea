/** The protocol alone, with Git's part played by hand; test/stockGit has Git itself on the other side. */
import fc from 'fast-check';
import { AssetCache, GitFilter } from '../../src/assets/index.ts';
import { type FilterWork, formatPointer, serveFilterProcess } from '../../src/lfs/index.ts';
import type { AssetRef } from '../../src/ports/assetStore.ts';
import { SyncError } from '../../src/shared/errors.ts';
import { FLUSH, PacketReader, packets, pktLine } from '../../src/shared/wire/pktLine.ts';
import { bytesOf, pieces, refOf } from '../support/assets.ts';
import { temporaryFolder, testHost } from '../support/host.ts';

const lines = (...words: string[]) => [...words.map((word) => pktLine(`${word}\n`)), FLUSH];
const content = (bytes: Uint8Array) => [packets(bytes), FLUSH];
const HELLO = [
  ...lines('git-filter-client', 'version=2'),
  ...lines('capability=clean', 'capability=smudge', 'capability=delay', 'capability=of-tomorrow'),
];
const NO_BYTES = new Uint8Array();

/** Lines without their end; contents of more than a line as they are. */
const shown = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes).toString('latin1');
  return text.length > 200 ? text : text.replace(/\n$/, '');
};

/** What the filter answers, packet by packet; lines as text. */
async function ask(work: FilterWork, ...said: Uint8Array[]): Promise<string[]> {
  const answered: Uint8Array[] = [];
  await serveFilterProcess(
    pieces(Buffer.concat(said), 700),
    async (bytes) => {
      answered.push(bytes.slice());
    },
    work,
  );
  const reader = new PacketReader(pieces(Buffer.concat(answered)), (what) => new SyncError('INTERNAL', what));
  const read: string[] = [];
  for (;;) {
    const packet = await reader.next();
    if (packet === 'end') return read;
    read.push(typeof packet === 'string' ? packet : shown(packet));
  }
}

function filter(download?: (assets: readonly AssetRef[]) => Promise<void>) {
  const notes: string[] = [];
  const cache = new AssetCache(testHost(), temporaryFolder('git'));
  return { cache, notes, work: new GitFilter({ cache, download, note: (words) => notes.push(words) }) };
}

const WELCOME = [
  ...['git-filter-server', 'version=2', 'flush'],
  ...['capability=clean', 'capability=smudge', 'capability=delay', 'flush'],
];

test('a file becomes its pointer, and the pointer the file again', async () => {
  const { work, cache } = filter();
  const bytes = bytesOf('texture', 200_000);
  const pointer = formatPointer(refOf(bytes));
  const cleaned = await ask(work, ...HELLO, ...lines('command=clean', 'pathname=a.dds'), ...content(bytes));
  const text = shown(pointer);
  expect(cleaned).toEqual([...WELCOME, 'status=success', 'flush', text, 'flush', 'flush']);
  expect(await cache.has(refOf(bytes))).toBe(true);

  const back = await ask(work, ...HELLO, ...lines('command=smudge', 'pathname=a.dds'), ...content(pointer));
  const parts = back.slice(WELCOME.length + 2, -2);
  expect(Buffer.from(parts.join(''), 'latin1').equals(bytes)).toBe(true);
});

test('what is a pointer already, or empty, stays as it is', async () => {
  const { work } = filter();
  const pointer = formatPointer(refOf(bytesOf('x', 5)));
  const said = [...HELLO];
  for (const bytes of [pointer, NO_BYTES])
    said.push(...lines('command=clean', 'pathname=a.dds'), ...content(bytes));
  expect((await ask(work, ...said)).slice(WELCOME.length)).toEqual([
    ...['status=success', 'flush', shown(pointer), 'flush', 'flush'],
    ...['status=success', 'flush', 'flush', 'flush'],
  ]);
});

test('assets that are not here are put off, and fetched a hundred at a time', async () => {
  const assets = Array.from({ length: 250 }, (_, at) => bytesOf(at, 100));
  const asked: number[] = [];
  const { work, cache } = filter(async (wanted) => {
    asked.push(wanted.length);
    for (const asset of assets)
      if (wanted.some(({ oid }) => oid === refOf(asset).oid)) await cache.addContent(pieces(asset));
  });
  const said = [...HELLO];
  for (const [at, bytes] of assets.entries())
    said.push(
      ...lines('command=smudge', `pathname=ü ${at}.dds`, 'can-delay=1'),
      ...content(formatPointer(refOf(bytes))),
    );
  for (let list = 0; list < 4; list++) said.push(...lines('command=list_available_blobs'));
  said.push(...lines('command=smudge', 'pathname=ü 249.dds'), ...content(NO_BYTES));
  const answers = (await ask(work, ...said)).slice(WELCOME.length);
  expect(answers.filter((line) => line === 'status=delayed')).toHaveLength(250);
  expect(new Set(answers.filter((line) => line.startsWith('pathname='))).size).toBe(250);
  expect(asked).toEqual([100, 100, 50]);
  const last = Buffer.from(assets[249] as Uint8Array)
    .toString('latin1')
    .trimEnd();
  expect(answers.slice(-5)).toEqual(['status=success', 'flush', last, 'flush', 'flush']);
});

test('an asset that cannot be had leaves its pointer, and the network is not asked again', async () => {
  let asked = 0;
  const { work, notes } = filter(async () => {
    asked++;
    throw new SyncError('BACKEND_CONNECTION_FAILED', 'No network.');
  });
  const pointers = [1, 2, 3].map((seed) => formatPointer(refOf(bytesOf(seed, 9))));
  const said = pointers.flatMap((pointer, at) => [
    ...lines('command=smudge', `pathname=${at}`),
    ...content(pointer),
  ]);
  const answers = await ask(work, ...HELLO, ...said);
  for (const pointer of pointers) expect(answers).toContain(shown(pointer));
  expect(answers).not.toContain('status=error');
  expect(asked).toBe(1);
  work.finish();
  expect(notes).toEqual([
    expect.stringContaining('3 assets are not on this machine: their pointers will do'),
  ]);
});

test('a damaged cached file is noticed while it is sent, and Git is told', async () => {
  const { work, cache, notes } = filter();
  const bytes = bytesOf('good', 3_000_000);
  const asset = await cache.addContent(pieces(bytes));
  const damaged = bytes.slice();
  damaged[2_999_999] = (damaged[2_999_999] ?? 0) ^ 1;
  await testHost().disk.publish(cache.pathOf(asset.oid), damaged);
  const said = [...lines('command=smudge', 'pathname=a.dds'), ...content(formatPointer(asset))];
  const answers = await ask(work, ...HELLO, ...said);
  expect(answers.slice(-3)).toEqual(['flush', 'status=error', 'flush']);
  expect(notes[0]).toContain('damaged');
});

test('whatever stands on the pipe ends in an answer or in an error of ours', async () => {
  const part = fc.oneof(
    fc.constantFrom(...HELLO, ...lines('command=clean', 'pathname=x', 'command=list_available_blobs')),
    fc.constantFrom(...lines('command=smudge', 'can-delay=1', 'command=else')),
    fc.string({ minLength: 1 }).map(pktLine),
    fc.uint8Array({ maxLength: 9 }),
  );
  const { work } = filter();
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(part), async (polite, parts) => {
      try {
        await ask(work, ...(polite ? HELLO : []), ...parts);
      } catch (error) {
        expect(error).toMatchObject({ code: 'REMOTE_PROTOCOL' });
      }
    }),
    { seed: 4, numRuns: 300 * Number(process.env.MODSYNC_SOAK ?? 1) },
  );
});
