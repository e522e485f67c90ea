/** Pull requests: those that are open and whether they merge, and opening one. */
import type { NewProposal, Proposals } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/progress.ts';
import type { Mergeable, Proposal } from '../../shared/types.ts';
import type { GitHubApi, Octokit } from './api.ts';
import { loginCommand } from './failures.ts';
import type { GitHubRepository } from './site.ts';

const MOST = 30;
/** GitHub says of one at a time whether it merges; older ones stay unknown. */
const MOST_ASKED = 10;
/** GitHub takes no more. */
const LONGEST_TEXT = 65_536;
const LONGEST_TITLE = 256;

type Pull = Awaited<ReturnType<Octokit['rest']['pulls']['get']>>['data'];
type ListedPull = Awaited<ReturnType<Octokit['rest']['pulls']['list']>>['data'][number];

export function proposals(
  connect: () => Promise<GitHubApi>,
  { site, owner, repo }: GitHubRepository,
): Proposals {
  const place = { owner, repo };
  const proposalOf = (pull: Pull | ListedPull, mergeable: Mergeable): Proposal => ({
    number: pull.number,
    title: pull.title,
    url: pull.html_url,
    author: pull.user?.login ?? '',
    branch: pull.head.user?.login === owner ? pull.head.ref : pull.head.label,
    base: pull.base.ref,
    draft: pull.draft ?? false,
    mergeable,
  });

  async function signedIn(): Promise<GitHubApi> {
    const api = await connect();
    if (api.signedIn) return api;
    // without a token GitHub answers sixty requests an hour, which looking for changes needs
    throw new SyncError(
      'ACCESS_DENIED',
      `You are not signed in at ${site.origin}. Sign in: ${loginCommand(site)}`,
    );
  }

  async function list(options: CallOptions = {}): Promise<Proposal[]> {
    const api = await signedIn();
    return await api.call(
      `list the pull requests of ${owner}/${repo}`,
      async (octokit, request) => {
        const { data: listed } = await octokit.rest.pulls.list({
          ...place,
          state: 'open',
          sort: 'created',
          direction: 'desc',
          per_page: MOST,
          request,
        });
        return await Promise.all(
          listed.map(async (pull, at) => {
            if (at >= MOST_ASKED) return proposalOf(pull, 'unknown');
            const { data } = await octokit.rest.pulls.get({ ...place, pull_number: pull.number, request });
            return proposalOf(data, mergeableOf(data));
          }),
        );
      },
      options,
    );
  }

  async function open(
    { title, text, branch, base }: NewProposal,
    options: CallOptions = {},
  ): Promise<{ proposal: Proposal; isNew: boolean }> {
    const said = { title: title.slice(0, LONGEST_TITLE), body: shortened(text) };
    const api = await signedIn();
    return await api.call(
      `open a pull request of ${branch} at ${owner}/${repo}`,
      async (octokit, request) => {
        const head = `${owner}:${branch}`;
        const { data: before } = await octokit.rest.pulls.list({ ...place, state: 'open', head, request });
        const [old] = before;
        const { data } = old
          ? await octokit.rest.pulls.update({ ...place, ...said, pull_number: old.number, request })
          : await octokit.rest.pulls.create({ ...place, ...said, head: branch, base, request });
        return { proposal: proposalOf(data, mergeableOf(data)), isNew: old === undefined };
      },
      options,
    );
  }

  return { list, open };
}

/** https://docs.github.com/en/graphql/reference/enums#mergestatestatus */
function mergeableOf({
  mergeable,
  mergeable_state: state,
}: Pick<Pull, 'mergeable' | 'mergeable_state'>): Mergeable {
  if (mergeable === false || state === 'dirty') return 'conflicts';
  if (mergeable === null) return 'unknown';
  return state === 'blocked' || state === 'behind' ? 'blocked' : 'yes';
}

function shortened(text: string): string {
  const end = '\n\n… and more.\n';
  return text.length <= LONGEST_TEXT ? text : text.slice(0, LONGEST_TEXT - end.length) + end;
}
