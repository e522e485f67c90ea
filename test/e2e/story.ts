/** A story of clones that edit, rename, delete and sync at random, and what must be true at its end. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SyncConflict } from '../../src/index.ts';
import { gitBytes } from '../support/gitCommand.ts';
import { randomFrom } from '../support/gitRepository.ts';
import { killedAfter, type Modder, type Ran } from '../support/processes.ts';
import { blobIdOnDisk, hostedRepositories, reachableIds } from '../support/reachable.ts';
import { filesOf, type Person } from '../support/team.ts';
import { stateOf } from '../support/workingCopies.ts';

type Side = 'local' | 'remote';

/** One working copy, whether an engine in this process or the command works on it. */
export interface Clone {
  readonly name: string;
  readonly folder: string;
  /** @returns the conflicts that are open afterwards */
  sync(): Promise<readonly SyncConflict[]>;
  /** A sync that is killed after `delay` milliseconds, if it has not ended by then. */
  killedSync?(delay: number): Promise<void>;
  resolve(conflict: SyncConflict, use: Side): Promise<readonly SyncConflict[]>;
  /** The same one for a time when nobody else does anything. */
  readonly alone?: Clone;
  write(path: string, content: string): void;
}

export const cloneOf = (person: Person): Clone => ({
  name: person.name,
  folder: person.folder,
  write: person.write,
  sync: async () => (await person.sync()).conflicts,
  resolve: async (conflict, use) => {
    try {
      return (await person.engine.resolveSyncConflict(conflict, { use })).conflicts;
    } catch (error) {
      // what was listed has changed meanwhile: it is listed anew
      if ((error as { code?: string }).code !== 'NOT_FOUND') throw error;
      return (await person.sync()).conflicts;
    }
  },
});

export const processOf = (modder: Modder): Clone => ({
  ...commandsOf(modder, (...args) => modder.run(args)),
  alone: commandsOf(modder, (...args) => modder.tryModsync(...args)),
});

function commandsOf(modder: Modder, run: (...args: string[]) => Promise<Ran>): Clone {
  const conflictsAfter = async (...args: string[]) => {
    const { code, answer, out, err } = await run(...args);
    if (!answer?.success || (code !== 0 && code !== 3)) throw new Error(`${args.join(' ')}: ${out}${err}`);
    const { conflicts } = answer.data as { conflicts: SyncConflict[] };
    expect(code).toBe(conflicts.length > 0 ? 3 : 0);
    return conflicts;
  };
  return {
    name: modder.name,
    folder: modder.folder,
    write: (path, content) => modder.write(path, content),
    sync: () => conflictsAfter('sync'),
    killedSync: async (delay) => {
      await killedAfter(delay, ['sync'], modder);
    },
    resolve: ({ path }, use) => conflictsAfter('resolve', path, '--use', use),
  };
}

const NAMES = ['one', 'two', 'three', 'four', 'five'];
const FOLDERS = ['Scripts/Source/User', 'Textures/a b', 'Data', ''];
const EXTENSIONS = ['.psc', '.psc', '.ini', '.dds', '.esp'];

export class Story {
  readonly log: string[] = [];
  /** Blob ids of what was on a disk when its clone synced, with where that was. */
  readonly saved = new Map<string, string>();
  readonly #random: () => number;
  readonly #clones: readonly Clone[];
  #edits = 0;

  constructor(seed: number, clones: readonly Clone[]) {
    this.#random = randomFrom(seed);
    this.#clones = clones;
  }

