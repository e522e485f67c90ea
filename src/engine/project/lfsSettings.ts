/** Reads the project's `.lfsconfig`, where git-lfs looks for it. */
import { GitConfig, parseConfig, Repository } from '../../git/index.ts';
import { LfsSettings } from '../../lfs/index.ts';
import type { Host } from '../../platform/index.ts';
import type { WorkingCopy } from '../../ports/index.ts';
import { text } from '../../shared/bytes.ts';
import { hasCode } from '../../shared/errors.ts';
import type { TreeChange } from '../../shared/git.ts';
import type { BlobId, CommitId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import { saidIn } from './projectFile.ts';

const LFS_CONFIG = '.lfsconfig';

type Lines = readonly { readonly key: string; readonly value: string }[];

/** A working copy, and the `.lfsconfig` that changes under way bring: their own assets are where that one says. */
export interface LfsConfigured {
  readonly repository: Repository;
  readonly arriving?: { readonly lfsConfig: BlobId | undefined } | undefined;
}

/** The `.lfsconfig` that changes bring; `undefined` when they leave it as it is. */
export function lfsConfigIn(
  changes: readonly Pick<TreeChange, 'path' | 'after'>[],
): LfsConfigured['arriving'] {
  const change = changes.find(({ path }) => path === LFS_CONFIG);
  return change && { lfsConfig: change.after?.id };
}

/** Anew with each call: both files are small, and a person may change them at any time. */
export async function readLfsSettings(project: LfsConfigured): Promise<LfsSettings> {
  const { config } = project.repository;
  await config.refresh();
  return new LfsSettings(config, await readLfsConfig(project));
}

async function readLfsConfig({ repository, arriving }: LfsConfigured): Promise<Lines> {
  const content = arriving
    ? arriving.lfsConfig && (await repository.objects.readBlob(arriving.lfsConfig))
    : await lfsConfigOf(repository);
  try {
    return content ? parseConfig(text(content), LFS_CONFIG) : [];
  } catch (error) {
    // git-lfs goes on without a file that it cannot read
    if (hasCode(error, 'INVALID_CONFIG')) return [];
    throw error;
  }
}

/** A folder that is a working copy, or becomes one: before that, it has what the user's own configuration says. */
export function workingCopyAt(host: Host, folder: string): WorkingCopy {
  const opened = async () => await Repository.open(host, folder);
  return {
    folder,
    settings: async () => await GitConfig.open(host, join(folder, '.git')),
    lfsConfig: async () => await readLfsConfig({ repository: await opened() }),
    branch: async () => (await (await opened()).refs.head()).branch,
    project: () => saidIn(host.disk, folder),
  };
}

/** The same of one that is open. */
export function workingCopyOf(project: LfsConfigured): WorkingCopy {
  const { folder, host, config, refs } = project.repository;
  return {
    folder,
    async settings() {
      await config.refresh();
      return config;
    },
    lfsConfig: () => readLfsConfig(project),
    branch: async () => (await refs.head()).branch,
    project: () => saidIn(host.disk, folder),
  };
}

/** On disk; where it is not there, as the newest commit has it: of a clone under way, the remote's. */
async function lfsConfigOf(repository: Repository): Promise<Uint8Array | undefined> {
  const { host, folder, refs, graph, trees, objects } = repository;
  const path = join(folder, LFS_CONFIG);
  if ((await host.disk.lstat(path))?.kind === 'file') return await host.disk.read(path);
  const { branch, commit } = await refs.head();
  const tracked = branch && (await refs.read(branch.replace(/^refs\/heads\//, 'refs/remotes/origin/')));
  const from = commit ?? (tracked as CommitId | undefined); // a branch's ref names a commit
  const file = from && (await trees.find((await graph.commit(from)).tree, LFS_CONFIG));
  return file && (await objects.readBlob(file.id));
}
