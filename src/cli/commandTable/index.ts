/**
 * Every command: what it takes, what its help says, and the file that does it, loaded when it is called. One file per
 * subject; a new command is an entry in one of them, and a file in commands/. The help lists them in this order.
 */
import { assets } from './assets.ts';
import { calledByGit } from './calledByGit.ts';
import { conflicts } from './conflicts.ts';
import type { Definition } from './definition.ts';
import { github } from './github.ts';
import { hosting } from './hosting.ts';
import { locks } from './locks.ts';
import { machine } from './machine.ts';
import { plugins } from './plugins.ts';
import { projects } from './projects.ts';
import { releases } from './releases.ts';
import { snapshots } from './snapshots.ts';
import { syncing } from './syncing.ts';

export type { Definition } from './definition.ts';

export const commands: readonly Definition[] = [
  ...projects,
  ...syncing,
  ...snapshots,
  ...releases,
  ...conflicts,
  ...plugins,
  ...locks,
  ...assets,
  ...hosting,
  ...github,
  ...machine,
  ...calledByGit,
];
