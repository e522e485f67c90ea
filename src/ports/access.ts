import type { CallOptions } from '../shared/progress.ts';
import type { Role } from '../shared/wire/relay.ts';

export interface Invite {
  /** What the other person types or pastes: says where the project lives and lets them in. */
  readonly code: string;
}

export interface Member {
  /** As the service has it: what to share with. */
  readonly name: string;
  readonly role: Role;
  /** They have not accepted yet. */
  readonly invited?: boolean;
}

/** Who may work on a project. A backend without accounts leaves this port out. */
export interface Access {
  invite(options?: CallOptions): Promise<Invite>;
  /**
   * Lets these people in, by the names that the service knows them by; the invite is for nobody else. Who is a member
   * already gets the role. @throws SyncError `INVALID_INPUT`, `ACCESS_DENIED`, `NOT_FOUND`
   */
  share?(people: readonly string[], role: Role, options?: CallOptions): Promise<Invite>;
  members?(options?: CallOptions): Promise<readonly Member[]>;
}
