/** Seeded edits of a working tree, with the names and kinds of change that break careless code. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { randomFrom } from '../../support/gitRepository.ts';

const NAMES = [
  'a',
  'b',
  'a b',
  'ünï',
  'u\u0308ni', // NFD
  '[x]',
  '-dash',
  '--',
  '.hidden',
  'x.txt',
  'y.psc',
  'a.b',
  'a-b',
  'a0',
  `long ${'n'.repeat(190)}.txt`,
  'スクリプト.psc',
  '😀.txt',
  '\uff5ewave',
];
const CONTENTS = [
  '',
  'one\n',
  'one\ntwo\n',
  'one\r\ntwo\r\n',
  'mixed\r\nlines\n',
  'no end',
  '\0binary\r\n\n',
  'aaaa\n',
  'bbbb\n',
  '$Id$\n',
  'lone\rcr\n',
];

export class RandomTree {
  readonly folder: string;
  readonly #random: () => number;
  readonly #links: boolean;

  constructor(folder: string, seed: number, { links = true } = {}) {
    this.folder = folder;
    this.#random = randomFrom(seed);
    this.#links = links;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)] as Item;
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  files(): string[] {
    const found: string[] = [];
    const walk = (at: string) => {
      for (const entry of readdirSync(join(this.folder, at), { withFileTypes: true })) {
        if (entry.name === '.git') continue;
        const path = at === '' ? entry.name : `${at}/${entry.name}`;
        if (entry.isDirectory()) walk(path);
        else found.push(path);
      }
    };
    walk('');
    return found.sort();
  }

  mutate(times: number): void {
    for (let i = 0; i < times; i++) {
      const files = this.files();
      const old = files.length > 0 ? this.pick(files) : undefined;
      if (old && this.chance(0.2)) rmSync(join(this.folder, old));
      else if (old && this.chance(0.15)) {
        const mode = lstatSync(join(this.folder, old));
        if (mode.isFile()) chmodSync(join(this.folder, old), this.chance(0.5) ? 0o755 : 0o644);
      } else if (old && this.chance(0.1)) {
        rmSync(join(this.folder, old.split('/')[0] as string), { recursive: true });
      } else if (old && this.chance(0.4)) this.put(old);
      else this.put(this.#newPath());
    }
  }

  #newPath(): string {
    const depth = 1 + Math.floor(this.#random() * 4);
    return Array.from({ length: depth }, () => this.pick(NAMES)).join('/');
  }

  /** Whatever stands in the way goes: files become folders, and the other way round. */
  put(path: string, content?: string): void {
    const names = path.split('/');
    for (let i = 1; i < names.length; i++) {
      const parent = join(this.folder, ...names.slice(0, i));
      const stat = lstatSync(parent, { throwIfNoEntry: false });
      if (stat && !stat.isDirectory()) rmSync(parent);
    }
    const target = join(this.folder, path);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    if (content !== undefined) writeFileSync(target, content);
    else if (this.#links && !path.endsWith('.gitignore') && this.chance(0.12))
      symlinkSync(this.pick(['nowhere', 'else/where', './there', 'ünï ber']), target);
    else writeFileSync(target, this.pick(CONTENTS), { mode: this.chance(0.2) ? 0o755 : 0o644 });
    if (!existsSync(dirname(target))) throw new Error('the tree lost a folder');
  }
}
