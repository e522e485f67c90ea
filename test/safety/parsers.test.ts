/**
 * Packs, objects and trees that are made to harm: what they may cost is bounded. Each attack runs in a process of its
 * own, whose largest memory is measured.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { ObjectStore } from '../../src/git/objects/ObjectStore.ts';
import { entryHeader, packHeader } from '../../src/git/objects/packEntry.ts';
import { readPackStream, type StreamedEntry } from '../../src/git/objects/packStream.ts';
import type { ObjectId } from '../../src/shared/ids.ts';
import { git } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { compiledFolder } from '../support/processes.ts';

const host = testHost();
const MB = 1 << 20;

const sealed = (parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
};
const blobId = (content: Uint8Array) =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex') as ObjectId;

function store(): { folder: string; objects: ObjectStore } {
  const folder = temporaryFolder('parsers');
  git(folder, 'init', '-q');
  return { folder, objects: new ObjectStore(host, join(folder, '.git')) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield new Uint8Array(bytes.subarray(at, at + 65_536));
}

const refused = { name: 'SyncError', code: 'MALFORMED_OBJECT' };

/** Sizes in a delta: seven bits a byte, the lowest first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

test('sizes that lie are refused, too small and too large', async () => {
  const content = Buffer.alloc(5000, 'x');
  for (const size of [0, 1, 4999, 5001, 100 * MB, 1024 * MB]) {
    const pack = sealed([packHeader(1), entryHeader('blob', size), deflateSync(content)]);
    await expect(store().objects.storePack(once(pack))).rejects.toMatchObject(refused);
  }
  const overlong = Buffer.from([0xb0, ...Array.from({ length: 12 }, () => 0xff), 0x01]);
  await expect(store().objects.storePack(once(sealed([packHeader(1), overlong])))).rejects.toMatchObject(
    refused,
  );
});

test('a pack that says it has milliards of objects ends where its bytes end', async () => {
  const pack = sealed([packHeader(0xffffffff), entryHeader('blob', 1), deflateSync(Buffer.from('x'))]);
  await expect(store().objects.storePack(once(pack))).rejects.toMatchObject(refused);
});

test('deltas that build on each other in a circle, on themselves, on what comes later', async () => {
  const [a, b] = ['a'.repeat(40), 'b'.repeat(40)] as ObjectId[];
  const delta = deflateSync(Buffer.concat([varint(1), varint(1), Buffer.from([0x01, 0x78])]));
  const size = 4;
  const circle = sealed([
    packHeader(2),
    entryHeader({ id: a! }, size),
    delta,
    entryHeader({ id: b! }, size),
    delta,
  ]);
  await expect(store().objects.storePack(once(circle))).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
  const itself = Buffer.concat([Buffer.from([0x64, 0x00]), delta]);
  await expect(store().objects.storePack(once(sealed([packHeader(1), itself])))).rejects.toMatchObject(
    refused,
  );
  const before = sealed([packHeader(1), entryHeader({ distance: 100_000 }, size), delta]);
  await expect(store().objects.storePack(once(before))).rejects.toMatchObject(refused);
});

test('a chain of deltas as long as git allows is read; a longer one is refused, without a hang', async () => {
  const chain = (length: number) => {
    const parts: Uint8Array[] = [
      packHeader(length + 1),
      entryHeader('blob', 8),
      deflateSync(Buffer.alloc(8)),
    ];
    let before = (parts[1] as Uint8Array).length + (parts[2] as Uint8Array).length;
    for (let i = 0; i < length; i++) {
      const content = Buffer.alloc(8);
      content.writeUInt32BE(i + 1);
      const delta = Buffer.concat([varint(8), varint(8), Buffer.from([8]), content]);
      const header = entryHeader({ distance: before }, delta.length);
      const deflated = deflateSync(delta);
      parts.push(header, deflated);
      before = header.length + deflated.length;
    }
    return sealed(parts);
  };
  const last = Buffer.alloc(8);
  last.writeUInt32BE(4000);
  const { objects } = store();
  await objects.storePack(once(chain(4000)));
  expect(Buffer.from(await objects.readBlob(blobId(last) as never))).toEqual(last);
  const started = performance.now();
  await expect(store().objects.storePack(once(chain(20_000)))).rejects.toMatchObject(refused);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('garbage in the place of zlib does not make the reader ask for more and more', async () => {
  const entries: StreamedEntry[] = [];
  let asked = 0;
  const source = async function* () {
    yield Buffer.concat([packHeader(1), entryHeader('blob', 100), Buffer.from([0x78, 0x9c])]);
    for (;;) {
      asked++;
      if (asked > 1000) throw new Error('asked for too much');
      yield Buffer.alloc(65_536, 0xff);
    }
  };
  const pieces = readPackStream(host.codec, source(), entries, () => undefined);
  await expect(pieces.next()).rejects.toMatchObject(refused);
  expect(asked).toBeLessThan(20);
});

describe('memory', () => {
  /** Most memory of a process that takes in a pack which `make` writes in JavaScript, in MiB; and how it ended. */
  function peak(make: string): { readonly mib: number; readonly outcome: string } {
    const compiled = JSON.stringify(compiledFolder);
    const folder = temporaryFolder('peak');
    git(folder, 'init', '-q');
    const script = `
      import { createHash } from 'node:crypto';
      import { existsSync, readFileSync } from 'node:fs';
      import { createDeflate, deflateSync } from 'node:zlib';
      const { nodeHost } = await import(${compiled} + '/platform/node/index.js');
      const { ObjectStore } = await import(${compiled} + '/git/objects/ObjectStore.js');
      const { entryHeader, packHeader } = await import(${compiled} + '/git/objects/packEntry.js');
      const host = nodeHost({ home: ${JSON.stringify(folder)}, environment: {} });
      const objects = new ObjectStore(host, ${JSON.stringify(join(folder, '.git'))});
      const MB = 1 << 20;
      function varint(value) { const bytes = []; for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128); bytes.push(value); return Buffer.from(bytes); }
      async function* sealed(parts) {
        const sum = createHash('sha1');
        for await (const part of parts) { sum.update(part); yield part; }
        yield sum.digest();
      }
      async function* zeros(size) {
        const deflate = createDeflate({ level: 9 });
        (async () => { const block = Buffer.alloc(MB); for (let i = 0; i < size; i += MB) if (!deflate.write(block)) await new Promise((go) => deflate.once('drain', go)); deflate.end(); })();
        yield* deflate;
      }
      ${make}
      let outcome = 'stored';
      try { await objects.storePack(sealed(pack())); } catch (error) { outcome = error.code + ' ' + error.message; }
      // what the system calls the largest so far would include the process that started this one
      const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'latin1') : '';
      const kib = Number(/VmHWM:\\s+(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
      console.log(JSON.stringify({ mib: kib / 1024, outcome }));
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as { mib: number; outcome: string };
  }

  test('a size of a gigabyte that is not there costs nothing', () => {
    const { mib, outcome } = peak(`
      async function* pack() { yield packHeader(1); yield entryHeader('blob', 1024 * MB); yield deflateSync(Buffer.from('small')); }
    `);
    expect(outcome).toMatch(/MALFORMED_OBJECT/);
    expect(mib).toBeLessThan(150);
  });

  test('a bomb costs no more than the one object that it is', () => {
    const { mib, outcome } = peak(`
      async function* pack() { yield packHeader(1); yield entryHeader('blob', 300 * MB); yield* zeros(300 * MB); }
    `);
    expect(outcome).toBe('stored');
    expect(mib).toBeLessThan(300 + 450);
  });

  test('many bombs cost no more than one', () => {
    const { mib, outcome } = peak(`
      async function* pack() { yield packHeader(8); for (let i = 0; i < 8; i++) { yield entryHeader('blob', (60 + i) * MB); yield* zeros((60 + i) * MB); } }
    `);
    expect(outcome).toBe('stored');
    expect(mib).toBeLessThan(450);
  });

  test('a bomb that is larger than it says is stopped at what it says', () => {
    const { mib, outcome } = peak(`
      async function* pack() { yield packHeader(1); yield entryHeader('blob', 1000); yield* zeros(500 * MB); }
    `);
    expect(outcome).toMatch(/MALFORMED_OBJECT/);
    expect(mib).toBeLessThan(150);
  });

  test('deltas of a few bytes that make large objects cost no more than two of these', () => {
    const { mib, outcome } = peak(`
      // each copies 64 KiB of its base a thousand times
      const copy = Buffer.from([0x80]);
      async function* pack() {
        const base = Buffer.alloc(65536, 7);
        const whole = deflateSync(base);
        const header = entryHeader('blob', base.length);
        yield packHeader(31); yield header; yield whole;
        let distance = header.length + whole.length;
        for (let i = 0; i < 30; i++) {
          const delta = Buffer.concat([varint(65536), varint(65536 * (700 + i)), Buffer.alloc(700 + i, copy)]);
          const deflated = deflateSync(delta);
          const at = entryHeader({ distance }, delta.length);
          yield at; yield deflated;
          distance += at.length + deflated.length;
        }
      }
    `);
    expect(outcome).toBe('stored');
    expect(mib).toBeLessThan(450);
  });
});
