/** Assets that no commit of their project names, and since when that is known. */
import type { Oid, ProjectId } from '../../shared/ids.ts';
import type { Statements } from './statements.ts';

export class Unreached {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /**
   * What is unreached now: others are forgotten, new ones are noted with this time.
   * @param at milliseconds since 1970
   * @returns since when each of them is
   */
  note(projectId: ProjectId, oids: readonly Oid[], at: number): Map<Oid, number> {
    return this.#sql.transaction(() => {
      const known = new Map(
        this.#sql
          .rows<{ oid: Oid; since: number }>(
            'SELECT oid, since FROM unreached WHERE project_id = ?',
            projectId,
          )
          .map(({ oid, since }) => [oid, since]),
      );
      const now = new Map(oids.map((oid) => [oid, known.get(oid) ?? at]));
      for (const oid of known.keys())
        if (!now.has(oid))
          this.#sql.run('DELETE FROM unreached WHERE project_id = ? AND oid = ?', projectId, oid);
      for (const [oid, since] of now)
        if (!known.has(oid))
          this.#sql.run(
            'INSERT INTO unreached (project_id, oid, since) VALUES (?, ?, ?)',
            projectId,
            oid,
            since,
          );
      return now;
    });
  }
}
