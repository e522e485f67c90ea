/** Git at the stand-in: stock git serves it, to those who may. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { git } from '../gitRepository.ts';
import { type gitRequestOf, serveGit } from '../serveGit.ts';
import type { Visitor } from './lfs.ts';

export interface MovedRef {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

const NONE = '0'.repeat(40);

/**
 * @param who `undefined`: for them, the repository does not exist
 * @returns the refs that a push moved
 */
export async function serveHistory(
  asked: NonNullable<ReturnType<typeof gitRequestOf>>,
  repository: string,
  who: Visitor | undefined,
  login: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<MovedRef[]> {
  const pushes = asked.service === 'git-receive-pack';
  if (!who || (pushes && !who.mayWrite)) {
    refuse(response, login === undefined ? 401 : who ? 403 : 404, login);
    request.resume();
    return [];
  }
  const before = pushes && !asked.advertise ? refsOf(repository) : undefined;
  await serveGit({ ...asked, repository }, request, response);
  if (!before) return [];
  const after = refsOf(repository);
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? NONE, after: after.get(ref) ?? NONE }))
    .filter((moved) => moved.before !== moved.after);
}

function refuse(response: ServerResponse, status: 401 | 403 | 404, login: string | undefined): void {
  const words = {
    401: 'Invalid username or token. Password authentication is not supported for Git operations.',
    403: `Permission denied to ${login}.`,
    404: 'Repository not found.',
  };
  response.writeHead(status, {
    'content-type': 'text/plain',
    ...(status === 401 && { 'www-authenticate': 'Basic realm="GitHub"' }),
  });
  response.end(words[status]);
}

const refsOf = (repository: string): Map<string, string> =>
  new Map(
    git(repository, 'for-each-ref', '--format=%(refname) %(objectname)')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ') as [string, string]), // the format has two words
  );
