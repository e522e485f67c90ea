/**
 * The relay's memory: one SQLite file. This folder is the only place of the house that speaks SQL: a class for each
 * group of tables, with a method for each question and each change; every method is one statement or one transaction.
 */
import { connect } from './connection.ts';
import { Events } from './events.ts';
import { Follows } from './follows.ts';
import { FormIds } from './formIds.ts';
import { Invites } from './invites.ts';
import { Locks } from './locks.ts';
import { migrate } from './migrations.ts';
import { People } from './people.ts';
import { Projects } from './projects.ts';
import { Releases } from './releases.ts';
import { Statements } from './statements.ts';
import { Unreached } from './unreached.ts';

export { copyDatabase, faultsOf, projectsOf, releaseFilesOf } from './copy.ts';
export type { AnnouncedRef, StoredEvent } from './events.ts';
export type { Delivery, Follow, Repository } from './follows.ts';
export type { FormIdLease } from './formIds.ts';
export { holdFile } from './holdFile.ts';
export type { Lock, LockPage, LockQuery } from './locks.ts';
export type { User } from './people.ts';
export type { Member, Project } from './projects.ts';
export type { StoredRelease } from './releases.ts';

export class Database {
  readonly people: People;
  readonly projects: Projects;
  readonly invites: Invites;
  readonly events: Events;
  readonly locks: Locks;
  readonly unreached: Unreached;
  readonly follows: Follows;
  readonly releases: Releases;
  readonly formIds: FormIds;
  readonly close: () => void;

  private constructor(sql: Statements, close: () => void) {
    this.people = new People(sql);
    this.projects = new Projects(sql);
    this.invites = new Invites(sql, this.people, this.projects);
    this.events = new Events(sql);
    this.locks = new Locks(sql);
    this.unreached = new Unreached(sql);
    this.follows = new Follows(sql, this.events);
    this.releases = new Releases(sql);
    this.formIds = new FormIds(sql);
    this.close = close;
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
    return new Database(new Statements(connection), () => connection.close());
  }
}
