/** Which repository Git means when it runs modsync as its filter or hook: by its environment, else by the folder. */
import { dirname } from 'node:path';
import { SyncError } from '../shared/errors.ts';
import { join, nameOf, parentOf } from '../shared/paths.ts';
import type { CommandContext } from './context.ts';

/** Disk paths. */
export interface GitRepository {
  /** The main working tree: its `.git` holds the objects and the assets of linked ones too. */
  readonly folder: string;
  /** Where both are kept. */
  readonly commonDir: string;
  /** The index of the working tree that Git is at work in. */
  readonly indexFile: string;
  /** That is the main one. */
  readonly isMain: boolean;
}

/** Source: git(1), "ENVIRONMENT VARIABLES"; gitrepository-layout(5). @throws SyncError `NOT_A_PROJECT` */
export async function gitRepository(context: CommandContext): Promise<GitRepository> {
  const { disk, environment } = await context.host();
  const gitDir = environment.GIT_DIR
    ? await context.pathFrom(environment.GIT_DIR)
    : await findGitDir(disk, await context.folder());
  const common = environment.GIT_COMMON_DIR ?? (await readText(disk, join(gitDir, 'commondir')));
  const commonDir = common === undefined ? gitDir : await absolute(context, gitDir, common);
  const index = environment.GIT_INDEX_FILE;
  return {
    folder: nameOf(commonDir) === '.git' ? parentOf(commonDir) : await context.folder(),
    commonDir,
    indexFile: index === undefined ? join(gitDir, 'index') : await context.pathFrom(index),
    isMain: commonDir === gitDir,
  };
}

type Disk = Awaited<ReturnType<CommandContext['host']>>['disk'];

async function findGitDir(disk: Disk, from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, '.git');
    const kind = (await disk.lstat(path))?.kind;
    if (kind === 'folder') return path;
    const link = kind === 'file' ? /^gitdir: (.*)/.exec((await readText(disk, path)) ?? '')?.[1] : undefined;
    if (link) return /^(\/|[A-Za-z]:)/.test(link) ? link : join(folder, link);
    if (dirname(folder) === folder)
      throw new SyncError('NOT_A_PROJECT', `${from} is in no Git repository.`, { data: { folder: from } });
  }
}

async function readText(disk: Disk, path: string): Promise<string | undefined> {
  const bytes = await disk.read(path);
  return bytes && Buffer.from(bytes).toString().trim();
}

const absolute = async (context: CommandContext, folder: string, path: string): Promise<string> =>
  await context.pathFrom(/^(\/|[A-Za-z]:)/.test(path) ? path : join(folder, path));
