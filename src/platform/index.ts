/**
 * The only seam to the machine. The rooms above speak to a `Host`: its `Disk`, `Codec`, `Keys` and `Watch`.
 * `node/` implements it; nothing else but the relay, Electron and the CLI may touch `node:` modules.
 *
 * All paths here are disk paths: absolute, with `/` between names (see shared/paths.ts).
 */
export { isUntouched } from './fileStat.ts';

export interface Host {
  readonly disk: Disk;
  readonly codec: Codec;
  readonly keys: Keys;
  readonly watch: Watch;
  /** Per-user state (identity, known projects): `MODSYNC_HOME`, or the platform's place for it. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How another program starts modsync's command here: an executable and its first arguments, all absolute. */
  readonly command: readonly string[];
  /** The scripts that Git runs as hooks: a disk path. */
  readonly hooks: string;
  /** Where processes of one user can speak to each other. */
  readonly sockets?: LocalSockets;
  /** Where there is a stock Git that could know. */
  readonly gitCredentials?: GitCredentials;
  /** Has git-lfs put its hooks into the repository at a disk path. @returns why it could not; `undefined`: it did */
  readonly gitLfsHooks?: (folder: string) => Promise<string | undefined>;
  /** The token of the `gh` tool's login at a GitHub such as `github.com`; never asks a person. */
  readonly ghToken?: (hostname: string) => Promise<string | undefined>;
  /** Where the platform has a quicker one than its own `fetch`, on the same terms. */
  readonly fetch?: typeof fetch;
  /** `fetch` through a proxy's URL, where the platform's own does not see to that. @throws SyncError `INVALID_CONFIG` */
  readonly fetchThrough?: (proxy: string) => Promise<typeof fetch>;
}

/** A two-way line to another process of this user's; a message is one line of text. */
export interface LocalConnection {
  send(line: string): void;
  /** Bytes that the other side has not taken yet. */
  readonly backlog: number;
  /** After what was sent has left. */
  close(): void;
  /** At once. */
  cut(): void;
}

export interface LocalHandlers {
  onLine(line: string): void;
  /** However it ends; once. */
  onClose(): void;
}

export interface LocalSockets {
  /**
   * For this user's processes only. What a dead process left at `path` is replaced: whoever listens holds a lock.
   * @param path a disk path; the address may be another one, where the system has its own place for it
   */
  listen(
    path: string,
    accept: (connection: LocalConnection) => LocalHandlers,
  ): Promise<{ readonly address: string; close(): Promise<void> }>;
  /** `undefined`: nobody listens there. */
  connect(address: string, handlers: LocalHandlers): Promise<LocalConnection | undefined>;
  /** Removes what a dead process left at an address. */
  forget(address: string): void;
}

/** What Git's credential helpers know. */
export interface GitCredentials {
  /**
   * Never asks a person; `undefined` when nobody knows, or there is no Git.
   * @param folder a disk path: helpers can be configured for a repository
   */
  fill(
    url: string,
    folder?: string,
  ): Promise<{ readonly user: string; readonly password: string } | undefined>;
}

export type FileKind = 'file' | 'folder' | 'symlink' | 'other';

/** Stat data as Git's index wants it: exact seconds and nanoseconds, never a float. */
export interface FileStat {
  readonly kind: FileKind;
  /** POSIX mode bits. On Windows the executable bit is never set. */
  readonly mode: number;
  readonly size: number;
  readonly dev: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  readonly ctimeSeconds: number;
  readonly ctimeNanoseconds: number;
  readonly links: number;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: FileKind;
}

/**
 * Decides, folder by folder, what a walk goes into and lists. Synchronous, because the walk is.
 * @param folder relative to the walk's root, '' for the root itself
 * @param read a file of this folder by name, for ignore rules
 * @returns the entries to keep: kept files are listed, kept folders are walked. What a visitor adds to an entry comes
 *   back with its file
 */
export type WalkVisitor<Kept extends FolderEntry = FolderEntry> = (
  folder: string,
  entries: readonly FolderEntry[],
  read: (name: string) => Uint8Array | undefined,
) => readonly Kept[];

export interface WalkedFile<Kept extends FolderEntry = FolderEntry> {
  /** Relative to the walk's root. */
  readonly path: string;
  readonly stat: FileStat;
  readonly entry: Kept;
}

/** What the writer believes is at a path: nothing, or a file with this stat (kind, size, mtime, ino compared). */
export type Expected = 'absent' | FileStat;

