/** The feed's events, and the refs that they told of last. */
import type { CommitId, ObjectId, ProjectId } from '../../shared/ids.ts';
import type { ProjectChange } from '../../shared/types.ts';
import type { Statements } from './statements.ts';

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

export class Events {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  newestCursor(projectId: ProjectId): number {
    const row = this.#sql.row<{ cursor: number | null }>(
      'SELECT max(cursor) AS cursor FROM events WHERE project_id = ?',
      projectId,
    );
    return row?.cursor ?? 0;
  }

  /** What came after the cursor, in order: so many at most, and no more of them when they have so many characters. */
  after(projectId: ProjectId, cursor: number, limit: number, characters: number): StoredEvent[] {
    return this.#sql.rows<StoredEvent>(
      `SELECT cursor, change FROM (
         SELECT cursor, change, sum(length(change)) OVER (ORDER BY cursor) - length(change) AS before FROM (
           SELECT cursor, change FROM events WHERE project_id = ? AND cursor > ? ORDER BY cursor LIMIT ?))
       WHERE before < ? ORDER BY cursor`,
      projectId,
      cursor,
      limit,
      characters,
    );
  }

  /** A change that is already there (by its id) keeps its place: publishing it again changes nothing. */
  add(change: ProjectChange): StoredEvent & { readonly isNew: boolean } {
    return this.#sql.transaction(() => {
      const known = this.#sql.row<StoredEvent>(
        'SELECT cursor, change FROM events WHERE project_id = ? AND change_id = ?',
        change.projectId,
        change.changeId,
      );
      return known === undefined ? { ...this.#appendEvent(change), isNew: true } : { ...known, isNew: false };
    });
  }

  #appendEvent(change: ProjectChange): StoredEvent {
    const event = { cursor: this.newestCursor(change.projectId) + 1, change: JSON.stringify(change) };
    this.#sql.run(
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
    const rows = this.#sql.rows<{ name: string; id: ObjectId; commit_id: CommitId | null }>(
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

  /** Forgets what is older than that, but for the newest `keep`. @returns how many */
  prune(projectId: ProjectId, keep: number, before: Date): number {
    return this.#sql.run(
      `DELETE FROM events WHERE project_id = ? AND cursor <= ? AND json_extract(change, '$.timestamp') < ?`,
      projectId,
      // The newest stays in any case: it says where the cursors go on.
      this.newestCursor(projectId) - Math.max(1, keep),
      before.toISOString(),
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
    return this.#sql.transaction(() =>
      moves.map(({ name, to, change }) => {
        if (to === undefined)
          this.#sql.run('DELETE FROM refs WHERE project_id = ? AND name = ?', projectId, name);
        else
          this.#sql.run(
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
}
