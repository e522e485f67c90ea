import fc from 'fast-check';
import { hashesOf, readBa2, readBa2Entry, writeBa2 } from '../../src/bethesda/index.ts';
import { equal, text, utf8 } from '../../src/shared/bytes.ts';
import { SyncError } from '../../src/shared/errors.ts';
import { fuzzed, mutated } from '../support/mutate.ts';
import { describeReal, realFile, realPaths } from '../support/realFiles.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const files = [
  { path: 'Scripts/Beacon/Main.pex', content: utf8('compiled '.repeat(500)) },
  { path: 'Textures/Beacon/glow_d.dds', content: new Uint8Array(300).map((_, i) => (i * 71) % 251) },
  { path: 'empty.txt', content: new Uint8Array() },
];

describe('BA2 archives', () => {
  test.each([
    ['stored', undefined],
    ['compressed', zlibCodec],
  ])('what is packed %s comes out again', (_, codec) => {
    const bytes = writeBa2(files, codec);
    const archive = readBa2(bytes);
    expect(archive).toMatchObject({ version: 1, type: 'GNRL' });
    expect(archive.entries.map(({ name }) => name)).toEqual(files.map(({ path }) => path));
    archive.entries.forEach((entry, i) => {
      expect(equal(readBa2Entry(bytes, entry, zlibCodec), files[i]?.content as Uint8Array)).toBe(true);
    });
  });

  test('damaged archives are read or refused, never worse', () => {
    const seeds = [
      writeBa2(files, zlibCodec),
      ...realPaths(/\.ba2$/)
        .map(realFile)
        .filter((b) => b.length < 30_000),
    ];
    fc.assert(
      fc.property(mutated(seeds), (bytes) => {
        try {
          const { type, entries } = readBa2(bytes);
          if (type === 'GNRL') for (const entry of entries) readBa2Entry(bytes, entry, zlibCodec);
        } catch (error) {
          if (!(error instanceof SyncError && error.code === 'MALFORMED_ARCHIVE')) throw error;
        }
      }),
      { seed: 1, numRuns: fuzzed(400) },
    );
  });
});

describeReal('real BA2 archives', () => {
  test.each(realPaths(/\.ba2$/).filter((path) => !path.includes('invalid')))('%s is listed', (path) => {
    const { entries, type } = readBa2(realFile(path));
    expect(entries.length).toBeGreaterThan(0);
    for (const { name, nameHash, folderHash, extension, texture } of entries) {
      expect(texture !== undefined).toBe(type === 'DX10');
      if (name === undefined) continue;
      expect(hashesOf(name)).toEqual({ name: nameHash, folder: folderHash, extension });
    }
  });

  test.each(realPaths(/invalid.*\.ba2$/))('%s is refused with the reason', (path) => {
    expect(() => readBa2(realFile(path))).toThrow(expect.objectContaining({ code: 'MALFORMED_ARCHIVE' }));
  });

  test('the texts in an archive can be read', () => {
    const bytes = realFile('archives/fo4_next_gen_test-gnrl_v8.ba2');
    const [licence] = readBa2(bytes).entries;
    expect(licence).toBeDefined();
    if (licence) expect(text(readBa2Entry(bytes, licence, zlibCodec)).length).toBe(licence.chunks[0]?.size);
  });
});
