import type { CallOptions } from '../shared/progress.ts';

/** `blocked`: a review or a check is missing. `unknown`: the host has not found out yet. */
export type Mergeable = 'yes' | 'conflicts' | 'blocked' | 'unknown';

/** A branch that somebody asks others to take in: a pull request. */
export interface Proposal {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  /** Login name. */
  readonly author: string;
  /** `main`; of another's copy of the project, `OWNER:main`. */
  readonly branch: string;
  readonly base: string;
  readonly draft: boolean;
  readonly mergeable: Mergeable;
}

export interface NewProposal {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  /** It is at the host already. */
  readonly branch: string;
  readonly base: string;
}

export interface Proposals {
  /** Those that are open, the newest first; 30 at most. */
  list(options?: CallOptions): Promise<Proposal[]>;
  /** Opens one; where the branch has one already, that one gets this title and text. */
  open(
    proposal: NewProposal,
    options?: CallOptions,
  ): Promise<{ readonly proposal: Proposal; readonly isNew: boolean }>;
}
