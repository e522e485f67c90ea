import type { Command } from '../context.ts';

export interface ShareOptions {
  readonly people: readonly string[];
}

export const share: Command<ShareOptions> = async ({ people }, context) => {
  const { engine, projectId } = await context.openProject();
  const result = await engine.shareProject(projectId, [...people]);
  return {
    data: result,
    text: (paint) => [
      paint('bold', result.inviteCode),
      '',
      `Whoever has this invite can join and edit. They run:  modsync join ${result.inviteCode}`,
    ],
  };
};
