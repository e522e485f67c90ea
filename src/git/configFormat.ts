/** The text of a Git configuration file: read it, and change one value leaving all else as it was. */
import { SyncError } from '../shared/errors.ts';

export interface ConfigLine {
  /** Section and name in lowercase, the subsection as written. */
  readonly key: string;
  readonly value: string;
  /** Characters of the file that hold it, its line end included. */
  readonly start: number;
  readonly end: number;
}

interface Section {
  readonly name: string;
  /** Of its header. */
  readonly start: number;
  readonly headerEnd: number;
  /** Where a new line of this section goes. */
  end: number;
}

const HEADER = /\[([-A-Za-z0-9.]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?\]/y;
const NAME = /([A-Za-z][-A-Za-z0-9]*)[ \t]*/y;

/** Splits at the first and the last dot. @throws SyncError `INVALID_INPUT` */
export function splitKey(key: string): {
  readonly section: string;
  readonly subsection: string | undefined;
  readonly name: string;
  readonly normal: string;
} {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  if (first < 1 || last === key.length - 1) {
    throw new SyncError('INVALID_INPUT', `"${key}" is not a configuration key: section.name.`, {
      data: { key },
    });
  }
  const section = key.slice(0, first);
  const subsection = first === last ? undefined : key.slice(first + 1, last);
  const name = key.slice(last + 1);
  return { section, subsection, name, normal: normalKey(section, subsection, name) };
}

const normalKey = (section: string, subsection: string | undefined, name: string): string =>
  subsection === undefined
    ? `${section.toLowerCase()}.${name.toLowerCase()}`
    : `${section.toLowerCase()}.${subsection}.${name.toLowerCase()}`;

/** @throws SyncError `INVALID_CONFIG` */
export const parseConfig = (source: string, file: string): readonly ConfigLine[] => scan(source, file).lines;

function scan(source: string, file: string): { lines: ConfigLine[]; sections: Section[] } {
  const lines: ConfigLine[] = [];
  const sections: Section[] = [];
  let prefix: string | undefined;
  let at = source.startsWith('\uFEFF') ? 1 : 0;
  const fail = (): never => {
    const line = source.slice(0, at).split('\n').length;
    throw new SyncError(
      'INVALID_CONFIG',
      `Line ${line} of ${file} is not Git configuration. Mend it, or run "git config --edit".`,
      {
        data: { file, line },
      },
    );
  };
  while (at < source.length) {
    const char = source[at] as string;
    if (/\s/.test(char)) at++;
    else if (char === '#' || char === ';') at = endOfLine(source, at);
    else if (char === '[') {
      HEADER.lastIndex = at;
      const header = HEADER.exec(source);
      if (!header) return fail();
      const section = (header[1] as string).toLowerCase();
      prefix = header[2] === undefined ? section : `${section}.${header[2].replace(/\\(.)/g, '$1')}`;
      const start = at;
      at = HEADER.lastIndex;
      sections.push({ name: prefix, start, headerEnd: at, end: lineEndAfter(source, at) });
    } else {
      NAME.lastIndex = at;
      const name = NAME.exec(source);
      if (!name || prefix === undefined) return fail();
      const start = at;
      at = NAME.lastIndex;
      let value = 'true';
      if (source[at] === '=') {
        const read = readValue(source, at + 1);
        if (!read) return fail();
        ({ value } = read);
        at = read.end;
      } else {
        // Not even a comment may follow.
        if (!/^(?:\r?\n|$)/.test(source.slice(at, at + 2))) return fail();
        at = endOfLine(source, at);
      }
      const end = Math.min(at + 1, source.length);
      lines.push({ key: `${prefix}.${(name[1] as string).toLowerCase()}`, value, start, end });
      const last = sections.at(-1);
      if (last) last.end = end;
      at = end;
    }
  }
  return { lines, sections };
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end < 0 ? source.length : end;
}

const lineEndAfter = (source: string, at: number): number => {
  const rest = source.slice(at, endOfLine(source, at)).trim();
  // Something may stand on the header's own line.
  return rest === '' || /^[#;]/.test(rest) ? Math.min(endOfLine(source, at) + 1, source.length) : at;
};

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', '\\': '\\', '"': '"' };

/** A value up to the end of its line(s). Spaces outside quotes are trimmed at both ends. */
function readValue(source: string, from: number): { value: string; end: number } | undefined {
  let value = '';
  let spaces = '';
  let quoted = false;
  for (let at = from; ; at++) {
    const char = source[at];
    if (char === undefined || char === '\n') return quoted ? undefined : { value, end: at };
    if (char === '\r' && source[at + 1] === '\n') continue;
    if (!quoted && (char === ' ' || char === '\t' || char === '\r')) {
      if (value !== '') spaces += char;
      continue;
    }
    if (!quoted && (char === '#' || char === ';')) return { value, end: endOfLine(source, at) };
    value += spaces;
    spaces = '';
    if (char === '"') quoted = !quoted;
    else if (char !== '\\') value += char;
    else {
      const next = source[++at];
      // The end of the file ends a line, too.
      if (next === '\n' || next === undefined) continue;
      if (next === '\r' && source[at + 1] === '\n') {
        at++;
        continue;
      }
      const escaped = ESCAPES[next];
      if (escaped === undefined) return undefined;
      value += escaped;
    }
  }
}

/** The file with one value set: its last line changed, or a line added to its section; `undefined` removes all. */
export function setInConfig(source: string, key: string, value: string | undefined): string {
  const { section, subsection, name, normal } = splitKey(key);
  const { lines, sections } = scan(source, '.git/config');
  const found = lines.filter((line) => line.key === normal);
  if (value === undefined) {
    let rest = source;
    for (const line of found.reverse()) {
      rest = rest.slice(0, startOfLine(rest, line.start)) + rest.slice(line.end);
    }
    return found.length > 0 ? withoutEmptied(rest, prefixOf(normal)) : rest;
  }
  const written = `${name} = ${quoteValue(value)}\n`;
  const last = found.at(-1);
  if (last) return `${source.slice(0, last.start)}${written}${source.slice(last.end)}`;
  const prefix = prefixOf(normal);
  const home = sections.findLast((candidate) => candidate.name === prefix);
  if (home) {
    const before = source.slice(0, home.end);
    return `${before}${lineBreakAfter(before)}\t${written}${source.slice(home.end)}`;
  }
  const header =
    subsection === undefined ? `[${section}]` : `[${section} "${subsection.replace(/["\\]/g, '\\$&')}"]`;
  return `${source}${lineBreakAfter(source)}${header}\n\t${written}`;
}

const prefixOf = (normal: string): string => normal.slice(0, normal.lastIndexOf('.'));

/** As Git does it: a section goes with its last line, unless there is a comment inside or above it. */
function withoutEmptied(source: string, name: string): string {
  const { sections } = scan(source, '.git/config');
  let rest = source;
  for (let at = sections.length - 1; at >= 0; at--) {
    const section = sections[at] as Section;
    const next = sections[at + 1]?.start ?? source.length;
    const isBare = section.name === name && source.slice(section.headerEnd, next).trim() === '';
    const above = source.slice(0, section.start).trimEnd().split('\n').at(-1) ?? '';
    if (isBare && !/[#;]/.test(above)) rest = rest.slice(0, section.start) + rest.slice(next);
  }
  return rest;
}

/** What ends the last line, also where a backslash asks for one more. */
function lineBreakAfter(text: string): string {
  if (text === '' || text === '\uFEFF') return '';
  return (text.endsWith('\n') ? '' : '\n') + (/\\\r?\n?$/.test(text) ? '\n' : '');
}

/** From the indentation of a line's name on, unless something stands before it on that line. */
function startOfLine(source: string, at: number): number {
  const start = source.lastIndexOf('\n', at - 1) + 1;
  return source.slice(start, at).trim() === '' ? start : at;
}

function quoteValue(value: string): string {
  const escaped = value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return /^\s|\s$|[#;]/.test(value) || value === '' ? `"${escaped}"` : escaped;
}
