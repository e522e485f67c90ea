import type { Command } from '../context.ts';
import { shown } from '../format.ts';

export interface ShareOptions {
  readonly people: readonly string[];
  readonly role?: 'owner' | 'editor' | 'viewer';
}

export const share: Command<ShareOptions> = async ({ people, role }, context) => {
  const { engine, projectId } = await context.openProject();
  const result = await engine.shareProject(projectId, people, { ...context.call, role });
  const names = people.map((name) => shown(name)).join(', ');
  return {
    data: result,
    text: (paint) => [
      paint('bold', result.inviteCode),
      '',
      ...(people.length > 0 ? [`For ${names}.`] : []),
      result.isPersonal
        ? `Whoever is invited by name runs:  modsync join ${result.inviteCode}`
        : `Whoever has this invite can join and edit. They run:  modsync join ${result.inviteCode}`,
    ],
    warnings:
      isOfThisMachine(result.inviteCode) && !result.isPersonal
        ? [
            'This address is reached from this machine only. For others, start the relay with --host 0.0.0.0 --public-url URL.',
          ]
        : [],
  };
};

/** A relay without --public-url names itself as its caller reached it. */
const isOfThisMachine = (invite: string): boolean =>
  URL.canParse(invite) && /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(invite).hostname);
