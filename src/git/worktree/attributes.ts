/**
 * What `.gitattributes` say of a path: the file of its own folder, then of each parent, under `.git/info/attributes`
 * and over `core.attributesFile`. The last line that names an attribute decides.
 *
 * Source: gitattributes(5), git 2.39 attr.c.
 */
import { text } from '../../shared/bytes.ts';
import { parentOf } from '../../shared/paths.ts';
import { quotedWord } from '../../shared/quotedWord.ts';
import { type PathPattern, parsePathPattern, patternSubject } from './pathPattern.ts';

/** Set is `true`, `-name` is `false`, `name=value` its value. Unspecified ones are not in the map. */
export type Attributes = ReadonlyMap<string, string | boolean>;

/** `undefined` is `!name`: unspecified, whatever weaker files say. */
type State = readonly [name: string, value: string | boolean | undefined];

interface AttributeLine {
  readonly pattern?: PathPattern;
  readonly macro?: string;
  readonly states: readonly State[];
}

/** One file's lines, the last one first. */
export type AttributeFile = readonly AttributeLine[];

const NAME = /^[0-9A-Za-z._][-0-9A-Za-z._]*$/;
const LONGEST_LINE = 2048;
const MACRO = '[attr]';

/** `macros`: whether `[attr]` lines count; only files that speak for the whole project may have them. */
export function parseAttributeFile(
  content: Uint8Array,
  base: string,
  ignoreCase: boolean,
  macros: boolean,
): AttributeFile {
  const lines: AttributeLine[] = [];
  let source = text(content);
  if (source.startsWith('\uFEFF')) source = source.slice(1);
  for (const raw of source.split('\n')) {
    if (raw.length >= LONGEST_LINE / 4 && new TextEncoder().encode(raw).length >= LONGEST_LINE) continue;
    const end = raw.indexOf('\0');
    const line = parseLine(end < 0 ? raw : raw.slice(0, end), base, ignoreCase, macros);
    if (line) lines.push(line);
  }
  return lines.reverse();
}

function parseLine(raw: string, base: string, ignoreCase: boolean, macros: boolean) {
  const line = raw.replace(/^[ \t\r]+/, '');
  if (line === '' || line.startsWith('#')) return undefined;
  const quoted = quotedWord(line);
  const name = quoted?.text ?? (/^[^ \t\r]*/.exec(line)?.[0] as string);
  const rest = line.slice(quoted?.length ?? name.length);
  const states: State[] = [];
  for (const word of rest.split(/[ \t\r]+/)) {
    if (word === '') continue;
    const state = parseState(word);
    // One bad word spoils its line, as in Git.
    if (!state) return undefined;
    states.push(state);
  }
  states.reverse();
  if (name.length > MACRO.length && name.startsWith(MACRO)) {
    const macro = name.slice(MACRO.length);
    return macros && NAME.test(macro) ? { macro, states } : undefined;
  }
  if (name.startsWith('!')) return undefined;
  return { pattern: parsePathPattern(name, base, ignoreCase), states };
}

function parseState(word: string): State | undefined {
  const sign = word[0];
  if (sign === '-' || sign === '!') {
    // Git reads no value after a sign: what follows "=" is ignored.
    const name = word.slice(1).split('=', 1)[0] as string;
    return NAME.test(name) ? [name, sign === '-' ? false : undefined] : undefined;
  }
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  return NAME.test(name) ? [name, equals < 0 ? true : word.slice(equals + 1)] : undefined;
}

const BUILT_IN: AttributeFile = [
  {
    macro: 'binary',
    states: [
      ['text', false],
      ['merge', false],
      ['diff', false],
    ],
  },
];

export interface AttributeFiles {
  readonly info?: Uint8Array | undefined;
  readonly global?: Uint8Array | undefined;
  readonly system?: Uint8Array | undefined;
  readonly ignoreCase: boolean;
}

/** The attribute files of one operation. Folders' files are put in as they are read; lookups are synchronous. */
export class AttributeRules {
  readonly #ignoreCase: boolean;
  readonly #strongest: readonly AttributeFile[];
  readonly #weakest: readonly AttributeFile[];
  readonly #folders = new Map<string, AttributeFile | undefined>();
  #macros: ReadonlyMap<string, readonly State[]> | undefined;

  constructor({ info, global, system, ignoreCase }: AttributeFiles) {
    this.#ignoreCase = ignoreCase;
    const parse = (content: Uint8Array | undefined) =>
      content ? [parseAttributeFile(content, '', ignoreCase, true)] : [];
    this.#strongest = parse(info);
    this.#weakest = [...parse(global), ...parse(system), BUILT_IN];
  }

  has(folder: string): boolean {
    return this.#folders.has(folder);
  }

  put(folder: string, content: Uint8Array | undefined): void {
    this.#folders.set(
      folder,
      content && parseAttributeFile(content, folder, this.#ignoreCase, folder === ''),
    );
    if (folder === '') this.#macros = undefined;
  }

  /** Folders of these paths (all parents included) that have not been put in yet. */
  foldersToRead(paths: Iterable<string>): string[] {
    const missing = new Set<string>();
    for (const path of paths) {
      for (let folder = parentOf(path); ; folder = parentOf(folder)) {
        if (this.#folders.has(folder) || missing.has(folder)) break;
        missing.add(folder);
        if (folder === '') break;
      }
    }
    return [...missing];
  }

  of(path: string): Attributes {
    const subject = patternSubject(path, false, this.#ignoreCase);
    const macros = this.#macros ?? this.#collectMacros();
    const values = new Map<string, string | boolean | undefined>();
    const fill = (states: readonly State[]) => {
      for (const [name, value] of states) {
        if (values.has(name)) continue;
        values.set(name, value);
        const macro = value === true ? macros.get(name) : undefined;
        if (macro) fill(macro);
      }
    };
    const apply = (file: AttributeFile | undefined) => {
      for (const line of file ?? []) if (line.pattern?.matches(subject)) fill(line.states);
    };
    for (const file of this.#strongest) apply(file);
    for (let folder = parentOf(path); ; folder = parentOf(folder)) {
      apply(this.#folders.get(folder));
      if (folder === '') break;
    }
    for (const file of this.#weakest) apply(file);
    const specified = new Map<string, string | boolean>();
    for (const [name, value] of values) if (value !== undefined) specified.set(name, value);
    return specified;
  }

  #collectMacros(): ReadonlyMap<string, readonly State[]> {
    const macros = new Map<string, readonly State[]>();
    for (const file of [...this.#strongest, this.#folders.get(''), ...this.#weakest]) {
      for (const { macro, states } of file ?? []) if (macro && !macros.has(macro)) macros.set(macro, states);
    }
    this.#macros = macros;
    return macros;
  }
}
