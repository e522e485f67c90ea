/** A project's changes: who hears of them, with their filters, and telling others of one. */
import picomatch from 'picomatch';
import { toHex } from '../shared/bytes.ts';
import type { ChangeFilters, ChangeSubscription, ProjectChange } from '../shared/types.ts';
import type { OpenedProject } from './OpenedProject.ts';

export type ChangeCallback = (change: ProjectChange) => void;

/** A filter that is left out lets everything pass; a change without paths passes every path filter. */
export function changeFilter({
  paths,
  kinds,
  authors,
}: ChangeFilters = {}): (change: ProjectChange) => boolean {
  const onPath = paths && picomatch([...paths], { dot: true, nocase: true });
  return (change) => {
    if (kinds && !kinds.includes(change.kind)) return false;
    if (authors && !authors.includes(change.author)) return false;
    if (!onPath || !change.paths || change.paths.length === 0) return true;
    return change.pathsTruncated === true || change.paths.some(({ path }) => onPath(path));
  };
}

const REMEMBERED = 1000;

/** A hint can come more than once over the wire, after a reconnect for one; the caller gets it once. */
export function onceEach(): (change: ProjectChange) => boolean {
  const seen = new Set<string>();
  return ({ changeId }) => {
    if (seen.has(changeId)) return false;
    seen.add(changeId);
    if (seen.size > REMEMBERED) for (const oldest of seen) return seen.delete(oldest);
    return true;
  };
}

/** What is left out is made: an id, the time, the author's name. */
export type NewChange = Omit<ProjectChange, 'changeId' | 'timestamp' | 'author'> & Partial<ProjectChange>;

export async function broadcast(opened: OpenedProject, change: NewChange): Promise<void> {
  const { host, identity } = opened.project;
  const { device, name } = identity;
  const feed = await opened.feed();
  await feed.publish({
    origin: device,
    author: name,
    ...change,
    changeId: change.changeId ?? toHex(host.codec.randomBytes(16)),
    timestamp: change.timestamp ?? new Date().toISOString(),
  });
}

/** Those of one engine. */
export class ChangeSubscriptions {
  readonly #made = new Map<string, ChangeSubscription>();
  #count = 0;

  async add(
    opened: OpenedProject,
    callback: ChangeCallback,
    filters: ChangeFilters,
  ): Promise<ChangeSubscription> {
    const feed = await opened.feed();
    const wanted = changeFilter(filters);
    const isNew = onceEach();
    const subscription = feed.subscribe({
      onEvent: ({ change }) => {
        opened.heard.add(change);
        if (isNew(change) && wanted(change)) callback(change);
      },
      onConnect: () => undefined,
      onDisconnect: () => undefined,
    });
    const { id: projectId } = opened.project;
    const subscriptionId = `${projectId}-${++this.#count}`;
    const made: ChangeSubscription = {
      subscriptionId,
      projectId,
      unsubscribe: () => {
        subscription.close();
        this.#made.delete(subscriptionId);
      },
    };
    this.#made.set(subscriptionId, made);
    return made;
  }

  close(): void {
    for (const subscription of this.#made.values()) subscription.unsubscribe();
  }
}
