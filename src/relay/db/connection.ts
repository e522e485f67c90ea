/**
 * SQLite, from Node where Node has it (22.5 and later), else from `libsql`; both sit behind `Connection`. All of it is
 * synchronous: microseconds, one writer.
 */
import { createRequire } from 'node:module';
import { hasCode, SyncError } from '../../shared/errors.ts';

export type Scalar = string | number | null;

/** What both SQLite libraries have in common. Statements are prepared once and kept. */
export interface Connection {
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

export function connect(path: string): Connection {
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
    exec: (sql) => told(() => void database.exec(sql)),
    all: (sql, values) => told(() => prepared(sql).all(...bound(values))),
    run: (sql, values) => told(() => Number(prepared(sql).run(...bound(values)).changes)),
    close: () => {
      // libsql really closes when its statements are collected; what is in the log is in the file before that.
      try {
        if (statements.size > 0) told(() => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
      } catch (error) {
        // On a full disk it stays in the log, where the next start finds it.
        if (!hasCode(error, 'NO_SPACE')) throw error;
      }
      statements.clear();
      database.close();
    },
  };
}

const FULL = 13;

/** @throws SyncError `NO_SPACE` where SQLite says that the disk is full */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, errcode } = error as { code?: unknown; errcode?: unknown };
    if (code === 'SQLITE_FULL' || errcode === FULL)
      throw new SyncError('NO_SPACE', 'There is no room for the database.', { cause: error });
    throw error;
  }
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
