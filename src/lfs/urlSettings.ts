/** Settings that Git scopes to addresses, and addresses that it reads as others. Source: git-config(1), `http.<url>.*`, `url.<base>.*`. */
import type { GitSettings } from '../ports/backend.ts';

interface Match {
  readonly url: string;
  /** The more specific one wins: host, then path, then user. */
  readonly rank: readonly [host: number, path: number, user: number];
}

/**
 * The values of `section.<url>.name` for the most specific URL that `target` is below; else those of `section.name`.
 * @param options.general whether `section.name`, which is for every address, counts
 * @param options.resettable an empty value takes back what came before it: so it is with lists
 */
export function valuesForUrl(
  settings: GitSettings,
  section: string,
  name: string,
  target: string,
  { general = true, resettable = true }: { readonly general?: boolean; readonly resettable?: boolean } = {},
): readonly string[] {
  const ending = `.${name.toLowerCase()}`;
  const start = `${section.toLowerCase()}.`;
  const since = resettable ? sinceReset : (values: readonly string[]) => values;
  let best: Match | undefined;
  for (const key of settings.keys()) {
    if (!key.startsWith(start) || !key.endsWith(ending) || key.length <= start.length + ending.length - 1)
      continue;
    const match = matchUrl(key.slice(start.length, -ending.length), target);
    if (match && (!best || isBetter(match, best))) best = match;
  }
  if (best) return since(settings.getAll(`${section}.${best.url}.${name}`));
  return general ? since(settings.getAll(`${section}.${name}`)) : [];
}

const sinceReset = (values: readonly string[]): readonly string[] => values.slice(values.lastIndexOf('') + 1);

function isBetter({ rank: a }: Match, { rank: b }: Match): boolean {
  for (const at of [0, 1, 2] as const) if (a[at] !== b[at]) return a[at] > b[at];
  return true;
}

function matchUrl(url: string, target: string): Match | undefined {
  // a star stands for one label of the host; URL itself would refuse or escape it
  const wild = url.replace(/\*/g, 'wildcard-label');
  if (!URL.canParse(wild) || !URL.canParse(target)) return undefined;
  const pattern = new URL(wild);
  const wanted = new URL(target);
  if (pattern.protocol !== wanted.protocol || pattern.port !== wanted.port) return undefined;
  if (pattern.username !== '' && pattern.username !== wanted.username) return undefined;
  const labels = pattern.hostname.split('.');
  const theirs = wanted.hostname.split('.');
  const isHost =
    labels.length === theirs.length &&
    labels.every((label, at) => label === 'wildcard-label' || label === theirs[at]);
  const folder = pattern.pathname.replace(/\/*$/, '/');
  if (!isHost || !`${wanted.pathname}/`.startsWith(folder)) return undefined;
  const exact = labels.filter((label) => label !== 'wildcard-label').length;
  return { url, rank: [exact, folder.length, pattern.username === '' ? 0 : 1] };
}

/** As Git reads an address: `url.<base>.insteadOf`, the longest that fits. */
export function rewrittenUrl(settings: GitSettings, url: string): string {
  let best: { readonly base: string; readonly length: number } | undefined;
  for (const key of settings.keys()) {
    const base = /^url\.(.+)\.insteadof$/s.exec(key)?.[1];
    if (base === undefined) continue;
    for (const prefix of settings.getAll(key))
      if (url.startsWith(prefix) && prefix.length > (best?.length ?? 0))
        best = { base, length: prefix.length };
  }
  return best ? best.base + url.slice(best.length) : url;
}
