/** Sizes as people write them. */

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gib: 2 ** 30,
};

/** As git-lfs reads sizes. `undefined` when it is none. */
export function parseSize(said: unknown): number | undefined {
  if (typeof said === 'number') return Number.isFinite(said) && said >= 0 ? Math.floor(said) : undefined;
  const [, number, unit] =
    (typeof said === 'string' && /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(said)) || [];
  const factor = UNITS[unit?.toLowerCase() ?? ''];
  return number === undefined || factor === undefined ? undefined : Math.floor(Number(number) * factor);
}
