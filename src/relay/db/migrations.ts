/** The schema, version by version. A data folder of any older version is brought up to date when it is opened. */
import { SyncError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';

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
  `CREATE TABLE unreached (
     project_id TEXT NOT NULL REFERENCES projects(id), oid TEXT NOT NULL, since INTEGER NOT NULL,
     PRIMARY KEY (project_id, oid)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE follows (
     project_id TEXT PRIMARY KEY REFERENCES projects(id), server TEXT NOT NULL, repository TEXT NOT NULL,
     repository_id INTEGER NOT NULL, nonce TEXT NOT NULL, key_hash TEXT NOT NULL UNIQUE, since TEXT NOT NULL,
     delivered_at TEXT, delivered_event TEXT
   ) STRICT;
   CREATE TABLE deliveries (
     project_id TEXT NOT NULL REFERENCES projects(id), id TEXT NOT NULL, signature TEXT NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (project_id, id), UNIQUE (project_id, signature)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE releases (
     project_id TEXT NOT NULL REFERENCES projects(id), tag TEXT NOT NULL, commit_id TEXT NOT NULL, title TEXT NOT NULL,
     notes TEXT NOT NULL, prerelease INTEGER NOT NULL, author_id TEXT NOT NULL REFERENCES users(id),
     saved_at TEXT NOT NULL, draft INTEGER NOT NULL, published_at TEXT, PRIMARY KEY (project_id, tag)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE release_files (
     project_id TEXT NOT NULL, tag TEXT NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, oid TEXT NOT NULL,
     size INTEGER NOT NULL, PRIMARY KEY (project_id, tag, place),
     FOREIGN KEY (project_id, tag) REFERENCES releases(project_id, tag)
   ) STRICT, WITHOUT ROWID;
   ALTER TABLE projects ADD COLUMN public_releases INTEGER NOT NULL DEFAULT 0;`,
  `CREATE TABLE form_ids (
     project_id TEXT NOT NULL REFERENCES projects(id), id TEXT NOT NULL, plugin TEXT NOT NULL, first INTEGER NOT NULL,
     last INTEGER NOT NULL, user_id TEXT NOT NULL REFERENCES users(id), at TEXT NOT NULL, PRIMARY KEY (project_id, id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX form_ids_of_plugin ON form_ids (project_id, plugin, first);`,
] as const;

/** Every version that there was, the newest last. */
export const SCHEMA_VERSIONS: readonly number[] = MIGRATIONS.map((_, at) => at + 1);

/** @throws SyncError `INVALID_CONFIG` when a newer modsync wrote it; nothing is changed then */
export function migrate(connection: Connection, upTo: number = MIGRATIONS.length): void {
  const [row] = connection.all('PRAGMA user_version', []) as [{ user_version: number }];
  if (row.user_version > MIGRATIONS.length)
    throw new SyncError(
      'INVALID_CONFIG',
      'A newer modsync wrote this data folder. Serve it with that version, or newer; this one leaves it untouched.',
      { data: { found: row.user_version, known: MIGRATIONS.length } },
    );
  for (let version = row.user_version; version < upTo; version++)
    connection.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[version]} PRAGMA user_version = ${version + 1}; COMMIT;`);
}
