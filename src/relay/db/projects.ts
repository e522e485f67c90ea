/** Projects and their members. */
import type { ProjectId } from '../../shared/ids.ts';
import type { Role } from '../../shared/wire/relay.ts';
import { reaches } from '../access/roles.ts';
import { type User, type UserRow, userOf } from './people.ts';
import { now, type Statements } from './statements.ts';

export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  readonly defaultBranch: string;
}

/** Someone who may work on a project, and as what. */
export interface Member {
  readonly user: User;
  readonly project: Project;
  readonly role: Role;
}

export interface ProjectRow {
  id: ProjectId;
  name: string;
  default_branch: string;
}

export const projectOf = (row: ProjectRow): Project => ({
  id: row.id,
  name: row.name,
  defaultBranch: row.default_branch,
});

export class Projects {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** Answers false when there already is a project of this id. */
  add(project: Project, owner: User): boolean {
    return this.#sql.transaction(() => {
      const added = this.#sql.run(
        'INSERT INTO projects (id, name, default_branch, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        project.id,
        project.name,
        project.defaultBranch,
        now(),
      );
      if (added === 0) return false;
      this.addMember(project.id, owner.id, 'owner');
      return true;
    });
  }

  find(id: string): Project | undefined {
    const row = this.#sql.row<ProjectRow>('SELECT * FROM projects WHERE id = ?', id);
    return row === undefined ? undefined : projectOf(row);
  }

  ids(): ProjectId[] {
    return this.#sql.rows<ProjectRow>('SELECT * FROM projects').map((row) => row.id);
  }

  /** Makes the user a member, or raises the role of one who is; a role is never lowered here. */
  addMember(projectId: ProjectId, userId: string, role: Role): void {
    const held = this.#sql.row<{ role: Role }>(
      'SELECT role FROM members WHERE project_id = ? AND user_id = ?',
      projectId,
      userId,
    );
    if (held !== undefined && reaches(held.role, role)) return;
    this.#sql.run(
      `INSERT INTO members (project_id, user_id, role, created_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role`,
      projectId,
      userId,
      role,
      now(),
    );
  }

  /** `undefined` alike when there is no such project and when the user is not in it. */
  member(projectId: string, user: User): Member | undefined {
    const row = this.#sql.row<ProjectRow & { role: Role }>(
      `SELECT projects.*, members.role FROM members JOIN projects ON projects.id = members.project_id
       WHERE project_id = ? AND user_id = ?`,
      projectId,
      user.id,
    );
    return row === undefined ? undefined : { user, project: projectOf(row), role: row.role };
  }

  memberships(user: User): Member[] {
    return this.#sql
      .rows<ProjectRow & { role: Role }>(
        `SELECT projects.*, members.role FROM members JOIN projects ON projects.id = members.project_id
       WHERE user_id = ? ORDER BY projects.id`,
        user.id,
      )
      .map((row) => ({ user, project: projectOf(row), role: row.role }));
  }

  members(project: Project): Member[] {
    return this.#sql
      .rows<UserRow & { role: Role }>(
        `SELECT users.*, members.role FROM members JOIN users ON users.id = members.user_id
       WHERE project_id = ? ORDER BY members.created_at, users.id`,
        project.id,
      )
      .map((row) => ({ user: userOf(row), project, role: row.role }));
  }
}
