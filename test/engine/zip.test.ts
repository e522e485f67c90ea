/** Archives of releases, read back by programs that others wrote. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { type ZipFile, zip } from '../../src/engine/releases/zip.ts';
import { concat, utf8 } from '../../src/shared/bytes.ts';
import { temporaryFolder } from '../support/host.ts';

const python = spawnSync('python3', ['--version']).status === 0;

/** @param cut the length of the pieces that the content comes in */
const file = (path: string, content: Uint8Array, packed = false, cut = 1000): ZipFile => ({
  path,
  size: content.length,
  packed,
  async *open() {
    for (let at = 0; at < content.length; at += cut) yield content.subarray(at, at + cut);
  },
});

async function zipped(files: Iterable<ZipFile>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of zip(files)) parts.push(part);
  return concat(parts);
}

const noise = (length: number) => Uint8Array.from({ length }, (_, at) => (at * at * 31 + (at >> 3)) & 0xff);

test('the bytes are the same however the content comes, and the same as ever', async () => {
  const content = noise(300_000);
  const make = (cut: number) =>
    zipped([
      file('MyMod.esp', utf8('TES4'.repeat(500)), false, cut),
      file('Textures/Größe.dds', content, false, cut),
      file('Sound/a.xwm', content, true, cut),
      file('empty.ini', new Uint8Array(), false, cut),
    ]);
  const first = await make(1);
  for (const cut of [7, 65_536, 65_537, 1 << 20])
    expect(Buffer.from(await make(cut)).equals(first)).toBe(true);
  // what was released once must come out again: where this changes, ARCHIVE_FORMAT goes up
  expect(createHash('sha256').update(first).digest('hex')).toMatchInlineSnapshot(
    `"86457d255763c73b686ff7d5ab2f0aabd459014c4e78b699daac5047c7f4b0fb"`,
  );
});

test('whatever is in it comes out again', async () => {
  const path = fc.stringMatching(/^[a-zA-Zäß日 _-]{1,12}(\/[a-z0-9 .-]{1,8}){0,3}$/);
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 5000 }), fc.boolean()), {
        selector: ([name]) => name,
        maxLength: 8,
      }),
      async (entries) => {
        const archive = await zipped(entries.map(([name, content, packed]) => file(name, content, packed)));
        const found = unzipSync(archive);
        expect(Object.keys(found).sort()).toEqual(entries.map(([name]) => name).sort());
        for (const [name, content] of entries)
          expect(Buffer.from(found[name] ?? []).equals(content)).toBe(true);
      },
    ),
    { numRuns: 40 * Number(process.env.MODSYNC_SOAK ?? 1), seed: 20261122 },
  );
});

(python ? test : test.skip)('more files than a plain zip can count are read by others', async () => {
  const files = Array.from({ length: 65_600 }, (_, at) => file(`Meshes/${at}.nif`, utf8(`${at}`)));
  const path = join(temporaryFolder('zip'), 'many.zip');
  writeFileSync(path, await zipped(files));
  const script = `import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
names = archive.namelist()
assert archive.testzip() is None
print(len(names), archive.read('Meshes/65599.nif').decode())`;
  const read = spawnSync('python3', ['-c', script, path], { encoding: 'utf8' });
  expect(read.stdout + read.stderr).toBe('65600 65599\n');
});

test('a file that is not as long as it said is an error, not an archive', async () => {
  const short = { ...file('a.ini', utf8('short')), size: 10 };
  await expect(zipped([short])).rejects.toMatchObject({ code: 'INTERNAL' });
});
