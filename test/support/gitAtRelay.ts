/** A relay with a project that has some history, and clones of it by stock git. */
import { temporaryFolder } from './host.ts';
import { cloneWith, type GitClone, gitFolder, gitUrlWith, startTestRelay, type TestRelay } from './relay.ts';

export interface GitAtRelay {
  relay: TestRelay;
  readonly project: string;
  /** With the owner's token in it. */
  url: string;
  /** A clone with three commits of a day each, on main, and a tag on the first. */
  readonly source: GitClone;
  cloned(...options: string[]): Promise<GitClone>;
  /** The id that a ref has at the relay; empty when there is none. */
  remoteRef(ref: string): Promise<string>;
  /** After it was closed. */
  restart(): Promise<void>;
}

export async function startGitAtRelay(): Promise<GitAtRelay> {
  const relay = await startTestRelay();
  const made = await relay.createProject('Git conformance');
  const source = await cloneWith(made.gitUrl, relay.ownerToken);
  await source.git('checkout', '-q', '-B', 'main');
  for (const day of ['1', '2', '3']) {
    await source.write(`day ${day}.txt`, day.repeat(100));
    await source.git('add', '-A');
    await source.git('commit', '-q', '-m', `Day ${day}`, '--date', `2026-01-0${day}T00:00:00Z`);
    if (day === '1') await source.git('tag', 'first');
  }
  await source.git('push', '-q', '--tags', 'origin', 'main');
  const stand: GitAtRelay = {
    relay,
    project: made.projectId,
    url: gitUrlWith(made.gitUrl, relay.ownerToken),
    source,
    cloned: async (...options) => {
      const folder = await gitFolder(temporaryFolder('conform'));
      await folder.git('clone', '-q', ...options, stand.url, '.');
      return folder;
    },
    remoteRef: async (ref) => (await source.git('ls-remote', 'origin', ref)).split('\t')[0] ?? '',
    restart: async () => {
      stand.relay = await stand.relay.restart();
      stand.url = gitUrlWith(`${stand.relay.url}/${stand.project}.git`, stand.relay.ownerToken);
      await source.git('remote', 'set-url', 'origin', stand.url);
    },
  };
  return stand;
}

export const pkt = (line: string) => (line.length + 4).toString(16).padStart(4, '0') + line;
