/** A text with the places that both sides changed between markers, as `git merge-file --diff3` writes it. */
import { concat } from '../shared/bytes.ts';
import {
  bytesOf,
  encodingsClash,
  type Lines,
  type LineUnit,
  lineUnitOf,
  markLength,
  splitLines,
} from './lines.ts';
import { mergeRegions, withLineEnd } from './mergeText.ts';

export interface MarkerLabels {
  readonly ours: string;
  readonly base: string;
  readonly theirs: string;
}

/** @returns `undefined` where the sides are encoded differently: no one text could hold them */
export function markText(
  base: Uint8Array,
  ours: Uint8Array,
  theirs: Uint8Array,
  labels: MarkerLabels,
): Uint8Array | undefined {
  const unit = lineUnitOf(ours);
  if (unit === 'byte' && encodingsClash(ours, theirs)) return undefined;
  if (lineUnitOf(theirs) !== unit || (base.length > 0 && lineUnitOf(base) !== unit)) return undefined;
  // before the first marker, where editors look for it
  const mark = ours.subarray(0, markLength(ours));
  const plain = (side: Uint8Array) => (mark.length > 0 ? side.subarray(markLength(side)) : side);
  const [b, o, t] = splitLines([plain(base), plain(ours), plain(theirs)], unit);
  const marker = (text: string) => encoded(`${text}${hasCarriageReturns(o, unit) ? '\r\n' : '\n'}`, unit);
  const [from, was, split, to] = [
    marker(`<<<<<<< ${labels.ours}`),
    marker(`||||||| ${labels.base}`),
    marker('======='),
    marker(`>>>>>>> ${labels.theirs}`),
  ] as const;
  return concat([
    mark,
    ...mergeRegions(b, o, t).flatMap((region) => {
      const [before, mine, other] = [
        bytesOf(b, ...region.base),
        bytesOf(o, ...region.ours),
        bytesOf(t, ...region.theirs),
      ] as const;
      if (region.by === 'theirs') return [other];
      if (region.by !== 'conflict') return [mine];
      const whole = (lines: Uint8Array, next: Uint8Array) => withLineEnd(lines, next, unit);
      return [from, whole(mine, was), was, whole(before, split), split, whole(other, to), to];
    }),
  ]);
}

function encoded(text: string, unit: LineUnit): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (unit === 'byte') return bytes;
  const wide = new Uint8Array(text.length * 2);
  const view = new DataView(wide.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), unit === 'utf-16le');
  return wide;
}

/** By its first line. */
function hasCarriageReturns(lines: Lines, unit: LineUnit): boolean {
  const first = bytesOf(lines, 0, Math.min(1, lines.ids.length));
  return (
    first.at(-2) === 13 ||
    (unit === 'utf-16le' && first.at(-4) === 13) ||
    (unit === 'utf-16be' && first.at(-3) === 13)
  );
}
