/** What emulate cannot know of a repository whose history stock git keeps: its branches and tags, and whether one merges. */
import { execFileSync, spawnSync } from 'node:child_process';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** `GET /repos/OWNER/NAME/git/matching-refs/…` */
export function answerRefs(
  method: string,
  path: string,
  repository: (owner: string, repo: string) => string,
): Answer | undefined {
  const [, owner = '', repo = '', prefix] =
    /^\/repos\/([^/]+)\/([^/]+)\/git\/matching-refs\/(.+)$/.exec(path) ?? [];
  if (method !== 'GET' || prefix === undefined) return undefined;
  const lines = git(
    repository(owner, repo),
    'for-each-ref',
    '--format=%(refname) %(objectname) %(objecttype)',
  )
    .split('\n')
    .filter((line) => line.startsWith(`refs/${prefix}`));
  const body = lines.map((line) => {
    const [ref, sha, type] = line.split(' ');
    return { ref, node_id: '', url: '', object: { sha, type, url: '' } };
  });
  return { status: 200, body };
}

/** Of the answer to `GET /repos/OWNER/NAME/pulls/N`: as git would merge it. */
export function withMergeability(
  path: string,
  bytes: Buffer<ArrayBuffer>,
  repository: (owner: string, repo: string) => string,
): Buffer<ArrayBuffer> {
  const [, owner = '', repo = ''] = /^\/repos\/([^/]+)\/([^/]+)\/pulls\/\d+$/.exec(path) ?? [];
  if (owner === '') return bytes;
  const pull = JSON.parse(bytes.toString());
  const merged = spawnSync(
    'git',
    ['merge-tree', '--write-tree', `refs/heads/${pull.base.ref}`, `refs/heads/${pull.head.ref}`],
    { cwd: repository(owner, repo) },
  );
  // 1: conflicts; anything else: one of them is not there
  if (merged.status !== 0 && merged.status !== 1) return bytes;
  const mergeable = merged.status === 0;
  return Buffer.from(JSON.stringify({ ...pull, mergeable, mergeable_state: mergeable ? 'clean' : 'dirty' }));
}

const git = (repository: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd: repository, encoding: 'utf8' });