  below = (count: number) => Math.floor(this.#random() * count);
  pick = <T>(list: readonly T[]): T => list[this.below(list.length)] as T;

  async step(): Promise<void> {
    const clone = this.pick(this.#clones);
    const dice = this.#random();
    if (dice < 0.6) this.edit(clone);
    else if (dice < 0.9) await this.sync([clone]);
    // a race: who pushes first is up to the moment
    else await this.sync(this.#clones.filter((other) => other !== clone));
  }

  /** One clone for itself, beside the others: until `deadline` (of `performance.now()`). */
  async liveAlone(clone: Clone, deadline: number): Promise<void> {
    while (performance.now() < deadline) {
      for (let edits = 1 + this.below(4); edits > 0; edits--) this.edit(clone);
      if (clone.killedSync && this.#random() < 0.3) {
        const delay = 100 + this.below(900);
        this.#note(clone, `syncs, and is killed after ${delay} ms`);
        await clone.killedSync(delay);
      } else await this.sync([clone]);
      await pause(this.below(100));
    }
  }

  edit(clone: Clone): void {
    const files = [...filesOf(clone.folder).keys()].filter((path) => !path.startsWith('.'));
    const path = this.pick(files);
    const dice = this.#random();
    if (path === undefined || dice < 0.2) this.#write(clone, this.#newPath());
    else if (dice < 0.7) this.#write(clone, path);
    else if (dice < 0.85) {
      this.#note(clone, `deletes ${path}`);
      rmSync(join(clone.folder, path));
    } else if (dice < 0.97) {
      const to = this.#newPath();
      this.#note(clone, `renames ${path} to ${to}`);
      const content = readFileSync(join(clone.folder, path), 'latin1');
      rmSync(join(clone.folder, path));
      this.#put(clone, to, content);
    } else {
      this.#note(clone, `makes ${path} a folder`);
      rmSync(join(clone.folder, path));
      this.#put(clone, `${path}/inside.txt`, this.#unique());
    }
  }

  async sync(clones: readonly Clone[]): Promise<void> {
    for (const clone of clones) {
      this.#note(clone, clones.length > 1 ? 'syncs beside another' : 'syncs');
      this.#remember(clone);
    }
    await Promise.all(
      clones.map(async (clone) => {
        const open = await clone.sync();
        if (open.length > 0)
          this.#note(clone, `has conflicts: ${open.map(({ path, kind }) => `${path} (${kind})`)}`);
        if (open.length > 0 && this.#random() < 0.5) await this.settle(clone, open);
      }),
    );
  }

  /** Decides every open conflict, either way. */
  async settle(clone: Clone, open: readonly SyncConflict[]): Promise<void> {
    for (let left = open, tries = 0; left.length > 0; tries++) {
      if (tries > 50) throw new Error(`${clone.name} cannot get rid of ${JSON.stringify(left)}`);
      const conflict = this.pick(left);
      const use = this.pick(['local', 'remote'] as const);
      this.#note(clone, `resolves ${conflict.path} with ${use}`);
      this.#remember(clone);
      left = await clone.resolve(conflict, use);
    }
  }

  #write(clone: Clone, path: string): void {
    const before = filesOf(clone.folder).get(path);
    this.#note(clone, `${before === undefined ? 'makes' : 'edits'} ${path}`);
    if (before === undefined || !/\.(psc|ini)$/.test(path)) {
      const lines = Array.from({ length: 12 }, () => this.#unique());
      this.#put(clone, path, lines.join('\r\n'));
    } else {
      const lines = before.split('\r\n');
      this.#put(clone, path, lines.with(this.below(lines.length), this.#unique()).join('\r\n'));
    }
  }

  /** A file may stand where the path needs a folder, and the reverse. */
  #put(clone: Clone, path: string, content: string): void {
    const names = path.split('/');
    for (let at = 1; at < names.length; at++) {
      const above = join(clone.folder, ...names.slice(0, at));
      if (existsSync(above) && !readdirOf(above)) rmSync(above);
    }
    if (readdirOf(join(clone.folder, path))) rmSync(join(clone.folder, path), { recursive: true });
    clone.write(path, content);
  }

  #newPath(): string {
    return join(this.pick(FOLDERS), `${this.pick(NAMES)}${this.pick(EXTENSIONS)}`);
  }

  #unique(): string {
    return `edit ${this.#edits++} ${this.below(1e9)}`;
  }

  #note(clone: Clone, what: string): void {
    this.log.push(`${clone.name} ${what}`);
  }

  #remember(clone: Clone): void {
    for (const [path, content] of filesOf(clone.folder)) {
      this.saved.set(blobIdOnDisk(path, content), `${path} of ${clone.name} before step ${this.log.length}`);
    }
  }
}

const readdirOf = (path: string) => {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
};

export const start = {
  'Scripts/Source/User/one.psc': Array.from({ length: 12 }, (_, at) => `line ${at}`).join('\r\n'),
  'Scripts/Source/User/two.psc': Array.from({ length: 12 }, (_, at) => `other ${at}`).join('\r\n'),
  'Data/one.ini': '[General]\r\nfirst=1\r\nsecond=2\r\nthird=3\r\n',
  'Textures/a b/one.dds': 'a texture',
  'two.esp': 'a plugin',
};

export async function live(
  seed: number,
  steps: number,
  clones: readonly Clone[],
  dataDir: string,
): Promise<void> {
  await tell(seed, clones, dataDir, async (story) => {
    for (let step = 0; step < steps; step++) await story.step();
  });
}

/** Lets `what` happen, then everyone sync until nothing is open; one tree in the end, and no edit missing. */
export async function tell(
  seed: number,
  clones: readonly Clone[],
  dataDir: string,
  what: (story: Story) => Promise<void>,
): Promise<void> {
  const story = new Story(seed, clones);
  try {
    await what(story);
    let heads = new Set<string>();
    for (let round = 0; round < 12; round++) {
      for (const clone of clones.map((one) => one.alone ?? one)) {
        await story.sync([clone]);
        const open = await clone.sync();
        if (open.length > 0) await story.settle(clone, open);
      }
      heads = new Set(clones.map(({ folder }) => gitBytes(folder, ['rev-parse', 'HEAD']).toString()));
      if (heads.size === 1) break;
    }
    expect(heads.size).toBe(1);
    const [first, ...others] = clones.map(({ folder }) => stateOf(folder));
    for (const other of others) expect(other).toEqual(first);
    const repositories = [...clones.map(({ folder }) => folder), ...hostedRepositories(dataDir)];
    for (const repository of repositories) gitBytes(repository, ['fsck', '--strict', '--no-dangling']);
    const refs = reachableIds(repositories);
    expect([...story.saved].filter(([id]) => !refs.has(id)).map(([, where]) => where)).toEqual([]);
  } catch (error) {
    console.log(`seed ${seed}:\n${story.log.map((line, at) => `${at} ${line}`).join('\n')}`);
    throw error;
  }
}