export interface FileToWrite {
  /** Relative to the batch's root. */
  readonly path: string;
  /** Bytes; a file to copy (sharing blocks where the disk can); or a symlink's target. */
  readonly content: Uint8Array | { readonly copyFrom: string } | { readonly linkTo: string };
  readonly executable?: boolean;
  /** Looked at immediately before the rename; when it does not hold, the path is left as it is. */
  readonly expect?: Expected;
}

/** The stat of what was written, or `undefined` when the path was not as expected and was left alone. */
export type WriteOutcome = FileStat | undefined;

export type ByteStream = AsyncIterable<Uint8Array>;

export interface PublishOptions {
  readonly executable?: boolean;
  /** Owner-only file: for secrets. */
  readonly secret?: boolean;
  /** Flush to the disk before the rename. */
  readonly sync?: boolean;
  /** Where it lies until it is whole: a disk path on the same disk. Left out: beside the target. */
  readonly temporary?: string;
  /** Fail (return false) when the path already exists, instead of replacing it. */
  readonly exclusive?: boolean;
}

/** A file that lies in memory, and whose hash is known. */
export interface VerifiedFile {
  readonly path: string;
  /** Where it lies until it is whole, on the same disk. */
  readonly temporary: string;
  /** Lowercase hex. */
  readonly sha256: string;
  /** Where its bytes are in the memory that they share. */
  readonly start: number;
  readonly length: number;
}

/** A file whose content is to be kept under its hash, as git-lfs lays objects out. */
export interface FileToKeep {
  readonly path: string;
  /** Of the file before it is read. */
  readonly stat: FileStat;
  /** The folder of all objects. */
  readonly objects: string;
  /** Where the object lies until it is whole, on the same disk. */
  readonly temporary: string;
}

export interface KeptFile {
  /** Lowercase hex. */
  readonly sha256: string;
  /** There was no such object before. */
  readonly isNew: boolean;
}

/**
 * A lock file as Git takes it: `path.lock`, created exclusively. Ours says which process holds it, so that one that a
 * killed modsync left behind is taken over; a lock of anyone else's is waited for, never broken.
 */
export interface LockFile {
  /** Publishes the content at the path that is locked, flushed to the disk. The lock stays. */
  publish(content: Uint8Array, options?: PublishOptions): Promise<void>;
  /** Publishes the content at the path that is locked, flushed to the disk. Ends the lock. */
  commit(content: Uint8Array, options?: PublishOptions): Promise<void>;
  /** Removes the lock file. After `commit` it does nothing. */
  release(): Promise<void>;
}

/** Held by a living process; one left behind by a dead process is taken over. */
export interface ProcessLock {
  release(): Promise<void>;
}

/**
 * Coarse batches over the file system. Absence is `undefined`, never an exception; other failures are `SyncError`s:
 * `PERMISSION_DENIED`, `NO_SPACE`, `FILE_BUSY` (after retries), `INTERNAL`.
 */
export interface Disk {
  lstat(path: string): Promise<FileStat | undefined>;
  /** One stat for each path, relative to root. */
  lstatMany(root: string, paths: readonly string[]): Promise<(FileStat | undefined)[]>;
  list(folder: string): Promise<FolderEntry[] | undefined>;
  /** Every file and symlink below root that the visitor keeps. Symlinked folders are listed, never entered. */
  walk<Kept extends FolderEntry>(
    root: string,
    visit: WalkVisitor<Kept>,
    signal?: AbortSignal,
  ): Promise<WalkedFile<Kept>[]>;

