import type { Host, LockFile } from '../platform/index.ts';
import { text, utf8 } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';
import type { Signature } from '../shared/git.ts';
import { type CommitId, isObjectId, type ObjectId } from '../shared/ids.ts';
import { join, parentOf } from '../shared/paths.ts';
import { formatSignature } from './commits.ts';
import { formatPackedRefs, parsePackedRefs } from './packedRefs.ts';
import { checkRefName, isFullRefName } from './refNames.ts';
import type { RefUpdate } from './types.ts';

const ZERO = '0'.repeat(40);
const MAX_SYMREFS = 5;
const LOGGED = /^(HEAD$|refs\/(heads|remotes|notes)\/)/;

/** Why refs move, for the reflog. */
export interface RefReason {
  /** One line, such as `commit: Repair the door`. */
  readonly message: string;
  readonly who: Signature;
}

interface Resolved {
  /** The ref at the end of the symbolic ones. */
  readonly name: string;
  readonly id: ObjectId | undefined;
}

interface Move {
  readonly update: RefUpdate;
  readonly name: string;
  readonly before: ObjectId | undefined;
  readonly lock: LockFile;
}

/** Branches, tags and HEAD in Git's files, under Git's own locks. */
export class Refs {
  readonly #disk: Host['disk'];
  readonly #gitDir: string;

  constructor(host: Pick<Host, 'disk'>, gitDir: string) {
    this.#disk = host.disk;
    this.#gitDir = gitDir;
  }

  /** `branch` is absent when HEAD is detached; `commit` when the branch has none yet. */
  async head(): Promise<{ readonly branch?: string; readonly commit?: CommitId }> {
    const { name, id } = await this.#resolve('HEAD');
    // HEAD names a commit, always.
    return { ...(name !== 'HEAD' && { branch: name }), ...(id && { commit: id as CommitId }) };
  }

