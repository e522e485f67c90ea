/**
 * Who follows a project at the moment: told to those who follow it and say so themselves. It is never stored, and has
 * no cursor: the newest list replaces the one before.
 */
import type { ProjectId } from '../../shared/ids.ts';
import type { FeedMessage, PresentPerson } from '../../shared/wire/relay.ts';

/** Of a burst of comings and goings, the end is told. Longer where many would hear of it. Milliseconds. */
const QUIET = 50;
const QUIET_EACH = 2;
const MOST_PEOPLE = 200;
const MOST_DEVICES = 20;

interface Visitor {
  readonly userId: string;
  readonly name: string;
  readonly device: string;
  readonly since: string;
  readonly tell: (message: Buffer) => void;
}

interface Room {
  readonly visitors: Set<Visitor>;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Presence {
  readonly #rooms = new Map<ProjectId, Room>();

  /** @param tell never throws @returns what ends it */
  enter(projectId: ProjectId, visitor: Omit<Visitor, 'since'>): () => void {
    const room = this.#rooms.get(projectId) ?? { visitors: new Set(), timer: undefined };
    this.#rooms.set(projectId, room);
    const entered: Visitor = { ...visitor, since: new Date().toISOString() };
    room.visitors.add(entered);
    this.#tellSoon(projectId, room);
    return () => {
      room.visitors.delete(entered);
      if (room.visitors.size > 0) this.#tellSoon(projectId, room);
      else this.#forget(projectId, room);
    };
  }

  close(): void {
    for (const [projectId, room] of this.#rooms) this.#forget(projectId, room);
  }

  #tellSoon(projectId: ProjectId, room: Room): void {
    if (room.timer !== undefined || this.#rooms.get(projectId) !== room) return;
    room.timer = setTimeout(
      () => {
        room.timer = undefined;
        const message: FeedMessage = { type: 'presence', people: peopleOf(room.visitors) };
        const bytes = Buffer.from(JSON.stringify(message));
        for (const { tell } of room.visitors) tell(bytes);
      },
      QUIET + QUIET_EACH * room.visitors.size,
    );
  }

  #forget(projectId: ProjectId, room: Room): void {
    clearTimeout(room.timer);
    if (this.#rooms.get(projectId) === room) this.#rooms.delete(projectId);
  }
}

/** A person with several devices is one person. */
function peopleOf(visitors: Iterable<Visitor>): PresentPerson[] {
  const people = new Map<string, { name: string; since: string; devices: string[] }>();
  for (const { userId, name, device, since } of visitors) {
    const known = people.get(userId);
    if (known === undefined) {
      if (people.size < MOST_PEOPLE) people.set(userId, { name, since, devices: [device] });
    } else if (known.devices.length < MOST_DEVICES && !known.devices.includes(device))
      known.devices.push(device);
  }
  return [...people.values()];
}
