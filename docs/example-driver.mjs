// A merge driver for the game's translation files, Interface/Translations/*.txt: one "$KEY<tab>text" a line, UTF-16 with a
// byte order mark. By key, whatever the order. Use it:  git config --global --add modsync.mergeDriver ~/translations.mjs
const decoder = new TextDecoder('utf-16le');
const encode = (text) => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));

/** Each key with its text; a line that is none has its own words as key. `undefined` where it is another kind of file. */
function read(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe) return undefined;
  const lines = decoder
    .decode(bytes)
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const entries = new Map(lines.map((line) => [line.split('\t')[0], line]));
  return entries.size === lines.length ? entries : undefined;
}

const translations = {
  name: 'translations',
  claims: (path) => /(^|\/)translations\/[^/]+\.txt$/i.test(path),
  merge({ base, ours, theirs, decideHunk }) {
    const [b, o, t] = [base ? read(base) : new Map(), read(ours), read(theirs)];
    if (!b || !o || !t) return undefined; // lines will do
    const hunks = [];
    const merged = [];
    for (const key of new Set([...o.keys(), ...t.keys()])) {
      const [was, mine, other] = [b.get(key), o.get(key), t.get(key)];
      let taken = mine === was ? other : mine;
      if (mine !== was && other !== was && mine !== other) {
        const number = hunks.length + 1;
        const choice = decideHunk?.(number);
        const decided = choice === 'both' ? undefined : choice; // a key has one text
        const side = (line) => ({ lines: line === undefined ? [] : [line] });
        hunks.push({
          number,
          name: key,
          base: side(was),
          ours: side(mine),
          theirs: side(other),
          ...(decided && { decided }),
        });
        taken = decided === 'remote' ? other : mine;
      }
      if (taken !== undefined) merged.push(taken);
    }
    const open = hunks.filter(({ decided }) => decided === undefined);
    if (open.length > 0)
      return { conflict: `Both of you changed ${open.map(({ name }) => name).join(', ')}.`, hunks };
    return { merged: encode(merged.map((line) => `${line}\r\n`).join('')) };
  },
};

export const mergeDrivers = [translations];
