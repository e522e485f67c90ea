import type { Command } from '../context.ts';
import { UsageError } from '../exit.ts';
import { shown } from '../format.ts';

export interface ProposeCommandOptions {
  readonly message?: string;
  readonly branch?: string;
  readonly back?: boolean;
}

export const propose: Command<ProposeCommandOptions> = async ({ message, branch, back }, context) => {
  const title = message?.trim();
  if (!back && !title) throw new UsageError("Say what it is about: -m 'Balance the shotguns'");
  const { engine, projectId } = await context.openProject();
  if (!title) {
    const moved = await engine.proposals.leave(projectId, context.call);
    return {
      data: moved,
      text: (paint) =>
        moved.left === moved.branch
          ? `This copy is on ${shown(moved.branch)} already.`
          : `${paint('green', '✓')} Back on ${shown(moved.branch)}. What was proposed is on ${shown(moved.left)}.`,
    };
  }
  const proposed = await engine.proposals.open(projectId, { ...context.call, title, branch });
  const { proposal, isNew } = proposed;
  return {
    data: proposed,
    text: (paint) => [
      `${paint('green', '✓')} Pull request #${proposal.number} ${isNew ? 'is open' : 'says this now'}: ${paint('bold', shown(proposal.url))}`,
      `  ${shown(proposed.branch)} → ${shown(proposed.base)}`,
      '',
      'This copy is on that branch: what you sync adds to it. When it is merged:  modsync propose --back',
    ],
  };
};
