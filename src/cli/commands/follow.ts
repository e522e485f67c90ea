import type { Command } from '../context.ts';
import { shown } from '../format.ts';

export interface FollowCommandOptions {
  /** `OWNER/NAME`. */
  readonly repository?: string;
  readonly relay: string;
}

export const follow: Command<FollowCommandOptions> = async ({ repository, relay }, context) => {
  const { engine, projectId } = await context.openProject();
  const { hints, ...followed } = await engine.following.begin(projectId, {
    ...context.call,
    relay,
    repository,
  });
  return {
    data: { ...followed, relay: hints.relay },
    text: (paint) => [
      `${paint('green', '✓')} ${hints.relay} follows ${shown(followed.repository)}.`,
      ...(followed.heard ? ['GitHub has reached it.'] : []),
      '',
      'Next:  modsync sync    so that the others’ copies know of it',
    ],
    warnings: [
      ...(followed.heard
        ? []
        : [
            `GitHub has not reached ${hints.relay} yet. What it says about that is under "Recent Deliveries" at ${followed.settingsUrl}`,
          ]),
      ...(hints.relay.startsWith('http:')
        ? ['This relay speaks plain HTTP: what GitHub tells it can be read on the way. See docs/deploy.md.']
        : []),
    ],
  };
};

export const unfollow: Command<object> = async (_options, context) => {
  const { engine, projectId } = await context.openProject();
  const { relay, warnings } = await engine.following.end(projectId, context.call);
  return {
    data: { relay, warnings },
    text: (paint) => [
      `${paint('green', '✓')} ${relay} follows this project no longer.`,
      '',
      'Next:  modsync sync    so that the others’ copies know of it',
    ],
    warnings,
  };
};
