/**
 * GitHub, and GitHub Enterprise by its address. `githubApi` is the way to its REST API for whatever needs it (hosting,
 * people, releases, webhooks): octokit, loaded at the first call, with throttling and retries; failures become
 * `SyncError`s that say what to do. `githubSite` tells one GitHub from another, `githubRepository` reads a project's URL,
 * `githubToken` knows where a token may come from. History and assets travel as with any Git host.
 */
export { type GitHubApi, type GitHubApiOptions, githubApi, type Octokit } from './api.ts';
export { type DeviceCode, type SignedIn, signIn, tokenByDevice } from './login.ts';
export { type GitHubReleasesOptions, githubReleases } from './releases.ts';
export {
  type GitHubRepository,
  type GitHubSite,
  githubRepository,
  githubSite,
  isGitHub,
} from './site.ts';
export { type FoundToken, findToken, githubToken, type TokenSource } from './token.ts';
