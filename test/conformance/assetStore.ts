/** What every `AssetStore` must do. A backend's own test is its set-up and one call of this. */
import type { AssetStore } from '../../src/ports/assetStore.ts';
import { gather, pieces, testAsset } from '../support/assets.ts';

/** @param make an empty store, a new one for each test */
export function describeAssetStore(name: string, make: () => Promise<AssetStore>): void {
  describe(`${name} as an asset store`, () => {
    const small = testAsset('small', 1000);
    const large = testAsset('large', 3_000_000);

    test('what was put comes back byte for byte', async () => {
      const store = await make();
      for (const asset of [small, large]) {
        await store.put(asset);
        const { start, bytes } = await store.get(asset);
        expect(start).toBe(0);
        expect(Buffer.compare(await gather(bytes), asset.bytes)).toBe(0);
      }
    });

    test('missing names exactly what the store lacks, also when the same asset is asked for twice', async () => {
      const store = await make();
      await store.put(small);
      const missing = await store.missing([small, large, small, large]);
      expect([...new Set(missing.map(({ oid }) => oid))]).toEqual([large.oid]);
      expect(await store.missing([])).toEqual([]);
    });

    test('more assets than one batch are answered, each of them', async () => {
      const store = await make();
      const many = Array.from({ length: 230 }, (_, at) => testAsset(at, 10));
      await store.put(many[0]!);
      await store.put(many[229]!);
      const missing = await store.missing(many);
      expect(missing.map(({ oid }) => oid)).toEqual(many.slice(1, 229).map(({ oid }) => oid));
    });

    test('putting an asset again is a success and changes nothing', async () => {
      const store = await make();
      await store.put(small);
      await store.put(small);
      const impostor = { ...small, open: () => pieces(testAsset('other', 1000).bytes) };
      await store.put(impostor).catch(() => undefined);
      expect(Buffer.compare(await gather((await store.get(small)).bytes), small.bytes)).toBe(0);
    });

    test.each([
      ['other bytes of the right length', testAsset('other', 1000).bytes],
      ['too few bytes', small.bytes.subarray(0, 999)],
      ['too many bytes', new Uint8Array([...small.bytes, 0])],
    ])('%s are refused, and nothing is stored', async (_, bytes) => {
      const store = await make();
      const put = store.put({ ...small, open: (start = 0) => pieces(bytes.subarray(start)) });
      await expect(put).rejects.toMatchObject({ code: 'ASSET_CORRUPT' });
      expect(await store.missing([small])).toHaveLength(1);
      await expect(store.get(small)).rejects.toMatchObject({ code: 'ASSET_MISSING' });
    });

    test('a large asset with wrong bytes is refused too', async () => {
      const store = await make();
      for (const bytes of [testAsset('other', large.size).bytes, large.bytes.subarray(1)]) {
        const put = store.put({ ...large, open: () => pieces(bytes) });
        await expect(put).rejects.toMatchObject({ code: 'ASSET_CORRUPT' });
      }
      expect(await store.missing([large])).toHaveLength(1);
    });

    test('a source that fails stores nothing, and its own error comes out', async () => {
      const store = await make();
      const open = async function* () {
        yield large.bytes.subarray(0, 1_500_000);
        throw new Error('the disk is gone');
      };
      await expect(store.put({ ...large, open })).rejects.toThrow('the disk is gone');
      expect(await store.missing([large])).toHaveLength(1);
    });

    test('an asset that nobody put is ASSET_MISSING', async () => {
      const store = await make();
      await expect(store.get(small)).rejects.toMatchObject({ code: 'ASSET_MISSING' });
      await store.prepare?.([small], 'get');
      await expect(store.get(small)).rejects.toMatchObject({ code: 'ASSET_MISSING' });
    });

    test('reading goes on from an offset, or from an earlier one that the store names', async () => {
      const store = await make();
      await store.put(large);
      for (const from of [1, 64 << 10, 2_999_999]) {
        const { start, bytes } = await store.get(large, from);
        expect(start).toBeLessThanOrEqual(from);
        expect(Buffer.compare(await gather(bytes), large.bytes.subarray(start))).toBe(0);
      }
    });

    test('assets prepared together can be had one by one', async () => {
      const store = await make();
      const few = [1, 2, 3].map((seed) => testAsset(seed, 500));
      await store.prepare?.(few, 'put');
      await Promise.all(few.map((asset) => store.put(asset)));
      await store.prepare?.(few, 'get');
      for (const asset of few)
        expect(Buffer.compare(await gather((await store.get(asset)).bytes), asset.bytes)).toBe(0);
    });

    test('a reader may stop early and the store goes on working', async () => {
      const store = await make();
      await store.put(large);
      for await (const chunk of (await store.get(large)).bytes) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect((await gather((await store.get(large)).bytes)).length).toBe(large.size);
    });

    test('an abort ends a call with ABORTED', async () => {
      const store = await make();
      const signal = AbortSignal.abort();
      await expect(store.missing([small], { signal })).rejects.toMatchObject({ code: 'ABORTED' });
      await expect(store.put(small, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
      await expect(store.get(small, 0, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    });
  });
}
