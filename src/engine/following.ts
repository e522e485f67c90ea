/** Having a relay tell of what happens at the project's host, and noting it in the project for everyone's copies. */
import type { Followed, HintSource, Remote } from '../ports/index.ts';
import { SyncError } from '../shared/errors.ts';
import { join } from '../shared/paths.ts';
import type { CallOptions } from '../shared/progress.ts';
import { type Project, shortName } from './project/Project.ts';
import { PROJECT_FILE, saidIn, withHints } from './project/projectFile.ts';

export interface FollowOptions extends CallOptions {
  readonly relay: string;
  /** `OWNER/NAME`: refused when the project is at another one. */
  readonly repository?: string | undefined;
}

/** @throws SyncError `INVALID_CONFIG` where the remote cannot have anyone told; `INVALID_INPUT`, `ACCESS_DENIED` */
export async function followProject(
  project: Project,
  remote: Remote | undefined,
  { relay, repository, ...options }: FollowOptions,
): Promise<Followed> {
  const { url, following } = withFollowing(remote);
  if (repository !== undefined) refuseOther(url, repository);
  const { ref } = await project.branch();
  const request = { relay, projectId: project.id, name: project.name, branch: shortName(ref) };
  const followed = await following.follow(request, options);
  await note(project, followed.hints, options);
  return followed;
}

/** @returns the relay that it was, and what could not be ended */
export async function unfollowProject(
  project: Project,
  remote: Remote | undefined,
  options: CallOptions,
): Promise<{ readonly relay: string; readonly warnings: readonly string[] }> {
  const { following } = withFollowing(remote);
  const hints = (await saidIn(project.host.disk, project.folder))?.hints;
  if (!hints) throw new SyncError('NOT_FOUND', 'No relay follows this project: there is nothing to end.');
  const warnings = await following.unfollow(hints, options);
  await note(project, undefined, options);
  return { relay: hints.relay, warnings };
}

function withFollowing(remote: Remote | undefined) {
  if (remote?.following) return { url: remote.url, following: remote.following };
  throw new SyncError(
    'INVALID_CONFIG',
    remote?.feed
      ? 'This project is at a relay, which tells everyone by itself. Following is for projects at GitHub.'
      : 'Only a project at GitHub can be followed by a relay: modsync init --github, or modsync clone https://github.com/OWNER/NAME',
  );
}

function refuseOther(url: string, repository: string): void {
  const path = new URL(url).pathname.replace(/^\/|(\.git)?\/?$/g, '');
  if (path.toLowerCase() === repository.toLowerCase()) return;
  throw new SyncError(
    'INVALID_INPUT',
    `This project is ${path}, not ${repository}. Go to the folder of that one.`,
  );
}

async function note(project: Project, hints: HintSource | undefined, { signal }: CallOptions): Promise<void> {
  const lock = await project.lock(signal);
  try {
    const bytes = await project.host.disk.read(join(project.folder, PROJECT_FILE));
    if (bytes) await project.writeFile(PROJECT_FILE, withHints(bytes, hints));
  } finally {
    await lock.release();
  }
}
