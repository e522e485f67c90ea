import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { formatPointer, parsePointer } from '../../src/lfs/index.ts';
import { text, utf8 } from '../../src/shared/bytes.ts';
import { refOf } from '../support/assets.ts';
import { testGitLfs } from '../support/gitLfs.ts';
import { temporaryFolder } from '../support/host.ts';

const soak = Number(process.env.MODSYNC_SOAK ?? 1);
const OID = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
const pointer = (lines: string) => parsePointer(utf8(lines));
const V1 = 'version https://git-lfs.github.com/spec/v1\n';

testGitLfs('a pointer is byte for byte the one git-lfs writes', () => {
  const folder = temporaryFolder('pointer');
  const file = join(folder, 'f');
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 5000, size: 'max' }), (bytes) => {
      writeFileSync(file, bytes);
      const theirs = execFileSync('git', ['lfs', 'pointer', `--file=${file}`], {
        cwd: folder,
        stdio: 'pipe',
      });
      expect(text(formatPointer(refOf(bytes)))).toBe(theirs.toString());
    }),
    { seed: 4, numRuns: 10 * soak },
  );
});

test('every pointer that is written is read back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.maxSafeNat(), (bytes, size) => {
      const { oid } = refOf(bytes);
      expect(parsePointer(formatPointer({ oid, size }))).toEqual({ oid, size, extensions: [] });
    }),
    { seed: 4, numRuns: 200 * soak },
  );
});

test('older versions, CRLF, blank lines and a missing last newline are understood, as by git-lfs', () => {
  const asset = { oid: OID, size: 12, extensions: [] };
  expect(pointer(`${V1}oid sha256:${OID}\nsize 12`)).toEqual(asset);
  expect(pointer(`version https://hawser.github.com/spec/v1\noid sha256:${OID}\nsize 12\n`)).toEqual(asset);
  expect(pointer(`version http://git-media.io/v/2\r\noid sha256:${OID}\r\nsize 12\r\n`)).toEqual(asset);
  expect(pointer(`\n\n${V1}\noid sha256:${OID}\n\nsize 12\n\n`)).toEqual(asset);
});

test('the lines of an extension are kept, so that nobody takes the asset for the file', () => {
  const line = `ext-0-foo sha256:${OID}`;
  expect(pointer(`${V1}${line}\noid sha256:${OID}\nsize 12\n`)?.extensions).toEqual([line]);
});

test.each([
  ['nothing', ''],
  ['text', 'hello world\n'],
  ['an unknown version', `version https://example.com/spec/v9\noid sha256:${OID}\nsize 12\n`],
  ['an oid in capitals', `${V1}oid sha256:${OID.toUpperCase()}\nsize 12\n`],
  ['an oid that is a path', `${V1}oid sha256:../../../../etc/passwd\nsize 12\n`],
  ['an oid with more behind it', `${V1}oid sha256:${OID}/x\nsize 12\n`],
  ['another hash', `${V1}oid md5:${OID}\nsize 12\n`],
  ['a negative size', `${V1}oid sha256:${OID}\nsize -1\n`],
  ['a size beyond 2^53', `${V1}oid sha256:${OID}\nsize 9007199254740992\n`],
  ['a size that is no number', `${V1}oid sha256:${OID}\nsize 1e3\n`],
  ['a line too many', `${V1}oid sha256:${OID}\nsize 12\nmore 1\n`],
  ['lines in another order', `oid sha256:${OID}\n${V1}size 12\n`],
  ['a byte order mark', `\ufeff${V1}oid sha256:${OID}\nsize 12\n`],
  ['1,024 bytes', `${V1}oid sha256:${OID}\nsize 12\n`.padEnd(1024, '\n')],
])('%s is no pointer, but content', (_, lines) => {
  expect(pointer(lines)).toBeUndefined();
});

testGitLfs(
  'whatever git-lfs calls no pointer is none for us either, and a regular one is one for both',
  () => {
    const folder = temporaryFolder('pointer');
    const file = join(folder, 'f');
    const regular = `${V1}oid sha256:${OID}\nsize 12345\n`;
    const damage = fc.record({
      at: fc.nat(regular.length),
      remove: fc.nat(3),
      insert: fc.constantFrom('', '\n', '\r\n', ' ', 'x', '0', '-', '\0', 'ext-0-a b\n', 'size 3\n'),
    });
    fc.assert(
      fc.property(damage, ({ at, remove, insert }) => {
        const bytes = utf8(regular.slice(0, at) + insert + regular.slice(at + remove));
        writeFileSync(file, bytes);
        const theirs = spawnSync('git', ['lfs', 'pointer', '--check', `--file=${file}`], { cwd: folder });
        const ours = parsePointer(bytes);
        // git-lfs takes any 64 letters and digits for an oid, and whatever comes after them; we do not
        if (ours) expect(theirs.status).toBe(0);
        else if (theirs.status === 0) expect(text(bytes)).not.toMatch(/^oid sha256:[0-9a-f]{64}\r?$/m);
      }),
      { seed: 4, numRuns: 60 * soak },
    );
  },
);
