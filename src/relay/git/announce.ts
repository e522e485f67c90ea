/**
 * Turns moved refs into hints. After each push, and for every project when the relay starts, the repository's refs
 * are compared with those announced last; the differences become events, stored in one transaction with the new
 * refs. So a kill between a push and its hint loses nothing.
 *
 * Several pushes can run at once, and one comparison may see what another of them moved. Each push therefore says
 * beforehand which ref it wants where (pushCommands.ts), and a move is attributed to whoever announced it: a hint
 * with the wrong origin would be dropped by the one device that needs it.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { type CommitId, isObjectId, type ObjectId, type ProjectId } from '../../shared/ids.ts';
import type { ProjectChange } from '../../shared/types.ts';
import type { DataFolder } from '../dataFolder.ts';
import type { AnnouncedRef, Database, Project } from '../db/db.ts';
import type { FeedHub } from '../feed/feed.ts';
import type { Limits } from '../limits.ts';
import { changedPaths, forkPoint } from './changedPaths.ts';
import type { Git } from './gitProcess.ts';
import type { PushCommand } from './pushCommands.ts';

export interface Pusher {
  /** Display name. */
  readonly author: string;
  /** The device, as it names itself. */
  readonly origin?: string;
}

/** A push that runs. */
export interface RunningPush {
  expect(command: PushCommand): void;
  /** It has ended, well or not: compares, in the background. */
  finish(): void;
}

interface CurrentRef extends AnnouncedRef {
  /** Who made the commit or the tag: for moves that no running push explains. */
  readonly madeBy: string;
}

interface Move {
  readonly name: string;
  readonly from: AnnouncedRef | undefined;
  readonly to: CurrentRef | undefined;
}

/** A move of more branches than this is announced without paths: each costs a process. */
const MOST_DIFFS = 50;

export interface AnnouncerParts {
  readonly db: Database;
  readonly folder: DataFolder;
  readonly git: Git;
  readonly feed: FeedHub;
  readonly limits: Limits;
  readonly log: Logger;
}

export class Announcer {
  readonly #parts: AnnouncerParts;
  readonly #pushes = new Map<
    ProjectId,
    Set<{ pusher: Pusher; targets: Map<string, ObjectId | undefined> }>
  >();
  /** Comparisons of one project run one after the other; one that waits serves all who asked meanwhile. */
  readonly #running = new Map<ProjectId, { again: boolean; done: Promise<void> }>();

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
  }

  begin(project: Project, pusher: Pusher): RunningPush {
    const push = { pusher, targets: new Map<string, ObjectId | undefined>() };
    const pushes = this.#pushes.get(project.id) ?? new Set();
    this.#pushes.set(project.id, pushes.add(push));
    return {
      expect: ({ ref, to }) => push.targets.set(ref, to),
      finish: () => {
        this.compare(project).finally(() => {
          pushes.delete(push);
          if (pushes.size === 0) this.#pushes.delete(project.id);
        });
      },
    };
  }

  /** Resolves when every move made before this call is announced. Failures are logged; the next comparison mends. */
  compare(project: Project): Promise<void> {
    const running = this.#running.get(project.id);
    if (running !== undefined) {
      running.again = true;
      return running.done;
    }
    const state = { again: false, done: Promise.resolve() };
    this.#running.set(project.id, state);
    state.done = (async () => {
      do {
        state.again = false;
        await this.#compareOnce(project).catch((err) =>
          this.#parts.log.error({ project: project.id, err }, 'moved refs could not be announced'),
        );
      } while (state.again);
      this.#running.delete(project.id);
    })();
    return state.done;
  }

  /** Resolves when nothing is left to announce. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #compareOnce(project: Project): Promise<void> {
    const { db, feed } = this.#parts;
    const current = await this.#currentRefs(project);
    const announced = db.events.announcedRefs(project.id);
    const moves: Move[] = [];
    for (const [name, to] of current) {
      const from = announced.get(name);
      if (from?.id !== to.id) moves.push({ name, from, to });
    }
    for (const [name, from] of announced) if (!current.has(name)) moves.push({ name, from, to: undefined });
    if (moves.length === 0) return;

    const withPaths = moves.filter((move) => isBranch(move.name)).length <= MOST_DIFFS;
    const announcements = [];
    for (const move of moves)
      announcements.push({
        name: move.name,
        to: move.to,
        change: await this.#change(project, move, withPaths),
      });
    feed.publish(project.id, db.events.announce(project.id, announcements));
  }

  async #change(project: Project, move: Move, withPaths: boolean): Promise<ProjectChange> {
    const { name, from, to } = move;
    const pusher = this.#pusherOf(project.id, move);
    const paths =
      !isBranch(name) || to?.commitId === undefined
        ? {}
        : withPaths
          ? await this.#paths(project, name, from?.commitId, to.commitId)
          : { pathsTruncated: true };
    return {
      changeId: randomUUID(),
      projectId: project.id,
      kind: isBranch(name) ? 'push' : 'tag',
      author: pusher?.author ?? to?.madeBy ?? '',
      timestamp: new Date().toISOString(),
      ...(pusher?.origin === undefined ? {} : { origin: pusher.origin }),
      ref: name,
      ...(to?.commitId === undefined ? {} : { commitId: to.commitId }),
      ...(from?.commitId === undefined ? {} : { previousCommitId: from.commitId }),
      ...paths,
    };
  }

  #pusherOf(projectId: ProjectId, { name, to }: Move): Pusher | undefined {
    for (const { pusher, targets } of this.#pushes.get(projectId) ?? [])
      if (targets.has(name) && targets.get(name) === to?.id) return pusher;
    return undefined;
  }

  async #paths(
    project: Project,
    name: string,
    from: CommitId | undefined,
    to: CommitId,
  ): Promise<Pick<ProjectChange, 'paths' | 'pathsTruncated'>> {
    const { git, folder, limits, log } = this.#parts;
    const repository = folder.repository(project.id);
    try {
      const base = from ?? (await forkPoint(git, repository, name, project.defaultBranch, to));
      return await changedPaths(git, repository, base, to, limits.changedPaths);
    } catch (err) {
      log.warn({ project: project.id, err }, 'the paths of a push could not be listed');
      return { pathsTruncated: true };
    }
  }

  async #currentRefs(project: Project): Promise<Map<string, CurrentRef>> {
    const { git, folder } = this.#parts;
    const fields = [
      'objectname',
      'objecttype',
      '*objectname',
      '*objecttype',
      'refname',
      'authorname',
      'taggername',
    ];
    const listing = await git.output(folder.repository(project.id), [
      'for-each-ref',
      `--format=${fields.map((field) => `%(${field})`).join('%00')}`,
      'refs/heads',
      'refs/tags',
    ]);
    const refs = new Map<string, CurrentRef>();
    for (const line of listing.split('\n')) {
      const [id = '', type, peeled = '', peeledType, name, author, tagger] = line.split('\0');
      if (!isObjectId(id) || name === undefined) continue;
      const commit = type === 'commit' ? id : peeledType === 'commit' ? peeled : undefined;
      refs.set(name, {
        id,
        // `%(objecttype)` has just said that it is a commit.
        ...(commit === undefined ? {} : { commitId: commit as CommitId }),
        madeBy: (author || tagger || '').slice(0, 200),
      });
    }
    return refs;
  }
}

const isBranch = (ref: string) => ref.startsWith('refs/heads/');
