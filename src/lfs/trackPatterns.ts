/**
 * The lines of `.gitattributes` that make files assets, byte for byte as `git lfs track` and `untrack` write them.
 * All other lines stay as they are (git-lfs drops empty ones). A pattern that Git has in quotes is the same pattern: where
 * git-lfs adds a line beside it, or leaves it there, that line itself is changed.
 */
import { quotedWord, quoteWord } from '../shared/quotedWord.ts';

export interface TrackOptions {
  /** The words are names of files, not patterns. */
  readonly filename?: boolean;
  /** Read-only until locked. Left out: a line that is there stays as it is. */
  readonly lockable?: boolean | undefined;
}

/** A pattern that some attribute file of the project has already. */
export interface KnownPattern {
  /** With the file's folder before it, as it stands there. */
  readonly pattern: string;
  readonly lockable: boolean;
}

export interface TrackResult {
  readonly content: string;
  readonly tracked: readonly string[];
  /** Already there, as wanted. */
  readonly already: readonly string[];
}

const ATTRIBUTES = 'filter=lfs diff=lfs merge=lfs -text';

/** White space ends a pattern and `#` at its start a comment: neither can stand in a line as it is. */
const escapePattern = (pattern: string): string =>
  pattern.replaceAll('\\', '/').replaceAll(' ', '[[:space:]]').replaceAll('#', '\\#');

const unescapePattern = (escaped: string): string =>
  escaped.replaceAll('[[:space:]]', ' ').replaceAll('\\#', '#');

const escapeName = (name: string): string =>
  escapePattern(name.replaceAll('\\', '/').replace(/[*[\]?]|^!/g, '\u0000$&')).replaceAll('\u0000', '\\');

/** Other white space, and a quotation mark at the start, fit no line but in quotes; git-lfs writes a broken one. */
const asWord = (pattern: string): string => (/^"|[\t\r\n\f\v]/.test(pattern) ? quoteWord(pattern) : pattern);

const withoutDot = (pattern: string): string => pattern.replace(/^\.[/\\]/, '');

/** The whole line for one pattern, without its end. */
export const trackLine = (
  pattern: string,
  { filename = false, lockable = false }: TrackOptions = {},
): string =>
  `${asWord(filename ? escapeName(pattern) : escapePattern(pattern))} ${ATTRIBUTES}${lockable ? ' lockable' : ''}`;

/**
 * @param content of the `.gitattributes` of one folder; '' where there is none
 * @param folder that folder's project path, '' for the top
 * @param known patterns of all attribute files of the project
 */
export function trackPatterns(
  content: string,
  patterns: readonly string[],
  options: TrackOptions & { readonly folder?: string; readonly known?: readonly KnownPattern[] } = {},
): TrackResult {
  const { folder = '', known = [], filename = false, lockable } = options;
  const lines = new Map<string, string>();
  const already: string[] = [];
  for (const typed of patterns) {
    const pattern = filename ? escapeName(withoutDot(typed)) : withoutDot(typed);
    const place = folder === '' ? pattern : `${folder}/${pattern}`;
    const isKnown = known.some(
      (one) =>
        unescapePattern(one.pattern) === place && (lockable === undefined || one.lockable === lockable),
    );
    if (isKnown) already.push(pattern);
    else lines.set(pattern, trackLine(withoutDot(typed), { filename, lockable: lockable === true }));
  }
  const tracked = [...lines.keys()].map((pattern) =>
    unescapePattern(filename ? pattern : escapePattern(pattern)),
  );
  if (lines.size === 0) return { content, tracked, already };

  const lineEnd = /\r?\n/.exec(content)?.[0] ?? '\n';
  const written: string[] = [];
  for (const line of linesOf(content)) {
    const first = unescapePattern(splitLine(line).pattern);
    const next = lines.get(first);
    lines.delete(first);
    written.push(next === undefined ? line : next + lineEnd);
  }
  const last = written.at(-1);
  if (last !== undefined && !last.endsWith('\n')) written.push(lineEnd);
  written.push(...[...lines.values()].map((line) => line + lineEnd));
  return { content: written.join(''), tracked, already };
}

/** The patterns of one attribute file that make assets, as `git lfs track` lists them: without the quotes. */
export function patternsOf(content: string): KnownPattern[] {
  return linesOf(content).flatMap((line) => {
    const { pattern, words } = splitLine(line);
    return line.trimStart().startsWith('#') || !words.includes('filter=lfs')
      ? []
      : [{ pattern, lockable: words.includes('lockable') }];
  });
}

/**
 * @param patterns as they were typed to track them, as names of files, or as they are listed
 * @returns the patterns that were there and are gone
 */
export function untrackPatterns(
  content: string,
  patterns: readonly string[],
): { readonly content: string; readonly untracked: readonly string[] } {
  const gone = new Set(
    patterns
      .map(withoutDot)
      .flatMap((typed) => [escapePattern(typed), escapeName(typed), typed].map(unescapePattern)),
  );
  const untracked: string[] = [];
  const kept = linesOf(content).filter((line) => {
    const pattern = unescapePattern(splitLine(line).pattern);
    if (!line.includes('filter=lfs') || !gone.has(withoutDot(pattern))) return true;
    untracked.push(pattern);
    return false;
  });
  return { content: kept.join(''), untracked };
}

/** Each with its end. */
const linesOf = (content: string): string[] => content.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function splitLine(line: string): { readonly pattern: string; readonly words: readonly string[] } {
  const whole = line.trim();
  const quoted = quotedWord(whole);
  const pattern = quoted?.text ?? /^\S*/.exec(whole)?.[0] ?? '';
  return { pattern, words: whole.slice(quoted?.length ?? pattern.length).split(/\s+/) };
}
