/**
 * What GitHub's events say, as hints. Pure. A hint has no content: whoever gets it fetches, so it does no harm when it
 * comes late, twice or out of order. It does not list paths either, because a project's key outlives a membership.
 *
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
import { z } from 'zod';
import { isObjectId, type ObjectId } from '../../shared/ids.ts';
import type { ProjectChange } from '../../shared/types.ts';

export type Hint = Pick<
  ProjectChange,
  'kind' | 'author' | 'ref' | 'commitId' | 'previousCommitId' | 'message'
>;

const login = z.object({ login: z.string().max(100) });
const name = z.string().min(1).max(250);
const objectId = z.string().refine(isObjectId);
const NOTHING = '0'.repeat(40);

const about = z.object({ repository: z.object({ id: z.int() }), sender: login.optional() });
const payloads = {
  ping: z.object({ zen: z.string() }),
  push: z.object({ ref: z.string().max(300), before: objectId, after: objectId }),
  refEvent: z.object({ ref: name, ref_type: z.enum(['branch', 'tag']) }),
  release: z.object({ action: z.string(), release: z.object({ tag_name: name }) }),
  member: z.object({ action: z.enum(['added', 'removed', 'edited']), member: login }),
};

export interface Told {
  /** A `ping` need not say. */
  readonly repositoryId?: number;
  /** `undefined`: nothing that anybody need know. */
  readonly hint: Hint | undefined;
}

/** @returns `undefined` when it is not what GitHub says of such an event */
export function readPayload(event: string, payload: unknown): Told | undefined {
  if (event === 'ping') return payloads.ping.safeParse(payload).success ? { hint: undefined } : undefined;
  const common = about.safeParse(payload);
  if (!common.success) return undefined;
  const { repository, sender } = common.data;
  const read = Object.hasOwn(READERS, event) ? READERS[event] : undefined;
  const hint = read === undefined ? null : read(payload);
  if (hint === undefined) return undefined;
  return {
    repositoryId: repository.id,
    hint: hint === null ? undefined : { author: sender?.login ?? '', ...hint },
  };
}

/** `null`: nothing to tell; `undefined`: malformed. */
type Reader = (payload: unknown) => Omit<Hint, 'author'> | null | undefined;

/** The events that `modsync follow` asks GitHub for. */
const READERS: Readonly<Record<string, Reader>> = {
  push: (payload) => {
    const push = payloads.push.safeParse(payload).data;
    return push && moved(push.ref, push.after, push.before);
  },
  create: (payload) => refHint(payload),
  delete: (payload) => refHint(payload),
  release: (payload) => {
    const told = payloads.release.safeParse(payload).data;
    if (told === undefined) return undefined;
    return RELEASE_ACTIONS.has(told.action) ? moved(`refs/tags/${told.release.tag_name}`) : null;
  },
  member: (payload) => {
    const told = payloads.member.safeParse(payload).data;
    return told && { kind: 'people', message: `${told.action} ${told.member.login}` };
  },
};

/** One release is `created`, `published` and `released`: once is enough. */
const RELEASE_ACTIONS: ReadonlySet<string> = new Set(['published', 'unpublished', 'deleted']);

function refHint(payload: unknown) {
  const told = payloads.refEvent.safeParse(payload).data;
  return told && moved(`refs/${told.ref_type === 'tag' ? 'tags' : 'heads'}/${told.ref}`);
}

function moved(
  ref: string,
  after: ObjectId | undefined = undefined,
  before: ObjectId | undefined = undefined,
) {
  const isTag = ref.startsWith('refs/tags/');
  if (!isTag && !ref.startsWith('refs/heads/')) return null;
  // of a tag the ids may be those of tag objects, which are no commits
  const commit = (id: ObjectId | undefined) => (isTag || id === undefined || id === NOTHING ? undefined : id);
  const [commitId, previousCommitId] = [commit(after), commit(before)];
  return {
    kind: isTag ? ('tag' as const) : ('push' as const),
    ref,
    ...(commitId && { commitId: commitId as NonNullable<Hint['commitId']> }), // a branch's ref names a commit
    ...(previousCommitId && { previousCommitId: previousCommitId as NonNullable<Hint['commitId']> }),
  };
}
