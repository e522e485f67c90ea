/** XML as FOMOD installers use it: elements, attributes, text. No entities but the five, no document type. */
import { text } from '../../shared/bytes.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Of this element itself, not of its children. */
  readonly text: string;
  readonly line: number;
}

/** What is wrong, and in which line. */
export class XmlFault extends Error {
  readonly line: number;

  constructor(line: number, reason: string) {
    super(reason);
    this.line = line;
  }
}

/** UTF-8, or UTF-16 with a byte order mark. */
export function decodeXml(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  return (encoding ? new TextDecoder(encoding).decode(bytes) : text(bytes)).replace(/^\uFEFF/, '');
}

const NAME = /[\p{L}_:][\p{L}\p{N}_:.-]*/uy;
const ATTRIBUTE = /\s+([\p{L}_:][\p{L}\p{N}_:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const TAG_END = /\s*(\/?)>/y;
/** Real installers nest about ten deep. */
const MAX_DEPTH = 100;

interface Open {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
  readonly line: number;
}

/** @throws XmlFault when it is not well-formed */
export function parseXml(source: string): XmlElement {
  let at = 0;
  let [line, counted] = [1, 0];
  const lineAt = (): number => {
    for (; counted < at; counted++) if (source.charCodeAt(counted) === 10) line++;
    return line;
  };
  const fault = (reason: string) => new XmlFault(lineAt(), reason);
  const skipTo = (end: string, what: string): string => {
    const found = source.indexOf(end, at);
    if (found < 0) throw fault(`${what} does not end`);
    const skipped = source.slice(at, found);
    at = found + end.length;
    return skipped;
  };
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) at = pattern.lastIndex;
    return found;
  };

  const open: Open[] = [];
  let root: XmlElement | undefined;
  const addText = (characters: string) => {
    const parent = open.at(-1);
    if (parent) parent.text += characters;
    else if (characters.trim() !== '') throw fault('there is text outside of all elements');
  };
  const close = (element: Open) => {
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else if (root) throw fault('there is more than one outermost element');
    else root = element;
  };

  while (at < source.length) {
    const next = source.indexOf('<', at);
    const until = next < 0 ? source.length : next;
    const characters = source.slice(at, until);
    addText(unescaped(characters, fault));
    at = until;
    if (next < 0) break;
    if (source.startsWith('<!--', at)) skipTo('-->', 'a comment');
    else if (source.startsWith('<![CDATA[', at)) {
      at += '<![CDATA['.length;
      addText(skipTo(']]>', 'a CDATA section'));
    } else if (source.startsWith('<?', at)) skipTo('?>', 'an instruction');
    else if (source.startsWith('<!', at)) throw fault('a document type has no place here');
    else if (source.startsWith('</', at)) {
      at += 2;
      const name = match(NAME)?.[0];
      const element = open.pop();
      if (!element || element.name !== name)
        throw fault(`</${name ?? ''}> closes ${element ? `<${element.name}>` : 'nothing'}`);
      if (match(TAG_END)?.[1] !== '') throw fault(`</${name} does not end`);
      close(element);
    } else {
      at += 1;
      const name = match(NAME)?.[0];
      if (name === undefined) throw fault('a "<" begins no element: write "&lt;"');
      const element: Open = { name, attributes: new Map(), children: [], text: '', line: lineAt() };
      for (let found = match(ATTRIBUTE); found; found = match(ATTRIBUTE)) {
        const [, key = '', double, single = ''] = found;
        if (element.attributes.has(key)) throw fault(`<${name}> has "${key}" twice`);
        element.attributes.set(key, unescaped(double ?? single, fault));
      }
      const end = match(TAG_END);
      if (!end) throw fault(`<${name}> has something that is no attribute`);
      if (end[1] === '/') close(element);
      else if (open.push(element) > MAX_DEPTH) throw fault(`elements are nested more than ${MAX_DEPTH} deep`);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw new XmlFault(unclosed.line, `<${unclosed.name}> is not closed`);
  if (!root) throw fault('there is no element');
  return root;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(escaped: string, fault: (reason: string) => XmlFault): string {
  if (!escaped.includes('&')) return escaped;
  return escaped.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));|&/gi, (_, hex, decimal, name) => {
    if (name !== undefined) {
      const known = ENTITIES[name];
      if (known !== undefined) return known;
    } else if (hex !== undefined || decimal !== undefined) {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      if (code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
    }
    throw fault('an "&" begins no entity: write "&amp;"');
  });
}
