/**
 * The relay's memory: one SQLite file, and the only file of the house that speaks SQL.
 *
 * `Database` has a method for each question and each change; every method is one statement or one transaction, and
 * all of them are synchronous (microseconds, one writer). Secrets arrive hashed (auth.ts) and are stored so.
 * SQLite comes from Node where Node has it (22.5 and later), else from `libsql`; both sit behind `Connection`.
 */
import { createRequire } from 'node:module';
import { SyncError } from '../shared/errors.ts';
import type { CommitId, ObjectId, ProjectId } from '../shared/ids.ts';
import type { ProjectChange } from '../shared/types.ts';
import type { Role } from '../shared/wire/relay.ts';
import { reaches } from './roles.ts';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly mayCreateProjects: boolean;
}

export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  readonly defaultBranch: string;
}

/** Someone who may work on a project, and as what. */
export interface Member {
  readonly user: User;
  readonly project: Project;
  readonly role: Role;
}

export interface StoredEvent {
  readonly cursor: number;
  /** JSON of a `ProjectChange`, ready to send. */
  readonly change: string;
}

/** What a ref pointed at when its last change was announced. */
export interface AnnouncedRef {
  readonly id: ObjectId;
  /** The commit behind it; a tag may name something else. */
  readonly commitId?: CommitId;
}

export interface Lock {
  readonly id: string;
  readonly path: string;
  readonly ownerId: string;
  readonly ownerName: string;
  /** ISO 8601. */
  readonly lockedAt: string;
}

