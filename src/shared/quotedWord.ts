/** Words as Git quotes them, C-style: in attribute files, and where a name would not fit a line. */
import { text } from './bytes.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};
const LETTERS = new Map(Object.entries(ESCAPES).map(([letter, char]) => [char, letter]));

/** The quoted word at the start of a line, and how much of the line it takes; `undefined` when there is none. */
export function quotedWord(line: string): { readonly text: string; readonly length: number } | undefined {
  if (!line.startsWith('"')) return undefined;
  let unquoted = '';
  for (let at = 1; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '"') return { text: decodeOctal(unquoted), length: at + 1 };
    if (char !== '\\') {
      unquoted += char;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(line.slice(at + 1, at + 4))?.[0];
    const escaped = ESCAPES[line.charAt(at + 1)];
    if (octal) {
      // Private marks until the whole is known: octal escapes are bytes of one UTF-8 text.
      unquoted += String.fromCharCode(0xf700 + Number.parseInt(octal, 8));
      at += 3;
    } else if (escaped !== undefined) {
      unquoted += escaped;
      at += 1;
    } else return undefined;
  }
  return undefined;
}

/** The other way round; what a line can hold stays as it is. */
export const quoteWord = (word: string): string =>
  `"${[...word].map((char) => (LETTERS.has(char) ? `\\${LETTERS.get(char)}` : char)).join('')}"`;

function decodeOctal(marked: string): string {
  return marked.replace(/[\uf700-\uf7ff]+/g, (run) =>
    text(Uint8Array.from(run, (char) => char.charCodeAt(0) - 0xf700)),
  );
}