  read(path: string): Promise<Uint8Array | undefined>;
  /** Fills `target` from the beginning of a file, as far as that goes: how many bytes there were. */
  readInto(path: string, target: Uint8Array): Promise<number | undefined>;
  readMany(paths: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /** Shorter than `length` only at the end of the file. */
  readRange(path: string, offset: number, length: number): Promise<Uint8Array | undefined>;
  /** Chunks of at most 1 MiB. Throws `NOT_FOUND` at the first chunk when there is no such file. */
  stream(path: string, range?: { readonly start?: number; readonly end?: number }): ByteStream;
  readLink(path: string): Promise<string | undefined>;

  /** Makes parent folders, writes to a temporary file, renames. */
  publish(path: string, content: Uint8Array | ByteStream, options?: PublishOptions): Promise<boolean>;
  /**
   * Publishes those of several files that have the right bytes; `isRight` says which. Done beside this thread where it can
   * be: for many files that come in a row.
   * @param memory is given away, and comes back with the answer
   */
  publishVerified(
    memory: ArrayBuffer,
    files: readonly VerifiedFile[],
  ): Promise<{ readonly memory: ArrayBuffer; readonly isRight: readonly boolean[] }>;
  /**
   * Reads a file once into memory, hashes it, and keeps what was hashed; an empty one is only hashed. Done beside this
   * thread where many come in a row.
   * @returns `undefined` when it is gone, or changed while it was read: nothing is kept then
   */
  keepHashed(file: FileToKeep): Promise<KeptFile | undefined>;
  /**
   * Publishes files below `root`, in order, parents made as needed; `temp` is a folder on the same disk for what is
   * half written. What an editor saves in the very moment of its replacement stays. Never writes through a symlinked
   * folder below root: that is `UNSAFE_PATH`, before anything of the batch is written. A path whose parent is a file
   * is left alone.
   */
  writeMany(root: string, temp: string, files: readonly FileToWrite[]): Promise<WriteOutcome[]>;
  /**
   * Removes files below `root` where `expect` (if given) holds, then the folders that this emptied. Answers false
   * where the path was not as expected. The same care as `writeMany`, and the same `temp`.
   */
  removeMany(
    root: string,
    temp: string,
    files: readonly { readonly path: string; readonly expect?: FileStat }[],
  ): Promise<boolean[]>;
  /** Copies (sharing blocks where the disk can) to a temporary file beside `to`, then renames. */
  copy(from: string, to: string, options?: PublishOptions): Promise<void>;
  /**
   * Copies (sharing blocks where the disk can) to a file that is not there yet, parents made as needed, and shows each
   * piece of what the copy has. A piece is only lent. What `show` throws ends the copying, and nothing stays.
   * @throws SyncError `NOT_FOUND` when there is no such file
   */
  copyShowing(from: string, to: string, show: (bytes: Uint8Array) => void): Promise<void>;
  /** All of the content or none of it. */
  append(path: string, content: Uint8Array): Promise<void>;
  /** Sets the modification time to now; says whether the file is there. */
  touch(path: string): Promise<boolean>;
  rename(from: string, to: string): Promise<void>;
  /** Lets a file be written to, or not. One that is not there is left alone. */
  setWritable(path: string, writable: boolean): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes a folder if it is empty; says whether it is gone. */
  removeEmptyFolder(path: string): Promise<boolean>;
  removeTree(path: string): Promise<void>;

  /** @throws SyncError `LOCK_TIMEOUT` naming the lock file, when it stays taken for `waitMs` (default 10 s) */
  lockFile(
    path: string,
    options?: { readonly waitMs?: number; readonly signal?: AbortSignal },
  ): Promise<LockFile>;
  /** `undefined` when a living process holds it for longer than `waitMs` (default: do not wait). */
  lockProcess(
    path: string,
    options?: { readonly waitMs?: number; readonly signal?: AbortSignal },
  ): Promise<ProcessLock | undefined>;
  /** Git's own `gc.pid`; `undefined` while a `git gc` or another modsync holds it. */
  lockGarbageCollection(gitDir: string): Promise<ProcessLock | undefined>;
  /** A copy within this folder shares its blocks with the original; `undefined` when it cannot be tried. */
  sharesBlocks?(folder: string): Promise<boolean | undefined>;
  /** The file system under this folder treats names that differ in case only as one. */
  ignoresCase(folder: string): Promise<boolean>;
}

export interface Digest {
  update(bytes: Uint8Array): this;
  /** Lowercase hex. */
  hex(): string;
}

/** Synchronous compression and hashing. */
export interface Codec {
  sha1(): Digest;
  /** Of bytes that are all there, in lowercase hex. */
  sha1Of(bytes: Uint8Array): string;
  sha256(): Digest;
  /** zlib format, level 1 unless told otherwise. */
  deflate(bytes: Uint8Array, level?: number): Uint8Array;
  /**
   * One zlib stream at the start of `bytes`; what follows it is left alone.
   * @throws SyncError `MALFORMED_OBJECT` when it is broken, cut short, or longer than `maxLength`
   */
  inflate(bytes: Uint8Array, maxLength: number): { readonly data: Uint8Array; readonly consumed: number };
  randomBytes(length: number): Uint8Array;
}

/** Secrets by name (a relay's origin, for one), readable by this user only. */
export interface Keys {
  get(name: string): Promise<string | undefined>;
  set(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
}

export interface WatchHandlers {
  /** Project paths that may have changed; `undefined`: anything may have (overflow, or only a timer). */
  readonly onChange: (paths: readonly string[] | undefined) => void;
  readonly onError: (error: unknown) => void;
}

export interface Watch {
  /** Reports changes below a folder, without its `.git`, until closed. */
  start(folder: string, handlers: WatchHandlers): Promise<{ close(): Promise<void> }>;
}