export interface LockQuery {
  readonly path?: string | undefined;
  readonly id?: string | undefined;
  /** Where the page before this one ended. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface LockPage {
  readonly locks: readonly Lock[];
  readonly nextCursor?: string;
}

/** Each entry takes the schema from its index to the next version. Never edit one that was released: append. */
const MIGRATIONS = [
  `CREATE TABLE users (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, may_create_projects INTEGER NOT NULL, created_at TEXT NOT NULL
   ) STRICT;
   CREATE TABLE tokens (
     hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users(id), created_at TEXT NOT NULL, last_used_at TEXT
   ) STRICT;
   CREATE TABLE projects (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, default_branch TEXT NOT NULL, created_at TEXT NOT NULL
   ) STRICT;
   CREATE TABLE members (
     project_id TEXT NOT NULL REFERENCES projects(id), user_id TEXT NOT NULL REFERENCES users(id),
     role TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (project_id, user_id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE invites (
     hash TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects(id), role TEXT NOT NULL,
     created_by TEXT NOT NULL REFERENCES users(id), created_at TEXT NOT NULL
   ) STRICT;
   CREATE TABLE events (
     project_id TEXT NOT NULL REFERENCES projects(id), cursor INTEGER NOT NULL, change_id TEXT NOT NULL,
     change TEXT NOT NULL, PRIMARY KEY (project_id, cursor), UNIQUE (project_id, change_id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE refs (
     project_id TEXT NOT NULL REFERENCES projects(id), name TEXT NOT NULL, id TEXT NOT NULL, commit_id TEXT,
     PRIMARY KEY (project_id, name)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE locks (
     sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
     project_id TEXT NOT NULL REFERENCES projects(id), path TEXT NOT NULL,
     owner_id TEXT NOT NULL REFERENCES users(id), locked_at TEXT NOT NULL, UNIQUE (project_id, path)
   ) STRICT;`,
] as const;

/** `last_used_at` is for people: a minute's precision spares a write on every request. */
const LAST_USED_PRECISION_MS = 60_000;

const now = () => new Date().toISOString();

export class Database {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Opens the file, or makes it, and brings its schema up to date.
   * @throws SyncError `INVALID_CONFIG` when a newer modsync wrote it
   */
  static open(path: string): Database {
    const connection = connect(path);
    try {
      connection.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;',
      );
      migrate(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    return new Database(connection);
  }

  close(): void {
    this.#connection.close();
  }

  // Users and their tokens

  hasUsers(): boolean {
    return this.#row('SELECT 1 FROM users LIMIT 1') !== undefined;
  }

  addUser(user: User, tokenHash: string): void {
    this.#transaction(() => {
      this.#run(
        'INSERT INTO users (id, name, may_create_projects, created_at) VALUES (?, ?, ?, ?)',
        user.id,
        user.name,
        user.mayCreateProjects ? 1 : 0,
        now(),
      );
      this.addToken(user.id, tokenHash);
    });
  }

  addToken(userId: string, tokenHash: string): void {
    this.#run('INSERT INTO tokens (hash, user_id, created_at) VALUES (?, ?, ?)', tokenHash, userId, now());
  }

  userByToken(tokenHash: string): User | undefined {
    const row = this.#row<UserRow & { last_used_at: string | null }>(
      'SELECT users.*, tokens.last_used_at FROM tokens JOIN users ON users.id = tokens.user_id WHERE hash = ?',
      tokenHash,
    );
    if (row === undefined) return undefined;
    if (row.last_used_at === null || Date.now() - Date.parse(row.last_used_at) > LAST_USED_PRECISION_MS)
      this.#run('UPDATE tokens SET last_used_at = ? WHERE hash = ?', now(), tokenHash);
    return userOf(row);
  }

  // Projects and their members

  /** Answers false when there already is a project of this id. */
  addProject(project: Project, owner: User): boolean {
    return this.#transaction(() => {
      const added = this.#run(
        'INSERT INTO projects (id, name, default_branch, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        project.id,
        project.name,
        project.defaultBranch,
        now(),
      );
      if (added === 0) return false;
      this.addMember(project.id, owner.id, 'owner');
      return true;
    });
  }

  project(id: string): Project | undefined {
    const row = this.#row<ProjectRow>('SELECT * FROM projects WHERE id = ?', id);
    return row === undefined ? undefined : projectOf(row);
  }

  projectIds(): ProjectId[] {
    return this.#rows<ProjectRow>('SELECT * FROM projects').map((row) => row.id);
  }

  /** Makes the user a member, or raises the role of one who is; a role is never lowered here. */
  addMember(projectId: ProjectId, userId: string, role: Role): void {
    const held = this.#row<{ role: Role }>(
      'SELECT role FROM members WHERE project_id = ? AND user_id = ?',
      projectId,
      userId,
    );
    if (held !== undefined && reaches(held.role, role)) return;
    this.#run(
      `INSERT INTO members (project_id, user_id, role, created_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role`,
      projectId,
      userId,
      role,
      now(),
    );
  }

  /** `undefined` alike when there is no such project and when the user is not in it. */
  member(projectId: string, user: User): Member | undefined {
    const row = this.#row<ProjectRow & { role: Role }>(
      `SELECT projects.*, members.role FROM members JOIN projects ON projects.id = members.project_id
       WHERE project_id = ? AND user_id = ?`,
      projectId,
      user.id,
    );
    return row === undefined ? undefined : { user, project: projectOf(row), role: row.role };
  }

  memberships(user: User): Member[] {
    return this.#rows<ProjectRow & { role: Role }>(
      `SELECT projects.*, members.role FROM members JOIN projects ON projects.id = members.project_id
       WHERE user_id = ? ORDER BY projects.id`,
      user.id,
    ).map((row) => ({ user, project: projectOf(row), role: row.role }));
  }

  members(project: Project): Member[] {
    return this.#rows<UserRow & { role: Role }>(
      `SELECT users.*, members.role FROM members JOIN users ON users.id = members.user_id
       WHERE project_id = ? ORDER BY members.created_at, users.id`,
      project.id,
    ).map((row) => ({ user: userOf(row), project, role: row.role }));
  }

  // Invites

  addInvite(codeHash: string, projectId: ProjectId, role: Role, createdBy: User): void {
    this.#run(
      'INSERT INTO invites (hash, project_id, role, created_by, created_at) VALUES (?, ?, ?, ?, ?)',
      codeHash,
      projectId,
      role,
      createdBy.id,
      now(),
    );
  }

  invite(codeHash: string): { readonly project: Project; readonly role: Role } | undefined {
    const row = this.#row<ProjectRow & { role: Role }>(
      `SELECT projects.*, invites.role FROM invites JOIN projects ON projects.id = invites.project_id
       WHERE hash = ?`,
      codeHash,
    );
    return row === undefined ? undefined : { project: projectOf(row), role: row.role };
  }

  /** Lets someone in: a new user with a first token, or one more token for a user that is there. */
  acceptInvite(projectId: ProjectId, role: Role, user: User, isNew: boolean, tokenHash: string): void {
    this.#transaction(() => {
      if (isNew) this.addUser(user, tokenHash);
      else this.addToken(user.id, tokenHash);
      this.addMember(projectId, user.id, role);
    });
  }

  // The feed

  newestCursor(projectId: ProjectId): number {
    const row = this.#row<{ cursor: number | null }>(
      'SELECT max(cursor) AS cursor FROM events WHERE project_id = ?',
      projectId,
    );
    return row?.cursor ?? 0;
  }

  eventsAfter(projectId: ProjectId, cursor: number, limit: number): StoredEvent[] {
    return this.#rows<StoredEvent>(
      'SELECT cursor, change FROM events WHERE project_id = ? AND cursor > ? ORDER BY cursor LIMIT ?',
      projectId,
      cursor,
      limit,
    );
  }

  /** A change that is already there (by its id) keeps its place: publishing it again changes nothing. */
  addEvent(change: ProjectChange): StoredEvent & { readonly isNew: boolean } {
    return this.#transaction(() => {
      const known = this.#row<StoredEvent>(
        'SELECT cursor, change FROM events WHERE project_id = ? AND change_id = ?',
        change.projectId,
        change.changeId,
      );
      return known === undefined ? { ...this.#appendEvent(change), isNew: true } : { ...known, isNew: false };
    });
  }

  #appendEvent(change: ProjectChange): StoredEvent {
    const event = { cursor: this.newestCursor(change.projectId) + 1, change: JSON.stringify(change) };
    this.#run(
      'INSERT INTO events (project_id, cursor, change_id, change) VALUES (?, ?, ?, ?)',
      change.projectId,
      event.cursor,
      change.changeId,
      event.change,
    );
    return event;
  }

  // Refs, as they were last announced

  announcedRefs(projectId: ProjectId): Map<string, AnnouncedRef> {
    const rows = this.#rows<{ name: string; id: ObjectId; commit_id: CommitId | null }>(
      'SELECT name, id, commit_id FROM refs WHERE project_id = ?',
      projectId,
    );
    return new Map(
      rows.map((row) => [
        row.name,
        row.commit_id === null ? { id: row.id } : { id: row.id, commitId: row.commit_id },
      ]),
    );
  }

  /** Events and the refs they tell of, together: a kill between the two would lose or repeat a hint. */
  announce(
    projectId: ProjectId,
    moves: readonly {
      readonly name: string;
      readonly to: AnnouncedRef | undefined;
      readonly change: ProjectChange;
    }[],
  ): StoredEvent[] {
    return this.#transaction(() =>
      moves.map(({ name, to, change }) => {
        if (to === undefined)
          this.#run('DELETE FROM refs WHERE project_id = ? AND name = ?', projectId, name);
        else
          this.#run(
            `INSERT INTO refs (project_id, name, id, commit_id) VALUES (?, ?, ?, ?)
             ON CONFLICT (project_id, name) DO UPDATE SET id = excluded.id, commit_id = excluded.commit_id`,
            projectId,
            name,
            to.id,
            to.commitId ?? null,
          );
        return this.#appendEvent(change);
      }),
    );
  }

  // LFS locks

  /** The lock, and whether it is the new one: of two at once on one path, exactly one wins. */
  addLock(
    projectId: ProjectId,
    lock: { id: string; path: string; owner: User },
  ): { lock: Lock; isNew: boolean } {
    return this.#transaction(() => {
      const added = this.#run(
        `INSERT INTO locks (id, project_id, path, owner_id, locked_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (project_id, path) DO NOTHING`,
        lock.id,
        projectId,
        lock.path,
        lock.owner.id,
        now(),
      );
      const [held] = this.locks(projectId, { path: lock.path, limit: 1 }).locks;
      if (held === undefined) throw new SyncError('INTERNAL', `The lock on "${lock.path}" was not stored.`);
      return { lock: held, isNew: added > 0 };
    });
  }

  lock(projectId: ProjectId, id: string): Lock | undefined {
    return this.locks(projectId, { id, limit: 1 }).locks[0];
  }

  locks(projectId: ProjectId, query: LockQuery): LockPage {
    const rows = this.#rows<LockRow>(
      `SELECT locks.*, users.name AS owner_name FROM locks JOIN users ON users.id = locks.owner_id
       WHERE project_id = ? AND sequence > ? AND (? IS NULL OR path = ?) AND (? IS NULL OR locks.id = ?)
       ORDER BY sequence LIMIT ?`,
      projectId,
      Number(query.cursor ?? 0),
      query.path ?? null,
      query.path ?? null,
      query.id ?? null,
      query.id ?? null,
      query.limit + 1,
    );
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const locks = page.map(lockOf);
    return rows.length > query.limit && last !== undefined
      ? { locks, nextCursor: String(last.sequence) }
      : { locks };
  }

  removeLock(projectId: ProjectId, id: string): boolean {
    return this.#run('DELETE FROM locks WHERE project_id = ? AND id = ?', projectId, id) > 0;
  }

  // Statements

  /** `Row` states the columns of the statement beside it: SQLite's answers carry no types. */
  #rows<Row>(sql: string, ...values: Scalar[]): Row[] {
    return this.#connection.all(sql, values) as Row[];
  }

  #row<Row>(sql: string, ...values: Scalar[]): Row | undefined {
    return this.#rows<Row>(sql, ...values)[0];
  }

  /** How many rows it changed. */
  #run(sql: string, ...values: Scalar[]): number {
    return this.#connection.run(sql, values);
  }

  #open = 0;
  /** All of it or nothing. A transaction inside another is part of it. */
  #transaction<T>(work: () => T): T {
    if (this.#open > 0) return work();
    this.#connection.exec('BEGIN IMMEDIATE');
    this.#open++;
    try {
      const result = work();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      this.#connection.exec('ROLLBACK');
      throw error;
    } finally {
      this.#open--;
    }
  }
}

