/** Invites, by the hash of their code. */
import type { ProjectId } from '../../shared/ids.ts';
import type { Role } from '../../shared/wire/relay.ts';
import type { People, User } from './people.ts';
import { type Project, type ProjectRow, type Projects, projectOf } from './projects.ts';
import { now, type Statements } from './statements.ts';

export class Invites {
  readonly #sql: Statements;
  readonly #people: People;
  readonly #projects: Projects;

  constructor(sql: Statements, people: People, projects: Projects) {
    this.#sql = sql;
    this.#people = people;
    this.#projects = projects;
  }

  add(codeHash: string, projectId: ProjectId, role: Role, createdBy: User): void {
    this.#sql.run(
      'INSERT INTO invites (hash, project_id, role, created_by, created_at) VALUES (?, ?, ?, ?, ?)',
      codeHash,
      projectId,
      role,
      createdBy.id,
      now(),
    );
  }

  find(codeHash: string): { readonly project: Project; readonly role: Role } | undefined {
    const row = this.#sql.row<ProjectRow & { role: Role }>(
      `SELECT projects.*, invites.role FROM invites JOIN projects ON projects.id = invites.project_id
       WHERE hash = ?`,
      codeHash,
    );
    return row === undefined ? undefined : { project: projectOf(row), role: row.role };
  }

  /** Lets someone in: a new user with a first token, or one more token for a user that is there. */
  accept(projectId: ProjectId, role: Role, user: User, isNew: boolean, tokenHash: string): void {
    this.#sql.transaction(() => {
      if (isNew) this.#people.addUser(user, tokenHash);
      else this.#people.addToken(user.id, tokenHash);
      this.#projects.addMember(projectId, user.id, role);
    });
  }
}
