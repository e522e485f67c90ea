/** Which repositories this room may work on: those that it reads and writes as Git does, and no others. */
import type { Host } from '../platform/index.ts';
import { text } from '../shared/bytes.ts';
import { SyncError } from '../shared/errors.ts';
import { join } from '../shared/paths.ts';
import type { GitConfig } from './config.ts';

const KNOWN_EXTENSIONS = new Set(['noop', 'preciousobjects', 'worktreeconfig', 'objectformat', 'refstorage']);

const refuse = (folder: string, what: string, remedy: string): SyncError =>
  new SyncError('UNSUPPORTED_REPOSITORY', `${folder} is ${what}, which modsync cannot work on. ${remedy}`, {
    data: { folder, what },
  });

/**
 * @returns the `.git` folder
 * @throws SyncError `NOT_A_PROJECT`, `UNSUPPORTED_REPOSITORY`
 */
export async function findGitDir({ disk }: Host, folder: string): Promise<string> {
  const gitDir = join(folder, '.git');
  const stat = await disk.lstat(gitDir);
  if (stat?.kind === 'folder') {
    if (await disk.lstat(join(gitDir, 'HEAD'))) return gitDir;
    throw new SyncError(
      'NOT_A_PROJECT',
      `${gitDir} is not a Git repository: it has no HEAD. Run "git init" or "modsync init" there.`,
      {
        data: { folder },
      },
    );
  }
  if (stat?.kind === 'file') {
    throw refuse(
      folder,
      'a linked worktree or a submodule',
      'Use the main working tree, or a clone of its own.',
    );
  }
  if (stat)
    throw refuse(folder, 'a repository whose .git is a link', 'Move the repository here, or clone it.');
  const [head, objects, refs] = await disk.lstatMany(folder, ['HEAD', 'objects', 'refs']);
  if (head?.kind === 'file' && objects?.kind === 'folder' && refs?.kind === 'folder') {
    throw refuse(folder, 'a bare repository', 'Clone it, and work in the clone.');
  }
  throw new SyncError(
    'NOT_A_PROJECT',
    `${folder} is not a project: there is no Git repository. Run "modsync init" there first.`,
    {
      data: { folder },
    },
  );
}

/** @throws SyncError `UNSUPPORTED_REPOSITORY` */
export async function checkFormat(
  { disk }: Host,
  folder: string,
  gitDir: string,
  config: GitConfig,
): Promise<void> {
  if (config.getBool('core.bare'))
    throw refuse(folder, 'a bare repository', 'Clone it, and work in the clone.');
  if (config.get('core.worktree') !== undefined) {
    throw refuse(
      folder,
      'a repository with core.worktree',
      'Run "git config --unset core.worktree", or clone it.',
    );
  }
  const objectFormat = config.get('extensions.objectformat')?.toLowerCase();
  if (objectFormat !== undefined && objectFormat !== 'sha1') {
    throw refuse(
      folder,
      `a ${objectFormat.toUpperCase()} repository`,
      'Make the project anew with "git init --object-format=sha1".',
    );
  }
  const refStorage = config.get('extensions.refstorage')?.toLowerCase();
  if (refStorage !== undefined && refStorage !== 'files') {
    throw refuse(
      folder,
      `a repository with ${refStorage} refs`,
      'Run "git refs migrate --ref-format=files".',
    );
  }
  const version = Number(config.get('core.repositoryformatversion') ?? 0);
  if (!(version === 0 || version === 1)) {
    throw refuse(folder, `a repository of format ${version}`, 'Update modsync.');
  }
  for (const key of config.keys()) {
    const extension = /^extensions\.([^.]+)$/.exec(key)?.[1];
    if (extension === undefined || KNOWN_EXTENSIONS.has(extension)) continue;
    if (version === 0 && extension !== 'partialclone') continue;
    throw refuse(folder, `a repository with the extension ${extension}`, 'Clone it without that extension.');
  }
  const alternates = await disk.read(join(gitDir, 'objects/info/alternates'));
  if (alternates && /^[^#\s]/m.test(text(alternates))) {
    throw refuse(
      folder,
      'a repository that borrows objects (alternates)',
      'Run "git repack -a -d" and delete .git/objects/info/alternates.',
    );
  }
  if (await disk.lstat(join(gitDir, 'commondir'))) {
    throw refuse(folder, 'a linked worktree', 'Use the main working tree, or a clone of its own.');
  }
}
