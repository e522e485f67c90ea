/** Which repositories at GitHub are followed here, and what was delivered of them already. */
import type { ProjectId } from '../../shared/ids.ts';
import type { ProjectChange } from '../../shared/types.ts';
import type { Events, StoredEvent } from './events.ts';
import { now, type Statements } from './statements.ts';

export interface Repository {
  /** Of its API: `https://api.github.com`. */
  readonly server: string;
  /** `OWNER/NAME`. */
  readonly name: string;
  /** Stays when the repository gets another name. */
  readonly id: number;
}

export interface Follow {
  readonly repository: Repository;
  /** Of what the webhook's secret is made (hooks/signature.ts). */
  readonly nonce: string;
  /** ISO 8601. */
  readonly since: string;
  readonly lastDelivery?: { readonly at: string; readonly event: string };
}

export interface Delivery {
  /** GitHub's own, which its signature does not cover. */
  readonly id: string;
  /** Of the body: nobody can have it delivered again under another id. */
  readonly signature: string;
  /** Its name for what happened. */
  readonly event: string;
}

interface FollowRow {
  server: string;
  repository: string;
  repository_id: number;
  nonce: string;
  since: string;
  delivered_at: string | null;
  delivered_event: string | null;
}

export class Follows {
  readonly #sql: Statements;
  readonly #events: Events;

  constructor(sql: Statements, events: Events) {
    this.#sql = sql;
    this.#events = events;
  }

  /** In place of what the project followed before; its old secret and key are void. */
  set(projectId: ProjectId, { server, name, id }: Repository, nonce: string, keyHash: string): void {
    this.#sql.run(
      `INSERT INTO follows (project_id, server, repository, repository_id, nonce, key_hash, since)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (project_id) DO UPDATE SET server = excluded.server, repository = excluded.repository,
         repository_id = excluded.repository_id, nonce = excluded.nonce, key_hash = excluded.key_hash,
         since = excluded.since, delivered_at = NULL, delivered_event = NULL`,
      projectId,
      server,
      name,
      id,
      nonce,
      keyHash,
      now(),
    );
  }

  find(projectId: string): Follow | undefined {
    const row = this.#sql.row<FollowRow>('SELECT * FROM follows WHERE project_id = ?', projectId);
    if (row === undefined) return undefined;
    const { server, repository: name, repository_id: id, nonce, since, delivered_at: at } = row;
    return {
      repository: { server, name, id },
      nonce,
      since,
      ...(at === null ? {} : { lastDelivery: { at, event: row.delivered_event ?? '' } }),
    };
  }

  projectOfKey(keyHash: string): ProjectId | undefined {
    return this.#sql.row<{ project_id: ProjectId }>(
      'SELECT project_id FROM follows WHERE key_hash = ?',
      keyHash,
    )?.project_id;
  }

  /** @returns whether it was followed */
  remove(projectId: ProjectId): boolean {
    return this.#sql.transaction(() => {
      this.#sql.run('DELETE FROM deliveries WHERE project_id = ?', projectId);
      return this.#sql.run('DELETE FROM follows WHERE project_id = ?', projectId) > 0;
    });
  }

  /**
   * Takes a delivery once: it and the hint that it causes are stored together.
   * @param change left out: it is only noted
   */
  deliver(
    projectId: ProjectId,
    { id, signature, event }: Delivery,
    change: ProjectChange | undefined,
  ): { readonly isNew: boolean; readonly event?: StoredEvent } {
    return this.#sql.transaction(() => {
      const isNew =
        this.#sql.run(
          'INSERT INTO deliveries (project_id, id, signature, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
          projectId,
          id,
          signature,
          Date.now(),
        ) > 0;
      if (!isNew) return { isNew };
      this.#sql.run(
        'UPDATE follows SET delivered_at = ?, delivered_event = ? WHERE project_id = ?',
        now(),
        event,
        projectId,
      );
      return change === undefined ? { isNew } : { isNew, event: this.#events.add(change) };
    });
  }

  /** Forgets deliveries that are older. @returns how many */
  prune(before: Date): number {
    return this.#sql.run('DELETE FROM deliveries WHERE at <= ?', before.getTime());
  }
}
