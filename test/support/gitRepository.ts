/** Repositories that stock git makes, for comparing. Same seed, same repository. */
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { temporaryFolder } from './host.ts';

export const gitEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann Author',
  GIT_AUTHOR_EMAIL: 'ann@example.org',
  GIT_AUTHOR_DATE: '1700000000 +0100',
  GIT_COMMITTER_NAME: 'Con Committer',
  GIT_COMMITTER_EMAIL: 'con@example.org',
  GIT_COMMITTER_DATE: '1700000000 -0330',
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'init.defaultBranch',
  GIT_CONFIG_VALUE_0: 'main',
  GIT_CONFIG_KEY_1: 'gc.auto',
  GIT_CONFIG_VALUE_1: '0',
};

export const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    env: gitEnvironment,
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** mulberry32: numbers in [0, 1) that depend on the seed only. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Puts `count` commits that change nothing on the branch that is checked out: by one process, not by one for each. */
export function addEmptyCommits(folder: string, count: number): void {
  const branch = git(folder, 'symbolic-ref', 'HEAD').trim();
  const commits = Array.from({ length: count }, (_, i) => {
    const parent = i === 0 ? `from ${branch}^0\n` : '';
    return `commit ${branch}\ncommitter Con Committer <con@example.org> 1700000000 -0330\n${data(`local ${i}\n`)}${parent}`;
  });
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: folder,
    env: gitEnvironment,
    input: commits.join(''),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

const madeRepositories = new Map<string, string>();

/** Text files in nested folders, edited, removed and added over `commits` commits on branch `main`. */
export function seededRepository(seed: number, commits = 12): string {
  const key = `${seed}-${commits}`;
  const made = madeRepositories.get(key) ?? makeRepository(seed, commits);
  madeRepositories.set(key, made);
  const folder = temporaryFolder(`repository-${key}`);
  cpSync(made, folder, { recursive: true, preserveTimestamps: true });
  return folder;
}

function makeRepository(seed: number, commits: number): string {
  const folder = temporaryFolder(`made-${seed}`);
  const random = randomFrom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const files = new Map<string, string[]>();
  const history: string[] = [];
  for (let round = 0; round < commits; round++) {
    history.push(
      'commit refs/heads/main',
      'author Ann Author <ann@example.org> 1700000000 +0100',
      'committer Con Committer <con@example.org> 1700000000 -0330',
      data(`round ${round}\n`),
    );
    const edited = new Set<string>();
    for (let i = 0; i < 8; i++) {
      const path = `Data/${'abc'[pick(3)]}/${'xyz'[pick(3)]}/file ${pick(12)}${pick(4) ? '.psc' : ' ü.txt'}`;
      const lines = files.get(path) ?? Array.from({ length: 20 + pick(400) }, () => `line ${pick(1e6)}`);
      lines.splice(pick(lines.length), pick(3), `edit ${round} ${pick(1e6)}`);
      files.set(path, lines);
      edited.add(path);
    }
    const [gone] = [...files.keys()].slice(pick(files.size));
    if (gone && round % 3 === 2) {
      files.delete(gone);
      history.push(`D ${gone}`);
    }
    for (const path of edited) {
      const lines = files.get(path);
      if (lines) history.push(`M 100644 inline ${path}`, data(lines.join('\n')));
    }
    if (round % 5 === 4)
      history.push(
        `tag v${round}`,
        'from refs/heads/main',
        'tagger Con Committer <con@example.org> 1700000000 -0330',
        data(`tag ${round}\n`),
      );
  }
  git(folder, 'init', '-q');
  // loose, as commits make them: a hundred processes fewer than by `git commit`
  execFileSync('git', ['-c', 'fastimport.unpackLimit=1000000', 'fast-import', '--quiet'], {
    cwd: folder,
    env: gitEnvironment,
    input: `${history.join('\n')}\n`,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  git(folder, 'reset', '-q', '--hard');
  return folder;
}

/** As `git fast-import` takes texts: their length first. */
const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`;
