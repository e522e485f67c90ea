/** A project with a bare repository behind HTTP, and processes that work on it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryAssetStore } from '../../src/assets/index.ts';
import { Project } from '../../src/engine/project/Project.ts';
import { resolveConflicts } from '../../src/engine/sync/resolve.ts';
import { syncOnce } from '../../src/engine/sync/sync.ts';
import { smartHttp } from '../../src/history/index.ts';
import type { Remote } from '../../src/ports/index.ts';
import type { SyncResult } from '../../src/shared/types.ts';
import { type GitHttpServer, gitHttpServer } from '../support/gitHttpServer.ts';
import { git } from '../support/gitRepository.ts';
import { temporaryFolder, testHost } from '../support/host.ts';
import { compiledFolder } from '../support/processes.ts';

export const PROJECT_FILE = `${JSON.stringify({ modsync: 1, projectId: 'safety-test', name: 'Safety' })}\n`;

export interface SharedProject {
  readonly folder: string;
  readonly bare: string;
  readonly server: GitHttpServer;
  /** One whole sync in this process: what a person's next run does. */
  sync(strategy?: 'local' | 'remote' | 'manual'): Promise<SyncResult>;
}

export async function sharedProject(
  files: Readonly<Record<string, string>>,
  place = temporaryFolder('project'),
): Promise<SharedProject> {
  const folder = join(place, 'work');
  const bare = join(place, 'project.git');
  mkdirSync(folder, { recursive: true });
  git(place, 'init', '-q', '--bare', bare);
  git(folder, 'init', '-q');
  git(folder, 'config', 'user.name', 'Ann');
  git(folder, 'config', 'user.email', 'ann@example.org');
  for (const [path, content] of Object.entries({ '.modsync.json': PROJECT_FILE, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', 'start');
  const server = await gitHttpServer(bare);
  git(bare, 'config', 'http.receivepack', 'true');
  git(folder, 'remote', 'add', 'origin', server.url);
  git(folder, 'push', '-q', bare, 'main');
  git(folder, 'fetch', '-q', bare, 'main:refs/remotes/origin/main');
  const host = testHost();
  return {
    folder,
    bare,
    server,
    async sync(strategy = 'local') {
      const project = await Project.find(host, folder);
      const once = () =>
        syncOnce(project, async () => remoteAt(server.url), { direction: 'bidirectional', strategy });
      const result = await once();
      if (strategy === 'manual' || result.conflicts.length === 0) return result;
      // Saves over what had just been pulled wait for a person, whatever the strategy.
      const resolution = { use: strategy };
      await resolveConflicts(
        project,
        result.conflicts.map((conflict) => ({ conflict, resolution })),
      );
      return await once();
    },
  };
}

export const remoteAt = (url: string): Remote => ({
  url,
  history: smartHttp({ url, authorize: async () => undefined }),
  assets: memoryAssetStore(testHost().codec),
  close: async () => undefined,
});

export interface Orders {
  readonly folder: string;
  readonly url: string;
  readonly seed: number;
  readonly who: string;
  readonly steps: number;
  readonly kinds: readonly string[];
}

export class Worker {
  readonly saved: string[] = [];
  readonly failed: string[] = [];
  readonly lines: string[] = [];
  readonly ready: Promise<void>;
  readonly ended: Promise<unknown>;
  readonly #child: ChildProcess;

  constructor(orders: Orders) {
    const script = fileURLToPath(new URL('worker.mjs', import.meta.url));
    const home = temporaryFolder('worker-home');
    this.#child = spawn(process.execPath, [script, compiledFolder, JSON.stringify({ ...orders, home })], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH },
    });
    let isReady = () => {};
    this.ready = new Promise((resolve) => (isReady = resolve));
    let rest = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        this.lines.push(line);
        if (line === 'ready') isReady();
        else if (line.startsWith('saved ')) this.saved.push(line.slice(6));
        else if (line.startsWith('failed ')) this.failed.push(line);
      }
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.failed.push(text));
    this.ended = once(this.#child, 'close').then(() => isReady());
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Files of no bytes, but for those that their names call unfinished. */
export function emptyFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => {
    const stat = statSync(join(folder, path), { throwIfNoEntry: false });
    return stat?.isFile() && stat.size === 0 && !/tmp_(obj|pack)_|\.lock$/.test(path);
  });
}

/** Locks that would stop stock git. */
export const locksIn = (folder: string): string[] =>
  readdirSync(join(folder, '.git'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.(lock|keep)$/.test(path) && !/tmp_obj_|\.[0-9a-f]{8}\.(takeover\.)?lock$/.test(path),
  );

/** Commits that no ref reaches. */
export function unreachable(folder: string, commits: readonly string[]): string[] {
  const reachable = new Set(git(folder, 'rev-list', '--all').trim().split('\n'));
  return commits.filter((commit) => !reachable.has(commit));
}
