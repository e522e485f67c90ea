/** `lock`, `unlock`, `locks`. */
import type { Command, CommandContext } from '../context.ts';
import { ago, columns, shown } from '../format.ts';
import { projectPaths } from '../projectPaths.ts';

export interface LockOptions {
  readonly paths: readonly string[];
}

export interface UnlockOptions extends LockOptions {
  readonly force?: boolean;
}

async function openWith(context: CommandContext, typed: readonly string[]) {
  const { engine, projectId } = await context.openProject();
  const { path } = engine.placeOf(projectId);
  return { engine, projectId, paths: await projectPaths(context, path, typed) };
}

export const lock: Command<LockOptions> = async ({ paths: typed }, context) => {
  const { engine, projectId, paths } = await openWith(context, typed);
  const locks = await engine.lockFiles(projectId, paths, context.call);
  return {
    data: locks,
    text: (paint) => locks.map(({ path }) => `${paint('green', '✓')} Locked: ${shown(path)}`),
  };
};

export const unlock: Command<UnlockOptions> = async ({ paths: typed, force = false }, context) => {
  const { engine, projectId, paths } = await openWith(context, typed);
  const locks = await engine.unlockFiles(projectId, paths, { ...context.call, force });
  return {
    data: locks,
    text: (paint) => locks.map(({ path }) => `${paint('green', '✓')} Unlocked: ${shown(path)}`),
  };
};

export const locks: Command<object> = async (_options, context) => {
  const { engine, projectId } = await context.openProject();
  const all = await engine.listLocks(projectId, context.call);
  return {
    data: all,
    text: (paint) =>
      all.length === 0
        ? 'Nothing is locked.'
        : columns(
            all.map(({ path, owner, lockedAt, mine }) => [
              shown(path),
              mine ? paint('green', 'you') : paint('yellow', shown(owner ?? 'someone else')),
              paint('dim', ago(lockedAt)),
            ]),
          ),
  };
};
