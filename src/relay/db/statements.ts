/** How the tables' classes speak to one database: rows, changes, transactions. */
import type { Connection, Scalar } from './connection.ts';

/** As the tables keep time. */
export const now = (): string => new Date().toISOString();

export class Statements {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** `Row` states the columns of the statement beside it: SQLite's answers carry no types. */
  rows<Row>(sql: string, ...values: Scalar[]): Row[] {
    return this.#connection.all(sql, values) as Row[];
  }

  row<Row>(sql: string, ...values: Scalar[]): Row | undefined {
    return this.rows<Row>(sql, ...values)[0];
  }

  /** How many rows it changed. */
  run(sql: string, ...values: Scalar[]): number {
    return this.#connection.run(sql, values);
  }

  #open = 0;
  /** All of it or nothing. A transaction inside another is part of it. */
  transaction<T>(work: () => T): T {
    if (this.#open > 0) return work();
    this.#connection.exec('BEGIN IMMEDIATE');
    this.#open++;
    try {
      const result = work();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      try {
        this.#connection.exec('ROLLBACK');
      } catch {
        // SQLite has done so itself, as it does when the disk is full.
      }
      throw error;
    } finally {
      this.#open--;
    }
  }
}
