/**
 * Who merges which file: the first driver of the table that claims a file and can read it. A third party puts its own
 * in front: `mergeContents({ …, drivers: [mine, ...DRIVERS] })`.
 */
import { classify, isPlugin } from '../bethesda/index.ts';
import { equal } from '../shared/bytes.ts';
import { mergeBa2 } from './ba2.ts';
import type { ContentOutcome, ContentsToMerge } from './contents.ts';
import { mergeIni } from './ini.ts';
import { mergeJson } from './json.ts';
import { lineUnitOf } from './lines.ts';
import { mergeText } from './mergeText.ts';
import { mergePlugins } from './plugin/index.ts';

/** All three versions are there, and each side has changed the base. */
export type ContentsToDrive = ContentsToMerge & { readonly base: Uint8Array };

export interface MergeDriver {
  /** As a `merge=` attribute would name it. */
  readonly name: string;
  readonly claims: (input: ContentsToDrive) => boolean;
  /** `undefined`: it is not what it seemed, ask the next one. */
  readonly merge: (input: ContentsToDrive) => ContentOutcome | undefined;
}

const whole = (what: string): ContentOutcome => ({
  conflict: `Both of you changed this ${what}: choose one side.`,
});

/** Classes that are never text, whatever their bytes look like. */
const NOUNS: Partial<Record<ReturnType<typeof classify>, string>> = {
  script: 'compiled script',
  texture: 'texture',
  mesh: 'mesh',
  sound: 'sound',
  archive: 'archive',
  interface: 'interface movie',
  strings: 'string table',
};

const sidesOf = ({ base, ours, theirs }: ContentsToDrive) => [base, ours, theirs];
const hasExtension = (path: string, extension: string) => path.toLowerCase().endsWith(`.${extension}`);

export const DRIVERS: readonly MergeDriver[] = [
  {
    name: 'ba2',
    claims: (input) => hasExtension(input.path, 'ba2') && !input.oversize && !sidesOf(input).some(isPointer),
    merge: ({ base, ours, theirs, codec, decideHunk }) => mergeBa2(base, ours, theirs, codec, decideHunk),
  },
  {
    name: 'binary',
    claims: ({ path }) => NOUNS[classify(path)] !== undefined,
    merge: ({ path }) => whole(`${NOUNS[classify(path)] ?? 'file'}, which is taken whole`),
  },
  {
    name: 'asset',
    claims: (input) => sidesOf(input).some(isPointer),
    merge: () => whole('asset, which is taken whole'),
  },
  {
    name: 'large',
    claims: ({ oversize }) => oversize === true,
    merge: () => whole('file, which is too large to merge'),
  },
  {
    name: 'plugin',
    claims: ({ path }) => isPlugin(path),
    merge: ({ base, ours, theirs, codec, decideRecord }) => {
      const outcome = mergePlugins(base, ours, theirs, codec, decideRecord && { decide: decideRecord });
      if ('merged' in outcome) return { merged: outcome.merged };
      const { conflict, records } = outcome;
      if (records) return { conflict, records };
      return {
        conflict: `Both of you changed this plugin, which is taken whole: choose one side. ${conflict}`,
      };
    },
  },
  {
    name: 'json',
    claims: ({ path }) => hasExtension(path, 'json'),
    merge: ({ base, ours, theirs, decideHunk }) => mergeJson(base, ours, theirs, decideHunk),
  },
  {
    name: 'ini',
    claims: ({ path }) => hasExtension(path, 'ini'),
    merge: ({ base, ours, theirs, decideHunk }) => mergeIni(base, ours, theirs, decideHunk),
  },
  {
    name: 'not-text',
    claims: (input) => sidesOf(input).some(isBinary),
    merge: () => ({
      conflict: 'Both of you changed this file. It is not text, so it is taken whole: choose one side.',
    }),
  },
  {
    // by rule only: of lines that both changed, ours and then theirs
    name: 'union',
    claims: () => false,
    merge: ({ base, ours, theirs }) => mergeText(base, ours, theirs, () => 'both'),
  },
  {
    name: 'text',
    claims: () => true,
    merge: ({ base, ours, theirs, decideHunk }) => mergeText(base, ours, theirs, decideHunk),
  },
];

/** Nothing makes these mergeable. */
const ALWAYS = ['asset', 'large'];
const OF_TEXT = ['text', 'union', 'json', 'ini'];

/** The table with one driver in front that a rule names. What cannot be text is not merged as text all the same. */
export function driversWith(name: string): readonly MergeDriver[] {
  const named = DRIVERS.find((driver) => driver.name === name);
  if (!named) return DRIVERS;
  const first = [...ALWAYS, ...(OF_TEXT.includes(name) ? ['not-text'] : [])];
  return [
    ...DRIVERS.filter((driver) => first.includes(driver.name)),
    { ...named, claims: () => true },
    ...DRIVERS,
  ];
}

/** How much of a file Git looks at to tell text from binary. */
const LOOKED_AT = 8_000;

/** As Git decides it: a NUL among the first bytes; but UTF-16 that says so in its first two bytes is text. */
export function isBinary(bytes: Uint8Array): boolean {
  return lineUnitOf(bytes) === 'byte' && bytes.subarray(0, LOOKED_AT).includes(0);
}

const POINTER = new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n');

function isPointer(bytes: Uint8Array): boolean {
  return bytes.length < 1024 && equal(bytes.subarray(0, POINTER.length), POINTER);
}
