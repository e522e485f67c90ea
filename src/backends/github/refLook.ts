/** A look at a repository's branches and tags that costs nothing of the rate limit while they stay as they are. */
import { z } from 'zod';
import { SyncError } from '../../shared/errors.ts';
import { isObjectId, type ObjectId } from '../../shared/ids.ts';
import type { GitHubApi } from './api.ts';
import type { GitHubRepository } from './site.ts';

const references = z.array(
  z.object({
    ref: z.string(),
    object: z.object({ sha: z.custom<ObjectId>((id) => typeof id === 'string' && isObjectId(id)) }),
  }),
);

type Refs = ReadonlyMap<string, ObjectId>;
interface Seen {
  readonly etag: string | undefined;
  readonly refs: Refs;
}

/** GitHub's words for a repository without commits. */
const EMPTY = 409;

export function refLook(
  connect: () => Promise<GitHubApi>,
  { owner, repo }: GitHubRepository,
): (signal: AbortSignal) => Promise<Refs> {
  const seen = new Map<string, Seen>();
  const look = async (kind: 'heads' | 'tags', signal: AbortSignal): Promise<Refs> => {
    const before = seen.get(kind);
    const path = `/repos/${owner}/${repo}/git/matching-refs/${kind}`;
    const api = await connect();
    const changed = await api.changed(path, before?.etag, { signal }).catch((error: unknown) => {
      if (error instanceof SyncError && error.data.status === EMPTY) return { etag: undefined, data: [] };
      throw error;
    });
    if (changed === undefined) return before?.refs ?? new Map();
    const listed = references.safeParse(changed.data);
    if (!listed.success)
      throw new SyncError(
        'REMOTE_PROTOCOL',
        'GitHub listed branches in a way that this version cannot read.',
      );
    const refs = new Map(listed.data.map(({ ref, object }) => [ref, object.sha]));
    seen.set(kind, { etag: changed.etag, refs });
    return refs;
  };
  return async (signal) => new Map([...(await look('heads', signal)), ...(await look('tags', signal))]);
}
