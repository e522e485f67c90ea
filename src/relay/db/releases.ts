/** Releases of projects, and who sees them. Their files are assets of the project, by their SHA-256. */
import type { CommitId, Oid, ProjectId } from '../../shared/ids.ts';
import type { Audience } from '../../shared/wire/releases.ts';
import { now, type Statements } from './statements.ts';

export interface StoredRelease {
  readonly tag: string;
  readonly commitId: CommitId;
  readonly title: string;
  /** Markdown. */
  readonly notes: string;
  readonly prerelease: boolean;
  readonly draft: boolean;
  readonly author: string;
  /** When it was no draft for the first time. */
  readonly publishedAt?: string;
  readonly files: readonly { readonly name: string; readonly oid: Oid; readonly size: number }[];
}

type NewRelease = Omit<StoredRelease, 'draft' | 'author' | 'publishedAt'>;

interface Row {
  tag: string;
  commit_id: CommitId;
  title: string;
  notes: string;
  prerelease: number;
  draft: number;
  published_at: string | null;
  author: string;
}

const SELECT = `SELECT releases.*, users.name AS author FROM releases JOIN users ON users.id = releases.author_id
  WHERE project_id = ?`;

export class Releases {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  audience(projectId: ProjectId): Audience {
    const row = this.#sql.row<{ public_releases: number }>(
      'SELECT public_releases FROM projects WHERE id = ?',
      projectId,
    );
    return row?.public_releases === 1 ? 'public' : 'members';
  }

  setAudience(projectId: ProjectId, audience: Audience): void {
    this.#sql.run(
      'UPDATE projects SET public_releases = ? WHERE id = ?',
      audience === 'public' ? 1 : 0,
      projectId,
    );
  }

  /** Those saved last first. */
  list(projectId: ProjectId): StoredRelease[] {
    return this.#sql
      .rows<Row>(`${SELECT} ORDER BY coalesce(published_at, saved_at) DESC, tag DESC`, projectId)
      .map((row) => this.#release(projectId, row));
  }

  find(projectId: ProjectId, tag: string): StoredRelease | undefined {
    const row = this.#sql.row<Row>(`${SELECT} AND tag = ?`, projectId, tag);
    return row && this.#release(projectId, row);
  }

  /** A new one is a draft; one that is there stays what it is. */
  save(projectId: ProjectId, release: NewRelease, authorId: string): void {
    const { tag, commitId, title, notes, prerelease, files } = release;
    this.#sql.transaction(() => {
      this.#sql.run(
        `INSERT INTO releases (project_id, tag, commit_id, title, notes, prerelease, author_id, saved_at, draft)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
         ON CONFLICT (project_id, tag) DO UPDATE SET commit_id = excluded.commit_id, title = excluded.title,
           notes = excluded.notes, prerelease = excluded.prerelease, saved_at = excluded.saved_at`,
        projectId,
        tag,
        commitId,
        title,
        notes,
        prerelease ? 1 : 0,
        authorId,
        now(),
      );
      this.#sql.run('DELETE FROM release_files WHERE project_id = ? AND tag = ?', projectId, tag);
      for (const [place, { name, oid, size }] of files.entries())
        this.#sql.run(
          'INSERT INTO release_files (project_id, tag, place, name, oid, size) VALUES (?, ?, ?, ?, ?, ?)',
          projectId,
          tag,
          place,
          name,
          oid,
          size,
        );
    });
  }

  setDraft(projectId: ProjectId, tag: string, draft: boolean): void {
    this.#sql.run(
      'UPDATE releases SET draft = ?, published_at = coalesce(published_at, ?) WHERE project_id = ? AND tag = ?',
      draft ? 1 : 0,
      draft ? null : now(),
      projectId,
      tag,
    );
  }

  /** Of all releases, drafts too: what upkeep must not remove. */
  oids(projectId: ProjectId): Set<Oid> {
    const rows = this.#sql.rows<{ oid: Oid }>(
      'SELECT oid FROM release_files WHERE project_id = ?',
      projectId,
    );
    return new Set(rows.map(({ oid }) => oid));
  }

  #release(projectId: ProjectId, row: Row): StoredRelease {
    return {
      tag: row.tag,
      commitId: row.commit_id,
      title: row.title,
      notes: row.notes,
      prerelease: row.prerelease === 1,
      draft: row.draft === 1,
      author: row.author,
      ...(row.published_at !== null && { publishedAt: row.published_at }),
      files: this.#sql.rows<{ name: string; oid: Oid; size: number }>(
        'SELECT name, oid, size FROM release_files WHERE project_id = ? AND tag = ? ORDER BY place',
        projectId,
        row.tag,
      ),
    };
  }
}
