import type { Command, CommandContext } from '../context.ts';
import { UsageError } from '../exit.ts';
import { count, shown } from '../format.ts';

export interface TrackOptions {
  readonly patterns: readonly string[];
  readonly filename?: boolean;
  /** Left out: as it is. */
  readonly lockable?: boolean;
}

export const track: Command<TrackOptions> = async ({ patterns, filename, lockable }, context) => {
  const { engine, projectId } = await context.openProject();
  if (patterns.length === 0) {
    const known = await engine.tracking.list(projectId);
    return {
      data: { patterns: known },
      text: () =>
        known.length === 0
          ? 'No rule makes files assets yet: modsync track "*.dds"'
          : known.map(
              (one) => `${shown(one.pattern)}${one.lockable ? ' [lockable]' : ''} (${shown(one.source)})`,
            ),
    };
  }
  const folder = await folderIn(context, engine.placeOf(projectId).path);
  const result = await engine.tracking.track(projectId, patterns, {
    folder,
    ...(filename && { filename }),
    ...(lockable !== undefined && { lockable }),
  });
  return {
    data: result,
    text: (paint) => [
      ...result.tracked.map((pattern) => `${paint('green', '✓')} ${shown(pattern)} is made of assets now.`),
      ...result.already.map((pattern) => `${shown(pattern)} was already.`),
      ...movesText(result.moves, 'out of Git itself, to the assets'),
    ],
  };
};

export const untrack: Command<TrackOptions> = async ({ patterns }, context) => {
  const { engine, projectId } = await context.openProject();
  const folder = await folderIn(context, engine.placeOf(projectId).path);
  const result = await engine.tracking.untrack(projectId, patterns, { folder });
  if (result.untracked.length === 0)
    throw new UsageError(
      'No line of this folder’s .gitattributes has such a pattern; "modsync track" lists them.',
    );
  return {
    data: result,
    text: (paint) => [
      ...result.untracked.map((pattern) => `${paint('green', '✓')} No rule for ${shown(pattern)} any more.`),
      ...movesText(result.moves, 'from the assets into Git itself'),
    ],
  };
};

const movesText = (moves: readonly string[], where: string): string[] =>
  moves.length === 0 ? [] : ['', `Next:  modsync sync    moves ${count(moves.length, 'file')} ${where}`];

/** Where the user stands, as a project path. */
async function folderIn(context: CommandContext, project: string): Promise<string> {
  const folder = await context.folder();
  return folder === project ? '' : folder.slice(project.length + 1);
}
