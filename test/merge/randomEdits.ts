/** Seeded texts and edits of them, for merges to be tried on. */
export interface TextCase {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

/** `unique`: every line its own. `mixed`: six in ten. `repeated`: nothing but six lines, over and over. */
export type LineStyle = 'unique' | 'mixed' | 'repeated';

export function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) % below;
  };
}

const COMMON = ['{', '}', '', '  EndIf', 'EndFunction'];

export function textCases(seed: number, count: number, style: LineStyle, lines = 40): TextCase[] {
  const below = randomNumbers(seed);
  const line = (): string => {
    if (style === 'repeated') return `r${below(6)}`;
    return style === 'unique' || below(10) < 6 ? `u${below(1e9)}` : (COMMON[below(COMMON.length)] as string);
  };
  const some = (most: number): string[] => Array.from({ length: 1 + below(most) }, line);
  const edit = (base: readonly string[], edits: number): string[] => {
    const edited = [...base];
    for (let i = 0; i < edits; i++) {
      const at = below(edited.length + 1);
      const kind = below(100);
      if (kind < 35) edited.splice(at, 0, ...some(3));
      else if (kind < 70) edited.splice(at, 1 + below(3));
      else if (kind < 93) edited.splice(at, 1 + below(2), ...some(2));
      else edited.splice(below(edited.length + 1), 0, ...edited.splice(at, 1 + below(4)));
    }
    return edited;
  };
  const text = (all: readonly string[]): string =>
    all.join('\n') + (all.length > 0 && below(10) < 9 ? '\n' : '');
  return Array.from({ length: count }, () => {
    const base = Array.from({ length: below(lines) }, line);
    const ours = edit(base, below(4));
    const theirs = below(10) === 0 ? ours : edit(base, below(4));
    return { base: text(base), ours: text(ours), theirs: text(theirs) };
  });
}
