/** Object ids of plugins that were given out: none of one plugin to two people. */

import { type IdRange, rangesWithout, sizeOf } from '../../shared/idRanges.ts';
import type { ProjectId } from '../../shared/ids.ts';
import type { User } from './people.ts';
import { now, type Statements } from './statements.ts';

export interface FormIdLease extends IdRange {
  readonly id: string;
  readonly plugin: string;
  readonly ownerId: string;
  readonly ownerName: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface WantedLease {
  readonly id: string;
  /** In the one form that all spellings of its name have. */
  readonly plugin: string;
  readonly count: number;
  /** Ascending. */
  readonly free: readonly IdRange[];
  readonly owner: User;
  /** Leases that a project may have. */
  readonly most: number;
}

export type LeaseOutcome =
  | { readonly lease: FormIdLease; readonly isNew: boolean }
  /** The id is another lease's; there are too many; nothing is left. */
  | { readonly refused: 'other' | 'many' | 'full' };

interface Row {
  id: string;
  plugin: string;
  first: number;
  last: number;
  user_id: string;
  name: string;
  at: string;
}

const leaseOf = (row: Row): FormIdLease => ({
  id: row.id,
  plugin: row.plugin,
  from: row.first,
  to: row.last,
  ownerId: row.user_id,
  ownerName: row.name,
  at: row.at,
});

const SELECT = `SELECT form_ids.*, users.name FROM form_ids JOIN users ON users.id = form_ids.user_id
  WHERE project_id = ?`;

export class FormIds {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** The first range that is free on both sides. One that was given stays what it is, whoever asks for it again. */
  lease(projectId: ProjectId, { id, plugin, count, free, owner, most }: WantedLease): LeaseOutcome {
    return this.#sql.transaction((): LeaseOutcome => {
      const known = this.find(projectId, id);
      if (known)
        return known.ownerId === owner.id && known.plugin === plugin
          ? { lease: known, isNew: false }
          : { refused: 'other' };
      const all = this.#sql.row<{ count: number }>(
        'SELECT count(*) AS count FROM form_ids WHERE project_id = ?',
        projectId,
      );
      if (all && all.count >= most) return { refused: 'many' };
      const left = rangesWithout(free, this.list(projectId, plugin)).find((range) => sizeOf(range) >= count);
      if (!left) return { refused: 'full' };
      const { from } = left;
      const to = from + count - 1;
      const at = now();
      this.#sql.run(
        'INSERT INTO form_ids (project_id, id, plugin, first, last, user_id, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        projectId,
        id,
        plugin,
        from,
        to,
        owner.id,
        at,
      );
      return {
        lease: { id, plugin, from, to, ownerId: owner.id, ownerName: owner.name, at },
        isNew: true,
      };
    });
  }

  find(projectId: ProjectId, id: string): FormIdLease | undefined {
    const row = this.#sql.row<Row>(`${SELECT} AND form_ids.id = ?`, projectId, id);
    return row && leaseOf(row);
  }

  /** Ascending. */
  list(projectId: ProjectId, plugin: string): FormIdLease[] {
    return this.#sql.rows<Row>(`${SELECT} AND plugin = ? ORDER BY first`, projectId, plugin).map(leaseOf);
  }

  remove(projectId: ProjectId, id: string): boolean {
    return this.#sql.run('DELETE FROM form_ids WHERE project_id = ? AND id = ?', projectId, id) > 0;
  }
}
