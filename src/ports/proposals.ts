import type { CallOptions } from '../shared/progress.ts';
import type { Proposal } from '../shared/types.ts';

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
