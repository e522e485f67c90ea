import fc from 'fast-check';
import { readAdvertisement } from '../../src/history/advertisement.ts';
import { FLUSH, PacketReader, pktLine, printable, sideBand } from '../../src/history/pktLine.ts';
import { readPushReport } from '../../src/history/receivePack.ts';
import { negotiate } from '../../src/history/uploadPack.ts';
import { SyncError } from '../../src/shared/errors.ts';
import type { ObjectId } from '../../src/shared/ids.ts';

const runs = { seed: 30, numRuns: 300 * Number(process.env.MODSYNC_SOAK ?? 1) };

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

test('packets come out as they went in, however the stream is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(fc.string({ minLength: 1 }))), sizes, async (lines, cuts) => {
      const bytes = Buffer.concat(lines.map((line) => (line === null ? FLUSH : pktLine(line))));
      const reader = new PacketReader(pieces(bytes, cuts));
      for (const line of lines) {
        const packet = await reader.next();
        expect(typeof packet === 'string' ? packet : Buffer.from(packet).toString()).toBe(line ?? 'flush');
      }
      expect(await reader.next()).toBe('end');
    }),
    runs,
  );
});

test('whatever a hostile remote answers ends in an error that is ours', async () => {
  const id = 'a'.repeat(40) as ObjectId;
  const line = fc.oneof(
    fc.constantFrom(
      '# service=git-upload-pack\n',
      `${id} refs/heads/main\0side-band-64k symref=HEAD:refs/heads/main`,
      `${id} refs/heads/x`,
      `ACK ${id} common\n`,
      `ACK ${id} ready\n`,
      `ACK ${id}\n`,
      'NAK\n',
      'ERR no\n',
      'unpack ok\n',
      'ok refs/heads/main\n',
      'ng refs/heads/main no\n',
      '\x01data',
      '\x010008NAK\n',
      '\x02words',
      '\x03stop',
      '\x04',
    ),
    fc.string({ minLength: 1 }),
  );
  const answer = fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: line.map(pktLine) },
        fc.constant(FLUSH),
        fc.uint8Array({ maxLength: 9 }),
      ),
    )
    .map((parts) => Buffer.concat(parts));
  const drain = async (stream: AsyncIterable<Uint8Array>) => {
    for await (const _ of stream);
  };
  const capabilities = new Set(['side-band-64k', 'multi_ack_detailed', 'no-done']);
  const updates = [{ ref: 'refs/heads/main', expected: undefined, next: id }];
  const readers: ((bytes: Uint8Array) => Promise<unknown>)[] = [
    (bytes) => readAdvertisement(new PacketReader(pieces(bytes, [9])), 'git-upload-pack'),
    (bytes) => drain(sideBand(new PacketReader(pieces(bytes, [9])))),
    (bytes) => readPushReport(pieces(bytes, [9]), updates, capabilities),
    async (bytes) => {
      const call = async () => pieces(bytes, [9]);
      const haves = Array.from({ length: 3000 }, (_, i) => i.toString(16).padStart(40, '0') as ObjectId);
      await drain(await negotiate({ wants: [id], haves, shallow: [], capabilities, call }));
    },
  ];
  for (const read of readers) {
    await fc.assert(
      fc.asyncProperty(answer, async (bytes) => {
        try {
          await read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(SyncError);
        }
      }),
      runs,
    );
  }
});

test("a remote's words cannot take over the terminal", () => {
  expect(printable('\x1b]0;title\x07hello\x9b31m\r\n')).toBe(']0;titlehello31m');
  expect(printable('x'.repeat(1e6)).length).toBe(2000);
});
