/** Who works on a project: from its newest snapshots, from the changes that were heard of here, and from its locks. */
import type { Present } from '../ports/index.ts';
import type { CollaborationSession, Collaborator, ProjectChange } from '../shared/types.ts';
import { listSnapshots } from './history.ts';
import { knownLocks } from './locks/knownLocks.ts';
import type { Project } from './project/Project.ts';

const SNAPSHOTS = 100;
const MOST_PATHS = 100;

/** What was heard of people since the project was opened. */
export class Heard {
  /** Who follows the project at this moment; empty where nobody tells. */
  present: readonly Present[] = [];
  readonly #last = new Map<string, ProjectChange>();

  add(change: ProjectChange): void {
    const before = this.#last.get(change.author);
    if (before === undefined || before.timestamp <= change.timestamp) this.#last.set(change.author, change);
  }

  get changes(): readonly ProjectChange[] {
    return [...this.#last.values()];
  }
}

export async function collaborationSession(
  project: Project,
  heard: Heard,
  online: boolean,
): Promise<CollaborationSession> {
  const { name: self, device } = project.identity;
  const people = new Map<string, Collaborator>();
  const know = (name: string, more: Partial<Collaborator> = {}) => {
    const known = people.get(name) ?? { name, isSelf: name === self, isPresent: false, locked: [] };
    const isNewer = more.lastSeen !== undefined && more.lastSeen > (known.lastSeen ?? '');
    people.set(name, isNewer ? { ...known, ...more } : known);
  };
  know(self);
  for (const { author, timestamp } of await listSnapshots(project, SNAPSHOTS))
    know(author.name, { lastSeen: timestamp });
  for (const { author, timestamp, paths = [] } of heard.changes)
    know(author, {
      lastSeen: timestamp,
      lastPaths: paths.slice(0, MOST_PATHS).map(({ path }) => path),
    });
  for (const { name, devices, at } of heard.present) {
    // the relay may know this person by another name than Git does
    const known = devices.includes(device) ? self : name;
    know(known);
    const person = people.get(known) as Collaborator; // made by the line above
    people.set(known, { ...person, isPresent: true, ...(at && { at: at.slice(0, MOST_PATHS) }) });
  }
  const { ours, theirs } = await knownLocks(project);
  for (const { owner, path } of [...ours.map((lock) => ({ ...lock, owner: self })), ...theirs]) {
    if (owner === undefined) continue;
    know(owner);
    const known = people.get(owner) as Collaborator; // made by the line above
    people.set(owner, { ...known, locked: [...known.locked, path] });
  }
  const newestFirst = (a: Collaborator, b: Collaborator) =>
    (b.lastSeen ?? '').localeCompare(a.lastSeen ?? '') || a.name.localeCompare(b.name);
  return { projectId: project.id, online, participants: [...people.values()].sort(newestFirst) };
}
