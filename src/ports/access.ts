import type { CallOptions } from '../shared/progress.ts';

export interface Invite {
  /** What the other person types or pastes: says where the project lives and lets them in. */
  readonly code: string;
}

/** Who may work on a project. A backend without accounts leaves this port out. */
export interface Access {
  invite(options?: CallOptions): Promise<Invite>;
}
