/** What of many assets must be transferred, in the portions in which it goes. */
import type { AssetRef } from '../ports/assetStore.ts';

/** Bytes of small assets that go in one request. */
const BUNDLE = 4 << 20;

export interface Questions {
  /** How many assets are asked about at a time. */
  readonly size: number;
  /** Those of a piece that must be transferred. */
  ask(piece: readonly AssetRef[]): Promise<readonly AssetRef[]>;
  /** Told of those that need not. */
  leaveOut(asset: AssetRef): void;
  /** Up to how many bytes an asset goes together with others; 0: never. Asked after an answer. */
  largestTogether(): Promise<number>;
}

/** Asks piece by piece, one piece ahead of the transfers. */
export async function* portions(
  assets: readonly AssetRef[],
  { size, ask, leaveOut, largestTogether }: Questions,
): AsyncGenerator<readonly AssetRef[], void> {
  const askAt = (at: number) => {
    const piece = assets.slice(at, at + size);
    const answer = ask(piece);
    // it may fail before anyone waits for it
    answer.catch(() => undefined);
    return { piece, answer };
  };
  let ahead = assets.length > 0 ? askAt(0) : undefined;
  for (let at = size; ahead; at += size) {
    const { piece, answer } = ahead;
    const chosen = await answer;
    ahead = at < assets.length ? askAt(at) : undefined;
    const left = new Set(chosen.map(({ oid }) => oid));
    for (const asset of piece) if (!left.has(asset.oid)) leaveOut(asset);
    yield* bundled(chosen, await largestTogether());
  }
}

/** Small assets together, as many as make a request worth its while and still leave some for the others; large ones alone. */
function* bundled(assets: readonly AssetRef[], largest: number): Generator<readonly AssetRef[], void> {
  let some: AssetRef[] = [];
  let length = 0;
  for (const asset of assets) {
    if (asset.size > largest) yield [asset];
    else {
      some.push(asset);
      length += asset.size;
    }
    if (length < BUNDLE) continue;
    yield some;
    some = [];
    length = 0;
  }
  if (some.length > 0) yield some;
}
