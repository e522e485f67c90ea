/** Reads the project's `.lfsconfig`, where git-lfs looks for it. */
import { parseConfig, type Repository } from '../../git/index.ts';
import { LfsSettings } from '../../lfs/index.ts';
import { text } from '../../shared/bytes.ts';
import { hasCode } from '../../shared/errors.ts';
import type { CommitId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';

const LFS_CONFIG = '.lfsconfig';

/** Anew with each call: both files are small, and a person may change them at any time. */
export async function readLfsSettings(repository: Repository): Promise<LfsSettings> {
  await repository.config.refresh();
  const content = await lfsConfigOf(repository);
  try {
    return new LfsSettings(repository.config, content && parseConfig(text(content), LFS_CONFIG));
  } catch (error) {
    // git-lfs goes on without a file that it cannot read
    if (hasCode(error, 'INVALID_CONFIG')) return new LfsSettings(repository.config);
    throw error;
  }
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
