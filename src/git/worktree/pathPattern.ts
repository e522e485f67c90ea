/** One line's pattern of `.gitignore` or `.gitattributes`, and what it matches. Source: git 2.39 dir.c. */
import { byteString, compileWildmatch, lowerAscii, type Matcher } from './wildmatch.ts';

/** A path as patterns look at it: made once for each path, tested against many patterns. */
export interface PatternSubject {
  /** Byte string, lowered when case is ignored. */
  readonly path: string;
  readonly name: string;
  readonly isFolder: boolean;
}

export function patternSubject(path: string, isFolder: boolean, ignoreCase: boolean): PatternSubject {
  const bytes = byteString(path);
  const folded = ignoreCase ? lowerAscii(bytes) : bytes;
  return { path: folded, name: folded.slice(folded.lastIndexOf('/') + 1), isFolder };
}

export interface PathPattern {
  readonly negative: boolean;
  matches(subject: PatternSubject): boolean;
}

const WILD = /[*?[\\]/;

/**
 * @param source the pattern as written, `!` and trailing slash included
 * @param base the folder of the file that the pattern stands in, '' for the root
 */
export function parsePathPattern(source: string, base: string, ignoreCase: boolean): PathPattern {
  let pattern = byteString(source);
  const negative = pattern.startsWith('!');
  if (negative) pattern = pattern.slice(1);
  const folderOnly = pattern.endsWith('/');
  if (folderOnly) pattern = pattern.slice(0, -1);
  const test = pattern.includes('/')
    ? pathTest(pattern, base, ignoreCase)
    : nameTest(pattern, base, ignoreCase);
  return {
    negative,
    matches: folderOnly ? (subject) => subject.isFolder && test(subject) : test,
  };
}

type Test = (subject: PatternSubject) => boolean;
const fold = (text: string, ignoreCase: boolean) => (ignoreCase ? lowerAscii(text) : text);

/** A pattern without a slash looks at the name alone, at any depth below its base. */
function nameTest(pattern: string, base: string, ignoreCase: boolean): Test {
  const below = base === '' ? undefined : `${fold(byteString(base), ignoreCase)}/`;
  const within = (test: Matcher): Test =>
    below === undefined ? ({ name }) => test(name) : ({ path, name }) => path.startsWith(below) && test(name);
  if (!WILD.test(pattern)) {
    const literal = fold(pattern, ignoreCase);
    return within((name) => name === literal);
  }
  if (pattern.startsWith('*') && !WILD.test(pattern.slice(1))) {
    const ending = fold(pattern.slice(1), ignoreCase);
    return within((name) => name.endsWith(ending));
  }
  return within(compileWildmatch(pattern, { pathname: false, ignoreCase }));
}

/** A pattern with a slash looks at the whole path below its base. Git compares what has no wildcard first. */
function pathTest(pattern: string, base: string, ignoreCase: boolean): Test {
  const anchored = pattern.startsWith('/') ? pattern.slice(1) : pattern;
  const wild = anchored.search(WILD);
  const literal = wild < 0 ? anchored : anchored.slice(0, wild);
  const folder = base === '' ? '' : `${byteString(base)}/`;
  const start = fold(folder + literal, ignoreCase);
  if (wild < 0) return ({ path }) => path === start;
  const rest = compileWildmatch(anchored.slice(wild), { pathname: true, ignoreCase });
  return ({ path }) => path.startsWith(start) && rest(path.slice(start.length));
}
