import type { Host } from '../platform/index.ts';
import { utf8 } from '../shared/bytes.ts';
import { join } from '../shared/paths.ts';
import { GitConfig, isWindows } from './config.ts';

/** What `git init` makes; nothing, where it is already. */
export async function initRepository(host: Host, folder: string, branch: string): Promise<void> {
  const gitDir = join(folder, '.git');
  // HEAD comes last: without it, what is there is an init that was killed.
  if (await host.disk.lstat(join(gitDir, 'HEAD'))) return;
  for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info', 'hooks'])
    await host.disk.makeFolder(join(gitDir, name));
  const config = await GitConfig.open(host, gitDir);
  await config.setMany([
    ['core.repositoryformatversion', '0'],
    ['core.filemode', String(!isWindows(host))],
    ['core.bare', 'false'],
    ['core.logallrefupdates', 'true'],
    ['core.symlinks', isWindows(host) ? 'false' : undefined],
    ['core.ignorecase', (await host.disk.ignoresCase(folder)) ? 'true' : undefined],
  ]);
  await host.disk.publish(join(gitDir, 'HEAD'), utf8(`ref: refs/heads/${branch}\n`), { sync: true });
}
