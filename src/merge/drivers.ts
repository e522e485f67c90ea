/**
 * Who merges which file: the first driver of the table that claims a file and can read it. A third party's come first
 * (ownDrivers.ts).
 */
import { classify, isPlugin } from '../bethesda/index.ts';
import { equal } from '../shared/bytes.ts';
import { mergeBa2 } from './ba2.ts';
import type { ContentOutcome, ContentsToMerge } from './contents.ts';
import { mergeIni } from './ini.ts';
import { mergeJson } from './json.ts';
import { lineUnitOf } from './lines.ts';
import { mergeAddedTexts, mergeText } from './mergeText.ts';
import { mergeAddedPlugins, mergePlugins, type PluginOutcome } from './plugin/index.ts';

/** All three versions are there, and each side has changed the base. */
export type ContentsToDrive = ContentsToMerge & { readonly base: Uint8Array };

export interface Driver {
  /** As a `merge=` attribute would name it. */
  readonly name: string;
  readonly claims: (input: ContentsToMerge) => boolean;
  /** `undefined`: it is not what it seemed, ask the next one. */
  readonly merge: (input: ContentsToDrive) => ContentOutcome | undefined;
  /** The same where both sides added the file. A driver without it takes such files whole. */
  readonly mergeAdded?: (input: ContentsToMerge) => ContentOutcome | undefined;
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

const sidesOf = ({ base, ours, theirs }: ContentsToMerge) => (base ? [base, ours, theirs] : [ours, theirs]);
const hasExtension = (path: string, extension: string) => path.toLowerCase().endsWith(`.${extension}`);

export const DRIVERS: readonly Driver[] = [
  {
    name: 'ba2',
    claims: (input) => hasExtension(input.path, 'ba2') && isReadable(input),
    merge: ({ base, ours, theirs, codec, decideHunk }) => mergeBa2(base, ours, theirs, codec, decideHunk),
    mergeAdded: ({ ours, theirs, codec, decideHunk }) => mergeBa2(undefined, ours, theirs, codec, decideHunk),
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
    merge: ({ base, ours, theirs, codec, decideRecord }) =>
      pluginOutcome(
        mergePlugins(base, ours, theirs, codec, decideRecord && { decide: decideRecord }),
        'Both of you changed this plugin, which is taken whole',
      ),
    mergeAdded: ({ ours, theirs, codec, decideRecord }) =>
      pluginOutcome(
        mergeAddedPlugins(ours, theirs, codec, decideRecord && { decide: decideRecord }),
        'The plugin is taken whole',
      ),
  },
  {
    name: 'json',
    claims: ({ path }) => hasExtension(path, 'json'),
    merge: ({ base, ours, theirs, decideHunk }) => mergeJson(base, ours, theirs, decideHunk),
    mergeAdded: ({ ours, theirs, decideHunk }) => mergeJson(undefined, ours, theirs, decideHunk),
  },
  {
    name: 'ini',
    claims: ({ path }) => hasExtension(path, 'ini'),
    merge: ({ base, ours, theirs, decideHunk }) => mergeIni(base, ours, theirs, decideHunk),
    mergeAdded: ({ ours, theirs, decideHunk }) => mergeIni(undefined, ours, theirs, decideHunk),
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
    mergeAdded: ({ ours, theirs }) => mergeAddedTexts(ours, theirs, () => 'both'),
  },
  {
    name: 'text',
    claims: () => true,
    merge: ({ base, ours, theirs, decideHunk }) => mergeText(base, ours, theirs, decideHunk),
    mergeAdded: ({ ours, theirs, decideHunk }) => mergeAddedTexts(ours, theirs, decideHunk),
  },
];

function pluginOutcome(outcome: PluginOutcome, isWhole: string): ContentOutcome {
  if ('merged' in outcome) return { merged: outcome.merged };
  const { conflict, records } = outcome;
  if (records) return { conflict, records };
  return { conflict: `${isWhole}: choose one side. ${conflict}` };
}

/** Nothing makes these mergeable. */
const ALWAYS = ['asset', 'large'];
const OF_TEXT = ['text', 'union', 'json', 'ini'];

/**
 * The table with one driver in front that a rule names. What cannot be text is not merged as text all the same; what
 * names no driver that is there is taken whole, so that a project's rule stops nobody who lacks a driver.
 * @param own in front of the table, in any case
 */
export function driversWith(name: string, own: readonly Driver[] = []): readonly Driver[] {
  const table = [...own, ...DRIVERS];
  const named = table.find((driver) => driver.name === name) ?? unknown(name);
  const first = [...ALWAYS, ...(OF_TEXT.includes(name) ? ['not-text'] : [])];
  return [
    ...DRIVERS.filter((driver) => first.includes(driver.name)),
    { ...named, claims: () => true },
    ...table,
  ];
}

function unknown(name: string): Driver {
  const merge = () => ({
    conflict: `A rule names the merge driver "${name}", which is not here. Choose one side, or add the driver.`,
  });
  return { name, claims: () => true, merge, mergeAdded: merge };
}

/** Neither a pointer to bytes elsewhere, nor more than memory should hold. */
export const isReadable = (input: ContentsToMerge): boolean =>
  !input.oversize && !sidesOf(input).some(isPointer);

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
