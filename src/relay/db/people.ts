/** People and their tokens. Secrets arrive hashed (../access/auth.ts) and are stored so. */
import { hasCode } from '../../shared/errors.ts';
import { now, type Statements } from './statements.ts';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly mayCreateProjects: boolean;
}

/** `last_used_at` is for people: a minute's precision spares a write on every request. */
const LAST_USED_PRECISION_MS = 60_000;

export interface UserRow {
  id: string;
  name: string;
  may_create_projects: number;
}

export const userOf = (row: UserRow): User => ({
  id: row.id,
  name: row.name,
  mayCreateProjects: row.may_create_projects === 1,
});

export class People {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  hasUsers(): boolean {
    return this.#sql.row('SELECT 1 FROM users LIMIT 1') !== undefined;
  }

  addUser(user: User, tokenHash: string): void {
    this.#sql.transaction(() => {
      this.#sql.run(
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
    this.#sql.run(
      'INSERT INTO tokens (hash, user_id, created_at) VALUES (?, ?, ?)',
      tokenHash,
      userId,
      now(),
    );
  }

  userByToken(tokenHash: string): User | undefined {
    const row = this.#sql.row<UserRow & { last_used_at: string | null }>(
      'SELECT users.*, tokens.last_used_at FROM tokens JOIN users ON users.id = tokens.user_id WHERE hash = ?',
      tokenHash,
    );
    if (row === undefined) return undefined;
    if (row.last_used_at === null || Date.now() - Date.parse(row.last_used_at) > LAST_USED_PRECISION_MS)
      try {
        this.#sql.run('UPDATE tokens SET last_used_at = ? WHERE hash = ?', now(), tokenHash);
      } catch (error) {
        // On a full disk people can still read.
        if (!hasCode(error, 'NO_SPACE')) throw error;
      }
    return userOf(row);
  }
}
