/** LFS locks. */
import { SyncError } from '../../shared/errors.ts';
import type { ProjectId } from '../../shared/ids.ts';
import type { User } from './people.ts';
import { now, type Statements } from './statements.ts';

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

interface LockRow {
  sequence: number;
  id: string;
  path: string;
  owner_id: string;
  owner_name: string;
  locked_at: string;
}

const lockOf = (row: LockRow): Lock => ({
  id: row.id,
  path: row.path,
  ownerId: row.owner_id,
  ownerName: row.owner_name,
  lockedAt: row.locked_at,
});

export class Locks {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** The lock, and whether it is the new one: of two at once on one path, exactly one wins. */
  add(projectId: ProjectId, lock: { id: string; path: string; owner: User }): { lock: Lock; isNew: boolean } {
    return this.#sql.transaction(() => {
      const added = this.#sql.run(
        `INSERT INTO locks (id, project_id, path, owner_id, locked_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (project_id, path) DO NOTHING`,
        lock.id,
        projectId,
        lock.path,
        lock.owner.id,
        now(),
      );
      const [held] = this.list(projectId, { path: lock.path, limit: 1 }).locks;
      if (held === undefined) throw new SyncError('INTERNAL', `The lock on "${lock.path}" was not stored.`);
      return { lock: held, isNew: added > 0 };
    });
  }

  find(projectId: ProjectId, id: string): Lock | undefined {
    return this.list(projectId, { id, limit: 1 }).locks[0];
  }

  list(projectId: ProjectId, query: LockQuery): LockPage {
    const rows = this.#sql.rows<LockRow>(
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

  remove(projectId: ProjectId, id: string): boolean {
    return this.#sql.run('DELETE FROM locks WHERE project_id = ? AND id = ?', projectId, id) > 0;
  }
}
