/**
 * Who follows a project at the moment, and with which file open: told to those who follow it and say so themselves. It is
 * never stored, and has no cursor: the newest list replaces the one before.
 */
import type { ProjectId } from '../../shared/ids.ts';
import type { FeedMessage, PresentPerson } from '../../shared/wire/relay.ts';

/** Of a burst of comings and goings, the end is told. Longer where many would hear of it. Milliseconds. */
const QUIET = 50;
const QUIET_EACH = 2;
const MOST_PEOPLE = 200;
const MOST_DEVICES = 20;
/** Of one person. */
const MOST_OPEN = 5;

interface Visitor {
  readonly userId: string;
  readonly name: string;
  readonly device: string;
  readonly since: string;
  readonly tell: (message: Buffer) => void;
  /** The path that is open there. */
  at: string | undefined;
}

export interface Visit {
  /** What is open there now. */
  move(path: string | undefined): void;
  leave(): void;
}

interface Room {
  readonly visitors: Set<Visitor>;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Presence {
  readonly #rooms = new Map<ProjectId, Room>();

  /** @param tell never throws */
  enter(projectId: ProjectId, visitor: Omit<Visitor, 'since' | 'at'>): Visit {
    const room = this.#rooms.get(projectId) ?? { visitors: new Set(), timer: undefined };
    this.#rooms.set(projectId, room);
    const entered: Visitor = { ...visitor, since: new Date().toISOString(), at: undefined };
    room.visitors.add(entered);
    this.#tellSoon(projectId, room);
    return {
      move: (path) => {
        if (entered.at === path) return;
        entered.at = path;
        this.#tellSoon(projectId, room);
      },
      leave: () => {
        room.visitors.delete(entered);
        if (room.visitors.size > 0) this.#tellSoon(projectId, room);
        else this.#forget(projectId, room);
      },
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
  const people = new Map<string, { name: string; since: string; devices: string[]; at?: string[] }>();
  for (const { userId, name, device, since, at } of visitors) {
    const known = people.get(userId) ?? { name, since, devices: [] };
    if (!people.has(userId)) {
      if (people.size === MOST_PEOPLE) continue;
      people.set(userId, known);
    }
    if (known.devices.length === MOST_DEVICES) continue;
    if (!known.devices.includes(device)) known.devices.push(device);
    const open = known.at ?? [];
    if (at !== undefined && open.length < MOST_OPEN && !open.includes(at)) known.at = [...open, at];
  }
  return [...people.values()];
}
