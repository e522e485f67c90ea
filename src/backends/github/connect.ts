/** A project at GitHub: history by smart HTTP, assets by its LFS; all else by its API. */
import { smartHttp } from '../../history/index.ts';
import type { Host } from '../../platform/index.ts';
import type { ConnectOptions, Remote } from '../../ports/index.ts';
import { Credentials } from '../credentials.ts';
import { extraHeaders, lfsRemote, NO_SETTINGS } from '../lfsRemote.ts';
import { fetchFor } from '../proxy.ts';
import { parseRemoteUrl } from '../remoteUrl.ts';
import { githubAccess } from './access.ts';
import { adviceOnAssets, adviceOnHistory } from './advice.ts';
import { type GitHubApi, githubApi } from './api.ts';
import { following } from './following.ts';
import { live } from './live.ts';
import { proposals } from './proposals.ts';
import { githubReleases } from './releases.ts';
import { githubRepository } from './site.ts';
import { githubToken } from './token.ts';

/** Source: docs.github.com, "About large files on GitHub", "Repository limits". */
const LIMITS = { warnFile: 50 << 20, refuseFile: 100 << 20 };
const LARGEST_PUSH = 2 * 1024 ** 3;

/** @throws SyncError `INVALID_CONFIG` when the URL is no repository's */
export async function connectGitHub(host: Host, options: ConnectOptions): Promise<Remote> {
  const typed = parseRemoteUrl(options.url);
  // any name goes with a person's token, but only this one with an app's, such as that of GitHub Actions
  const address = { ...typed, credentials: typed.credentials ?? { user: 'x-access-token', password: '' } };
  const repository = githubRepository(options.url);
  const { site } = repository;
  const settings = (await options.workingCopy?.settings()) ?? NO_SETTINGS;
  const fetch = fetchFor(host, settings);
  const token = await githubToken(host, site, options.apiKey || address.credentials?.password);
  const credentials = new Credentials(host, { ...options, apiKey: token }, address);
  const extra = extraHeaders(settings, address.url, true);
  const recipient = {
    url: address.url,
    credentials: address.credentials,
    helpers: !extra.some(([name]) => name === 'authorization'),
  };
  const history = adviceOnHistory(
    repository,
    smartHttp({
      url: address.url,
      fetch,
      authorize: () => credentials.authorization(recipient),
      headers: Object.fromEntries(extra),
    }),
    LARGEST_PUSH,
  );
  let made: Promise<GitHubApi> | undefined;
  let current: GitHubApi | undefined;
  const connect = () => {
    made ??= githubApi({ host, site, token, fetch }).then((api) => {
      current = api;
      return api;
    });
    return made;
  };
  const { assets, locks } = lfsRemote({ options, address, credentials, fetch, headers: {} });
  return {
    url: address.url,
    ...(await live({ host, options, connect, repository, history, fetch })),
    assets: adviceOnAssets(repository, assets),
    locks,
    access: githubAccess(repository, connect),
    following: following({ host, connect, repository, fetch }),
    proposals: proposals(connect, repository),
    releases: githubReleases({ api: connect, repository, token: async () => token, fetch }),
    limits: LIMITS,
    budget: () => current?.budget(),
    close: async () => undefined,
  };
}
