/** The sections and keys of an INI file, with every byte of it. */

/** One key, or a section's header, with what stands above it. */
export interface IniItem {
  /** Comments, blank lines and whatever else is no key, as written. */
  readonly lead: string;
  /** The whole line, its ending included. */
  readonly line: string;
  /** For comparing: the value without the space around it; a header's is empty. */
  readonly value: string;
}

export interface IniSection {
  /** Folded name, and which of that name it is: sections may come twice. */
  readonly id: string;
  readonly name: string;
  /** Absent for what stands before the first section. */
  readonly header: IniItem | undefined;
  /** By folded key. Of a key that comes twice in sections of one name, the last: the game takes that. */
  readonly keys: ReadonlyMap<string, IniItem>;
}

export interface IniFile {
  /** By id, in the order of the file. */
  readonly sections: ReadonlyMap<string, IniSection>;
  /** What stands below the last key. */
  readonly end: string;
}

/** Names and keys are told apart without case, as the game does it. Only ASCII folds: bytes above mean many things. */
const fold = (name: string): string => name.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Names a key in its section, across sections of one name. */
export const keyId = (section: string, key: string): string => `${section}\n${key}`;

/** @param text one character for each byte, without a byte order mark */
export function parseIni(text: string): IniFile {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  /** The line of each key that counts. */
  const last = new Map<string, number>();
  const found = lines.map((line) => {
    const words = line.trim();
    if (words[0] === '[') {
      const close = words.indexOf(']');
      return close < 0 ? undefined : { header: fold(words.slice(1, close)) };
    }
    const equals = words.indexOf('=');
    if (equals <= 0 || words[0] === ';' || words[0] === '#') return undefined;
    return { key: fold(words.slice(0, equals)), value: words.slice(equals + 1).trim() };
  });
  let name = '';
  found.forEach((entry, at) => {
    if (entry?.header !== undefined) name = entry.header;
    else if (entry) last.set(keyId(name, entry.key), at);
  });

  const times = new Map<string, number>();
  const sections = new Map<string, IniSection>();
  let lead = '';
  let keys = new Map<string, IniItem>();
  sections.set('', { id: '', name: '', header: undefined, keys });
  name = '';
  lines.forEach((line, at) => {
    const entry = found[at];
    if (entry?.header !== undefined) {
      name = entry.header;
      const time = times.get(name) ?? 0;
      times.set(name, time + 1);
      keys = new Map();
      const id = `[${name}]${time}`;
      sections.set(id, { id, name, header: { lead, line, value: '' }, keys });
      lead = '';
    } else if (entry && last.get(keyId(name, entry.key)) === at) {
      keys.set(entry.key, { lead, line, value: entry.value });
      lead = '';
    } else lead += line;
  });
  return { sections, end: lead };
}

/** What the file says to the game. */
export function iniValues({ sections }: IniFile): Map<string, string> {
  const values = new Map<string, string>();
  for (const { name, keys } of sections.values())
    for (const [key, { value }] of keys) values.set(keyId(name, key), value);
  return values;
}