/**
 * Holds a data folder for this process, by an exclusive transaction in a file of its own: the operating system lets
 * go of it however the process ends.
 * @returns what lets go of it
 * @throws SyncError `FILE_BUSY` when another relay holds it
 */
export function holdFile(path: string): () => void {
  const connection = connect(path);
  try {
    connection.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    connection.close();
    throw new SyncError(
      'FILE_BUSY',
      `Another relay serves this data folder. Stop it first, or give --data another folder.`,
      {
        data: { path },
        cause,
      },
    );
  }
  return () => connection.close();
}

function migrate(connection: Connection): void {
  const [row] = connection.all('PRAGMA user_version', []) as [{ user_version: number }];
  if (row.user_version > MIGRATIONS.length)
    throw new SyncError(
      'INVALID_CONFIG',
      'A newer modsync wrote this data folder. Serve it with that version, or newer; this one leaves it untouched.',
      { data: { found: row.user_version, known: MIGRATIONS.length } },
    );
  for (let version = row.user_version; version < MIGRATIONS.length; version++)
    connection.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[version]} PRAGMA user_version = ${version + 1}; COMMIT;`);
}

interface UserRow {
  id: string;
  name: string;
  may_create_projects: number;
}
interface ProjectRow {
  id: ProjectId;
  name: string;
  default_branch: string;
}
interface LockRow {
  sequence: number;
  id: string;
  path: string;
  owner_id: string;
  owner_name: string;
  locked_at: string;
}

const userOf = (row: UserRow): User => ({
  id: row.id,
  name: row.name,
  mayCreateProjects: row.may_create_projects === 1,
});
const projectOf = (row: ProjectRow): Project => ({
  id: row.id,
  name: row.name,
  defaultBranch: row.default_branch,
});
const lockOf = (row: LockRow): Lock => ({
  id: row.id,
  path: row.path,
  ownerId: row.owner_id,
  ownerName: row.owner_name,
  lockedAt: row.locked_at,
});

type Scalar = string | number | null;

/** What both SQLite libraries have in common. Statements are prepared once and kept. */
interface Connection {
  exec(sql: string): void;
  all(sql: string, values: readonly Scalar[]): unknown[];
  run(sql: string, values: readonly Scalar[]): number;
  close(): void;
}

interface PreparedStatement {
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): { changes: number | bigint };
}
interface Library {
  new (path: string): { exec(sql: string): void; prepare(sql: string): PreparedStatement; close(): void };
}

function connect(path: string): Connection {
  const builtin = nodeSqlite();
  const database = builtin === undefined ? new (libsql())(path) : new builtin(path);
  const statements = new Map<string, PreparedStatement>();
  const prepared = (sql: string): PreparedStatement => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  // libsql ends the process over a lone object, and takes one array; Node takes the values one by one.
  const bound = (values: readonly Scalar[]): unknown[] => {
    for (const value of values)
      if (value !== null && typeof value !== 'string' && !Number.isSafeInteger(value))
        throw new SyncError('INTERNAL', 'Only strings, whole numbers and null can be stored.');
    return builtin === undefined ? [values] : [...values];
  };
  return {
    exec: (sql) => void database.exec(sql),
    all: (sql, values) => prepared(sql).all(...bound(values)),
    run: (sql, values) => Number(prepared(sql).run(...bound(values)).changes),
    close: () => {
      // libsql really closes when its statements are collected; what is in the log is in the file before that.
      if (statements.size > 0) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      statements.clear();
      database.close();
    },
  };
}

function nodeSqlite(): Library | undefined {
  // Node 22 and 24 announce that its interface may change; the four calls used here are all behind `Connection`.
  const emitWarning = process.emitWarning;
  process.emitWarning = () => {};
  try {
    // The types are those of Node 20, which has neither.
    const { getBuiltinModule } = process as { getBuiltinModule?: (id: string) => unknown };
    const module = getBuiltinModule?.('node:sqlite') as { DatabaseSync: Library } | undefined;
    return module?.DatabaseSync;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Loaded only where it is needed: it is native code. */
const libsql = (): Library => createRequire(import.meta.url)('libsql') as Library;