  /** Follows symbolic refs. */
  async read(ref: string): Promise<ObjectId | undefined> {
    return (await this.#resolve(ref)).id;
  }

  /** What a symbolic ref names, whether or not that exists; `undefined` when it is not symbolic or not there. */
  async readSymbolic(ref: string): Promise<string | undefined> {
    const bytes = isFullRefName(ref) ? await this.#file(ref) : undefined;
    return bytes && targetOf(text(bytes));
  }

  /** All refs whose names start with `prefix` (such as `refs/heads/`), in order. Broken ones are left out. */
  async list(prefix: string): Promise<Map<string, ObjectId>> {
    const found = new Map<string, ObjectId>();
    for (const [name, { id }] of (await this.#packed()).refs)
      if (name.startsWith(prefix)) found.set(name, id);
    const names = await this.#looseNames(prefix);
    const files = await this.#disk.readMany(names.map((name) => join(this.#gitDir, name)));
    for (const [i, name] of names.entries()) {
      const content = files[i] && text(files[i]).trimEnd();
      const id = content?.startsWith('ref:') ? await this.read(name) : content?.slice(0, 40);
      if (id !== undefined && isObjectId(id)) found.set(name, id);
    }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /**
   * Moves all of them or none, each only from the value it is expected to have. Symbolic refs are followed: `HEAD`
   * moves the branch that it names.
   * @throws SyncError `REF_CHANGED`, `INVALID_INPUT` (name, or in the way of another), `LOCK_TIMEOUT`
   */
  async update(updates: readonly RefUpdate[], reason: RefReason): Promise<void> {
    for (const { ref } of updates) checkRefName(ref);
    const named: { readonly update: RefUpdate; readonly name: string }[] = [];
    for (const update of updates) named.push({ update, name: (await this.#resolve(update.ref)).name });
    // One order for all processes: two that want the same refs never wait for each other in a circle.
    named.sort((a, b) => (a.name < b.name ? -1 : 1));
    const twice = named.find(({ name }, i) => named[i + 1]?.name === name);
    if (twice) {
      throw new SyncError('INVALID_INPUT', `${twice.name} cannot be moved twice at once.`, {
        data: { ref: twice.name },
      });
    }

    const moves: Move[] = [];
    try {
      await this.#checkNeighbours(named);
      for (const { update, name } of named) {
        const lock = await this.#lock(name);
        moves.push({ update, name, lock, before: undefined });
        const before = (await this.#resolve(name)).id;
        moves[moves.length - 1] = { update, name, lock, before };
        this.#checkExpected(update, name, before);
      }
      const head = await this.#resolve('HEAD');
      for (const move of moves) if (move.update.next !== undefined) await this.#move(move, head.name, reason);
      const deleted = moves.filter((move) => move.update.next === undefined);
      if (deleted.length > 0) await this.#delete(deleted, head.name, reason);
    } finally {
      for (const { lock } of moves) await lock.release();
    }
    for (const { update, name } of moves) {
      if (update.next === undefined) await this.#removeEmptyFolders(parentOf(name));
    }
  }

  /** Makes `name` (such as `HEAD`) stand for `target`, which need not exist. With a reason, HEAD's log gets a line. */
  async setSymbolic(name: string, target: string, reason?: RefReason): Promise<void> {
    checkRefName(name);
    checkRefName(target);
    const lock = await this.#lock(name);
    try {
      const before = await this.read(name);
      const after = await this.read(target);
      if (reason && after) await this.#log(name, before, after, reason);
      await lock.commit(utf8(`ref: ${target}\n`));
    } finally {
      await lock.release();
    }
  }

  async #resolve(ref: string): Promise<Resolved> {
    let name = ref;
    for (let hops = 0; hops <= MAX_SYMREFS; hops++) {
      if (!isFullRefName(name)) return { name, id: undefined };
      const bytes = await this.#file(name);
      if (!bytes) {
        // Packed between the two looks: what is not in a file any more is in the list by now.
        return { name, id: (await this.#packed()).refs.get(name)?.id };
      }
      const content = text(bytes);
      const target = targetOf(content);
      if (target === undefined) {
        const id = content.slice(0, 40);
        if (isObjectId(id)) return { name, id };
        throw new SyncError(
          'UNSUPPORTED_REPOSITORY',
          `The ref ${name} is damaged. "git fsck" shows it; "git reflog ${name}" shows what it was.`,
          { data: { ref: name } },
        );
      }
      name = target;
    }
    throw new SyncError('UNSUPPORTED_REPOSITORY', `The symbolic ref ${ref} goes in a circle.`, {
      data: { ref },
    });
  }

  /** A folder of that name counts as absent. */
  async #file(name: string): Promise<Uint8Array | undefined> {
    const path = join(this.#gitDir, name);
    if (name.includes('/') && (await this.#disk.lstat(path))?.kind !== 'file') return undefined;
    return this.#disk.read(path);
  }

  async #packed() {
    return parsePackedRefs(await this.#disk.read(join(this.#gitDir, 'packed-refs')));
  }

  async #looseNames(prefix: string): Promise<string[]> {
    const folder = prefix.slice(0, Math.max(prefix.lastIndexOf('/'), 4));
    const files = await this.#disk.walk(join(this.#gitDir, folder), (_, entries) =>
      entries.filter(({ name }) => !name.startsWith('.') && !name.endsWith('.lock')),
    );
    return files
      .map(({ path }) => `${folder}/${path}`)
      .filter((name) => name.startsWith(prefix) && isFullRefName(name));
  }

  async #lock(name: string): Promise<LockFile> {
    const folder = parentOf(name);
    if (folder !== '') await this.#disk.makeFolder(join(this.#gitDir, folder));
    return this.#disk.lockFile(join(this.#gitDir, name));
  }

  #checkExpected(update: RefUpdate, name: string, before: ObjectId | undefined): void {
    const { expected } = update;
    // Left out is "whatever it is"; given as undefined is "must not exist".
    if (!('expected' in update) || expected === 'any' || expected === before) return;
    throw new SyncError(
      'REF_CHANGED',
      `${name} was moved by somebody else meanwhile (expected ${expected ?? 'nothing'}, found ${before ?? 'nothing'}). Try again.`,
      { data: { ref: name, expected, found: before, next: update.next } },
    );
  }

  /** A ref is a file: `a` and `a/b` cannot both be, unless one goes away in the same update. */
  async #checkNeighbours(named: readonly { readonly update: RefUpdate; readonly name: string }[]) {
    const created = named.filter(({ update }) => update.next !== undefined).map(({ name }) => name);
    if (created.length === 0) return;
    const refs = new Set((await this.#packed()).refs.keys());
    for (const name of await this.#looseNames('refs/')) refs.add(name);
    for (const { name, update } of named) {
      if (update.next === undefined) refs.delete(name);
      else refs.add(name);
    }
    const folders = new Map<string, string>();
    for (const name of refs) {
      for (let folder = parentOf(name); folder !== ''; folder = parentOf(folder)) folders.set(folder, name);
    }
    for (const name of created) {
      let other = folders.get(name);
      for (let folder = parentOf(name); folder !== ''; folder = parentOf(folder)) {
        if (refs.has(folder)) other = folder;
      }
      if (other === undefined) continue;
      throw new SyncError(
        'INVALID_INPUT',
        `${name} cannot be made while ${other} exists: in Git one name cannot be the folder of another. Delete or rename one of them.`,
        { data: { ref: name, other } },
      );
    }
  }

  async #move({ update, name, before, lock }: Move, head: string, reason: RefReason): Promise<void> {
    const { next } = update;
    if (next === undefined || next === before) return;
    await this.#log(name, before, next, reason);
    if (head === name && name !== 'HEAD') await this.#log('HEAD', before, next, reason);
    const path = join(this.#gitDir, name);
    if ((await this.#disk.lstat(path))?.kind === 'folder') await this.#removeEmptyTree(path);
    await lock.commit(utf8(`${next}\n`));
  }

  /** First out of the packed list, then the file: the old packed value must not come back to life between the two. */
  async #delete(moves: readonly Move[], head: string, reason: RefReason): Promise<void> {
    const packedPath = join(this.#gitDir, 'packed-refs');
    const lock = await this.#disk.lockFile(packedPath);
    try {
      const packed = await this.#packed();
      if (moves.some(({ name }) => packed.refs.has(name))) {
        const refs = new Map(packed.refs);
        for (const { name } of moves) refs.delete(name);
        await lock.commit(formatPackedRefs({ ...packed, refs }));
      }
      for (const { name, before } of moves) {
        if (before && head === name) await this.#log('HEAD', before, undefined, reason);
        await this.#disk.remove(join(this.#gitDir, name));
        await this.#disk.remove(join(this.#gitDir, 'logs', name));
        await this.#removeEmptyFolders(join('logs', parentOf(name)));
      }
    } finally {
      await lock.release();
    }
  }

  async #log(
    name: string,
    before: ObjectId | undefined,
    next: ObjectId | undefined,
    { message, who }: RefReason,
  ): Promise<void> {
    const path = join(this.#gitDir, 'logs', name);
    const stat = await this.#disk.lstat(path);
    if (!stat && !LOGGED.test(name)) return;
    if (stat?.kind === 'folder') await this.#removeEmptyTree(path);
    const words = message.replace(/\s+/g, ' ').trim();
    const line = `${before ?? ZERO} ${next ?? ZERO} ${formatSignature(who)}${words ? `\t${words}` : ''}\n`;
    await this.#disk.append(path, utf8(line));
  }

  /** What deleted branches leave behind: folders that hold nothing but folders. */
  async #removeEmptyTree(path: string): Promise<void> {
    for (const { name, kind } of (await this.#disk.list(path)) ?? []) {
      if (kind === 'folder') await this.#removeEmptyTree(join(path, name));
    }
    await this.#disk.removeEmptyFolder(path);
  }

  /** Upwards, as far as they are empty; `refs/heads` and its like stay. */
  async #removeEmptyFolders(folder: string): Promise<void> {
    const least = folder.startsWith('logs') ? 4 : 3;
    for (let at = folder; at.split('/').length >= least; at = parentOf(at)) {
      if (!(await this.#disk.removeEmptyFolder(join(this.#gitDir, at)))) return;
    }
  }
}

function targetOf(content: string): string | undefined {
  return content.startsWith('ref:') ? content.slice(4).trim() : undefined;
}
