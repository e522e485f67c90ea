/** What Git and LFS at GitHub refuse, in words that a modder can act on. */
import type { AssetStore, History, LocalObjects } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { loginCommand } from './failures.ts';
import type { GitHubRepository } from './site.ts';

type Advise = (error: SyncError) => string | undefined;

/** Source: docs.github.com, "Git Large File Storage billing", "About large files on GitHub". */
const QUOTA =
  'The owner of the repository has used up what GitHub stores or transfers for LFS. It is theirs to raise (Settings, Billing and plans, Git LFS), or wait until the month is over; your work is safe here. A relay of your own has no such limit: modsync serve.';

function adviseAssets({ site }: GitHubRepository): Advise {
  return ({ code, message, data }) => {
    if (/data quota|bandwidth|storage (limit|quota)/i.test(message) || data.status === 509) return QUOTA;
    if (/(exceeds|larger than|over).*(2 ?GB|maximum|limit)|size must be less/i.test(message))
      return 'GitHub takes no asset of this size: 2 GB on a free plan, 5 GB at most. Split the archive, or keep the project at a relay of your own.';
    if (code !== 'ACCESS_DENIED') return undefined;
    return data.status === 403
      ? 'GitHub does not let you write here: you may look, not edit. Ask an owner to share it with you: modsync share YOU'
      : `GitHub asks who you are before it gives out assets. Sign in: ${loginCommand(site)}`;
  };
}

function adviseHistory({ site, owner, repo }: GitHubRepository): Advise {
  const name = `${owner}/${repo}`;
  return ({ code, data }) => {
    if (code === 'NOT_FOUND')
      return `GitHub shows you no repository ${name}: the name is wrong, or it is private and you are not signed in as someone who may see it. Sign in: ${loginCommand(site)}. Invited? modsync join ${site.origin}/${name}`;
    if (code !== 'ACCESS_DENIED') return undefined;
    return data.status === 403
      ? `GitHub does not let you do this at ${name}: you may look, not edit, the token lacks the scope repo, or the organization wants it authorized for its single sign-on. Ask an owner to share it with you (modsync share YOU), or sign in with another token: ${loginCommand(site)}`
      : `GitHub asks who you are, or does not accept your token (it may have expired). Sign in: ${loginCommand(site)}`;
  };
}

/** A push that GitHub's own checks turn down; its words come with it. */
function advisePush(message: string): string {
  if (/GH001|exceeds GitHub'?s file size limit|file size limit/i.test(message))
    return `${message}. Files over 100 MB belong to the assets: modsync lfs migrate --above 50MB. Commits that hold them already must be made anew (git lfs migrate import)`;
  if (/without [`'"]?workflow[`'"]? scope|workflows[`'"]? permission/i.test(message))
    return `${message}. What Actions run may be changed by tokens that are allowed to: sign in with one that has the scope workflow (fine-grained: Workflows, read and write), or leave .github/workflows out`;
  if (/GH013|protected branch|rule violations|GH006/i.test(message))
    return `${message}. The branch is protected: propose the change instead (modsync propose -m TITLE), or ask an owner`;
  if (/GH007|private email/i.test(message))
    return `${message}. Set the address that GitHub gives you (git config user.email …@users.noreply.github.com), and make the snapshot anew`;
  if (/secret|GH013.*push protection|push declined due to/i.test(message))
    return `${message}. A file holds a key or password: take it out, and revoke it`;
  return message;
}

async function advised<T>(advise: Advise, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withAdvice(advise, error);
  }
}

function withAdvice(advise: Advise, error: unknown): unknown {
  const words = error instanceof SyncError ? advise(error) : undefined;
  return error instanceof SyncError && words !== undefined
    ? new SyncError(error.code, words, { data: error.data, cause: error })
    : error;
}

/** @param largestPush bytes of one pack that GitHub takes */
export function adviceOnHistory(
  repository: GitHubRepository,
  history: History,
  largestPush: number,
): History {
  const advise = adviseHistory(repository);
  return {
    listRefs: (...given) => advised(advise, () => history.listRefs(...given)),
    fetch: (...given) => advised(advise, () => history.fetch(...given)),
    async push(local, updates, options) {
      let tooLarge: SyncError | undefined;
      const counted: LocalObjects = {
        ...local,
        makePack: async (...given) =>
          upTo(largestPush, await local.makePack(...given), (error) => {
            tooLarge = error;
          }),
      };
      const outcomes = await advised(advise, () => history.push(counted, updates, options)).catch(
        (error: unknown) => {
          // whoever sends the pack may have wrapped it
          throw tooLarge ?? error;
        },
      );
      return outcomes.map((outcome) =>
        outcome.ok ? outcome : { ...outcome, message: advisePush(outcome.message) },
      );
    },
  };
}

/** What the store does besides stays as it is. */
export function adviceOnAssets(repository: GitHubRepository, store: AssetStore): AssetStore {
  const advise = adviseAssets(repository);
  const { prepare, available } = store;
  return {
    ...store,
    missing: (...given) => advised(advise, () => store.missing(...given)),
    put: (...given) => advised(advise, () => store.put(...given)),
    get: (...given) => advised(advise, () => store.get(...given)),
    ...(prepare && { prepare: (...given) => advised(advise, () => prepare(...given)) }),
    ...(available && { available: (...given) => advised(advise, () => available(...given)) }),
  };
}

async function* upTo(
  limit: number,
  pack: AsyncIterable<Uint8Array>,
  refuse: (error: SyncError) => void,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of pack) {
    sent += chunk.length;
    if (sent > limit) {
      const error = new SyncError(
        'PUSH_REJECTED',
        `GitHub takes no push over ${Math.round(limit / 1e9)} GB without assets, and this one is larger. Send it in portions, older snapshots first: git push origin COMMIT:refs/heads/BRANCH. Large files belong to the assets: modsync lfs migrate --above 10MB. Nothing was changed there.`,
        { data: { limit } },
      );
      refuse(error);
      throw error;
    }
    yield chunk;
  }
}
