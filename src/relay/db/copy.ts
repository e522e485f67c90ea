/** A copy of a database that may be in use, as of one moment; and what is wrong with one. */
import type { Oid, ProjectId } from '../../shared/ids.ts';
import { connect } from './connection.ts';

/** @param to must not be there yet */
export function copyDatabase(from: string, to: string): void {
  const connection = connect(from);
  try {
    connection.exec(`PRAGMA busy_timeout = 5000; VACUUM INTO '${to.replaceAll("'", "''")}'`);
  } finally {
    connection.close();
  }
}

/** The projects in a database, of whatever version. */
export function projectsOf(path: string): ProjectId[] {
  const connection = connect(path);
  try {
    return (connection.all('SELECT id FROM projects ORDER BY id', []) as { id: ProjectId }[]).map(
      ({ id }) => id,
    );
  } finally {
    connection.close();
  }
}

/** Files of releases that are no drafts: those of drafts may still be on their way. Of a database of whatever version. */
export function releaseFilesOf(path: string, project: ProjectId): Oid[] {
  const connection = connect(path);
  try {
    const tables = connection.all("SELECT name FROM sqlite_schema WHERE name = 'release_files'", []);
    if (tables.length === 0) return [];
    const rows = connection.all(
      'SELECT oid FROM release_files JOIN releases USING (project_id, tag) WHERE project_id = ? AND draft = 0',
      [project],
    );
    return (rows as { oid: Oid }[]).map(({ oid }) => oid);
  } finally {
    connection.close();
  }
}

/** What SQLite finds wrong with a database; empty when it is well. */
export function faultsOf(path: string): string[] {
  const connection = connect(path);
  try {
    const integrity = connection.all('PRAGMA integrity_check(20)', []) as { integrity_check: string }[];
    const links = connection.all('PRAGMA foreign_key_check', []) as { table: string }[];
    return [
      ...integrity.map((row) => row.integrity_check).filter((line) => line !== 'ok'),
      ...links.map(({ table }) => `a row of ${table} refers to what is not there`),
    ];
  } finally {
    connection.close();
  }
}
