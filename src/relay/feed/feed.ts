/**
 * The feed's hub: who follows which project, and how they catch up. The wires are in feedSocket.ts and feedRoutes.ts.
 *
 * Events are stored before they are published. A follower that cannot keep up is cut off by its wire; it comes back
 * with its cursor and is replayed what it missed, and nobody else ever waits for it.
 */
import type { ProjectId } from '../../shared/ids.ts';
import type { Database, StoredEvent } from '../db/db.ts';
import { tooMany } from '../http/http.ts';
import type { Limits } from '../limits.ts';
import { Presence } from './presence.ts';

/** A `change` message of the wire, made once for all who are sent it. */
export interface OutgoingChange {
  readonly cursor: number;
  readonly message: string;
  /** The same, encoded. */
  readonly bytes: Buffer;
}

/** One connection, as the hub sees it. None of the methods throws. */
export interface Follower {
  /** @param replayed from the past; the hub waits for `drained` between pages of these */
  change(change: OutgoingChange, replayed: boolean): void;
  ready(cursor: number): void;
  /** Resolves when what was sent has left; false when the connection is gone. */
  drained(): Promise<boolean>;
  /** The relay closes: the follower is to come back later. */
  goAway(): void;
}

const REPLAY_PAGE = 100;
const FULL_WAIT_SECONDS = 60;

export class FeedHub {
  readonly #db: Database;
  /** Those that have caught up, by project. */
  readonly #followers = new Map<ProjectId, Set<Follower>>();
  /** All of them. */
  readonly #connected = new Set<Follower>();
  #closed = false;
  /** Events, since the start. */
  published = 0;
  /** Followers that were too slow, since the start. */
  cutOff = 0;

  /** Who is there, apart from what is stored. */
  readonly presence = new Presence();
  readonly #limits: Limits;

  constructor(db: Database, limits: Limits) {
    this.#db = db;
    this.#limits = limits;
  }

  publish(projectId: ProjectId, events: readonly StoredEvent[]): void {
    this.published += events.length;
    const followers = this.#followers.get(projectId);
    if (followers === undefined) return;
    const changes = events.map(outgoing);
    for (const follower of followers) for (const change of changes) follower.change(change, false);
  }

  get connected(): number {
    return this.#connected.size;
  }

  /** @throws RelayError 429 when a project has as many followers as it may have */
  requirePlace(projectId: ProjectId): void {
    if ((this.#followers.get(projectId)?.size ?? 0) >= this.#limits.followersPerProject)
      throw tooMany(FULL_WAIT_SECONDS);
  }

  /**
   * Replays what came after the cursor, says `ready`, then sends what comes. Without a cursor nothing is replayed; a
   * cursor of a future that never was (the relay was restored from a backup) counts as none.
   * @returns what ends it
   */
  follow(projectId: ProjectId, cursor: number | undefined, follower: Follower): () => void {
    const state = { ended: false };
    const newest = this.#db.events.newestCursor(projectId);
    this.#connected.add(follower);
    void this.#catchUp(projectId, cursor === undefined ? newest : Math.min(cursor, newest), follower, state);
    return () => {
      state.ended = true;
      this.#connected.delete(follower);
      const followers = this.#followers.get(projectId);
      followers?.delete(follower);
      if (followers?.size === 0) this.#followers.delete(projectId);
    };
  }

  async #catchUp(
    projectId: ProjectId,
    cursor: number,
    follower: Follower,
    state: { ended: boolean },
  ): Promise<void> {
    let at = cursor;
    while (!state.ended && !this.#closed) {
      const page = this.#db.events.after(projectId, at, REPLAY_PAGE, this.#limits.feedBacklog);
      if (page.length === 0) {
        // No await between the empty page and the joining: nothing can be published in between.
        const followers = this.#followers.get(projectId) ?? new Set();
        this.#followers.set(projectId, followers.add(follower));
        follower.ready(at);
        return;
      }
      for (const event of page) {
        follower.change(outgoing(event), true);
        at = event.cursor;
      }
      if (!(await follower.drained())) return;
    }
  }

  /** Ends every connection in a way that makes clients come back. */
  close(): void {
    this.#closed = true;
    this.presence.close();
    for (const follower of this.#connected) follower.goAway();
    this.#connected.clear();
    this.#followers.clear();
  }
}

/** Around the stored JSON. */
function outgoing({ cursor, change }: StoredEvent): OutgoingChange {
  const message = `{"type":"change","cursor":${cursor},"change":${change}}`;
  return { cursor, message, bytes: Buffer.from(message) };
}
