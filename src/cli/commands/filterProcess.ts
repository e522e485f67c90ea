/** `filter=lfs` for stock Git: the long-running process, and one file at a time for tools that know only that. */
import { AssetCache, GitFilter, lfsStorage } from '../../assets/index.ts';
import { GitConfig } from '../../git/config.ts';
import { serveFilterProcess } from '../../lfs/index.ts';
import type { Host } from '../../platform/index.ts';
import type { AssetRef } from '../../ports/index.ts';
import { join } from '../../shared/paths.ts';
import type { Command, CommandContext } from '../context.ts';
import { gitRepository } from '../gitRepository.ts';

export const filterProcess: Command<object> = (_options, context) =>
  withFilter(context, async (filter) => {
    const { input, write } = context.pipe();
    await serveFilterProcess(input, write, filter);
  });

export interface FilterFileOptions {
  /** For messages; the content comes from standard input. */
  readonly path?: string;
}

export const clean: Command<FilterFileOptions> = ({ path = '' }, context) =>
  withFilter(context, async (filter) => {
    const { input, write } = context.pipe();
    for await (const bytes of await filter.clean(path, input)) await write(bytes);
  });

export const smudge: Command<FilterFileOptions> = ({ path = '' }, context) =>
  withFilter(context, async (filter) => {
    const { input, write } = context.pipe();
    const content = await filter.smudge(path, input, false);
    if (content !== 'later') for await (const bytes of content) await write(bytes);
  });

async function withFilter(
  context: CommandContext,
  serve: (filter: GitFilter) => Promise<void>,
): Promise<undefined> {
  const host = await context.host();
  const { folder, commonDir } = await gitRepository(context);
  const config = await GitConfig.open(host, commonDir);
  // most Git commands need nothing from afar: the engine is loaded with the first download
  let git: ReturnType<typeof openGit> | undefined;
  const openGit = async () => await (await context.engine()).stockGit(folder);
  const download = async (assets: readonly AssetRef[]) => {
    await (await openOnce()).fetchAssets(assets, { signal: context.signal });
  };
  const openOnce = () => {
    git ??= openGit();
    return git;
  };
  const filter = new GitFilter({
    cache: new AssetCache(host, lfsStorage(host, config, commonDir)),
    wants: (await leavesPartsOut(host, folder, config)) ? await (await openOnce()).wanted() : undefined,
    download: isTrue(host.environment.GIT_LFS_SKIP_SMUDGE) ? undefined : download,
    note: (words) => context.output.warn(words),
  });
  try {
    await serve(filter);
    filter.finish();
  } finally {
    await (await git?.catch(() => undefined))?.close();
  }
  return undefined;
}

/** Most working copies have everything, and need not load what reads the patterns. */
async function leavesPartsOut(host: Host, folder: string, config: GitConfig): Promise<boolean> {
  if (await host.disk.lstat(join(folder, '.lfsconfig'))) return true;
  return ['lfs.fetchinclude', 'lfs.fetchexclude'].some((key) => config.get(key));
}

const isTrue = (value: string | undefined) => value !== undefined && /^(1|true|yes|on|t)$/i.test(value);
