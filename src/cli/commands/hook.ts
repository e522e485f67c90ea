/** What the scripts in `hooks/` call. Source: githooks(5). */
import { parsePushes } from '../../engine/index.ts';
import { errorBody } from '../../shared/errors.ts';
import type { Command, CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import { shown } from '../format.ts';
import { type GitRepository, gitRepository } from '../gitRepository.ts';
import type { Answer } from '../output.ts';

export interface HookOptions {
  readonly name: string;
  /** What Git gives the hook. */
  readonly words: readonly string[];
}

type Hook = (
  context: CommandContext,
  repository: GitRepository,
  words: readonly string[],
) => Promise<Answer | undefined>;

export const hook: Command<HookOptions> = async ({ name, words }, context) => {
  const run = HOOKS[name];
  if (!run) throw new UsageError(`There is no hook "${name}" here: ${Object.keys(HOOKS).join(', ')}.`);
  return await run(context, await gitRepository(context), words);
};

/** A fault of our own does not keep a person from committing. */
const preCommit: Hook = async (context, { folder, indexFile, isMain }) => {
  // attributes and HEAD are read from the main working tree
  if (!isMain) return undefined;
  const git = await (await context.engine()).stockGit(folder);
  const { refused, warnings } = await git.beforeCommit(indexFile).catch((error: unknown) => ({
    refused: [],
    warnings: [`The commit was not looked at: ${errorBody(error).message}`],
  }));
  for (const warning of warnings) context.output.warn(warning);
  if (refused.length === 0) return undefined;
  for (const line of refused) context.output.note(`modsync: ${shown(line)}`);
  context.output.note('modsync: nothing was committed. To commit it all the same: git commit --no-verify');
  return { data: { refused }, text: () => [], exitCode: EXIT.failed };
};

const prePush: Hook = async (context, { folder }, [name = 'origin', url = name]) => {
  const pushes = parsePushes(await context.readInput());
  if (pushes.every(({ next }) => next === undefined)) return undefined;
  const git = await (await context.engine()).stockGit(folder);
  try {
    await git.beforePush({ name, url }, pushes, context.call);
  } finally {
    await git.close();
  }
  return undefined;
};

const markLockable: Hook = async (context, { folder, isMain }) => {
  if (isMain) await (await (await context.engine()).stockGit(folder)).markLockable();
  return undefined;
};

const HOOKS: Readonly<Record<string, Hook>> = {
  'pre-commit': preCommit,
  'pre-push': prePush,
  'post-checkout': markLockable,
  'post-commit': markLockable,
  'post-merge': markLockable,
};
