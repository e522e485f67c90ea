/** Paths as people type them, as paths of the project. */
import type { CommandContext } from './context.ts';
import { UsageError } from './exit.ts';

/** @param root the project's folder @param typed relative to where the user is */
export async function projectPaths(
  context: CommandContext,
  root: string,
  typed: readonly string[],
): Promise<string[]> {
  return await Promise.all(
    typed.map(async (one) => {
      const path = await context.pathFrom(one);
      if (path.startsWith(`${root}/`)) return path.slice(root.length + 1);
      throw new UsageError(`${one} is not in the project's folder, ${root}.`);
    }),
  );
}
