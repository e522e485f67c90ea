/**
 * Releases at GitHub: a draft, its assets, and then out. What a try that was killed left is recognised by name and
 * SHA-256; half an asset is removed and sent anew, because GitHub cannot go on with one.
 * Source: docs.github.com, "REST API endpoints for releases", "… for release assets".
 */
import { Retry, type RetryRules } from '../../assets/index.ts';
import type { NewRelease, PublishedRelease, ReleaseFile, Releases } from '../../ports/index.ts';
import { SyncError } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { sendFile } from '../sendFile.ts';
import { type GitHubApi, type Octokit, reasonOf } from './api.ts';
import { githubFailure, unreachable } from './failures.ts';
import type { GitHubRepository } from './site.ts';

export interface GitHubReleasesOptions {
  readonly api: () => Promise<GitHubApi>;
  readonly repository: GitHubRepository;
  /** Uploads go past octokit, which would hold the whole file in memory. */
  readonly token: () => Promise<string | undefined>;
  readonly fetch?: typeof fetch | undefined;
  readonly retry?: Partial<RetryRules>;
}

type GitHubRelease = Awaited<ReturnType<Octokit['rest']['repos']['createRelease']>>['data'];
type Asset = GitHubRelease['assets'][number];

/** "Each file included in a release must be under 2 GiB." */
const LARGEST = 2 ** 31 - 1;
/** Characters of a release's text. */
const LONGEST_NOTES = 125_000;
const RETRY = { attempts: 4, baseMs: 1000, maxMs: 20_000 };

export function githubReleases(options: GitHubReleasesOptions): Releases {
  const { repository } = options;
  const { owner, repo } = repository;
  const at = { owner, repo };
  const retry = new Retry({ ...RETRY, ...options.retry });

  const call: GitHubApi['call'] = async (...given) => await (await options.api()).call(...given);
  const all = (calls: CallOptions) =>
    call(
      `list the releases of ${owner}/${repo}`,
      async (octokit, request) =>
        await octokit.paginate(octokit.rest.repos.listReleases, { ...at, per_page: 100, request }),
      calls,
    );
  // the one that asks by tag does not see drafts
  const find = async (tag: string, calls: CallOptions): Promise<GitHubRelease | undefined> =>
    (await all(calls)).find((release) => release.tag_name === tag);

  async function draftOf(release: NewRelease, calls: CallOptions): Promise<GitHubRelease> {
    const known = await find(release.tag, calls);
    if (known && !known.draft) {
      refuseOther(release, known);
      return known;
    }
    const words = {
      tag_name: release.tag,
      name: release.title,
      body: release.notes.slice(0, LONGEST_NOTES),
      prerelease: release.prerelease,
      draft: true,
    };
    return await call(
      `make the release ${release.tag}`,
      async ({ rest: { repos } }, request) =>
        (known
          ? await repos.updateRelease({ ...at, release_id: known.id, ...words, request })
          : await repos.createRelease({ ...at, ...words, request })
        ).data,
      calls,
    );
  }

  const remove = (asset: Asset, calls: CallOptions) =>
    call(
      `remove half of ${asset.name}`,
      async ({ rest: { repos } }, request) => {
        await repos.deleteReleaseAsset({ ...at, asset_id: asset.id, request });
      },
      calls,
    );

  async function sendOne(
    { id, upload_url, tag_name }: GitHubRelease,
    file: ReleaseFile,
    onBytes: (bytes: number) => void,
    calls: CallOptions,
  ): Promise<void> {
    const name = assetName(file.name);
    await retry.run(async () => {
      onBytes(0);
      const there = (await assetsOf(id, calls)).filter((asset) => asset.name === name);
      if (there.some((asset) => isWhole(asset, file))) return;
      for (const asset of there) await remove(asset, calls);
      const secret = await options.token();
      let sent = 0;
      const { status, headers, json } = await sendFile(options.fetch ?? fetch, {
        method: 'POST',
        url: uploadUrl(repository, upload_url, { name, ...(name !== file.name && { label: file.name }) }),
        headers: {
          accept: 'application/vnd.github+json',
          'content-type': name.endsWith('.zip') ? 'application/zip' : 'application/octet-stream',
          'user-agent': 'modsync',
          ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
        },
        size: file.size,
        content: file.open(),
        signal: calls.signal,
        unreachable: (cause) =>
          retryable(unreachable(repository.site, cause instanceof Error ? reasonOf(cause) : 'no answer')),
        onBytes: (length) => {
          sent += length;
          onBytes(sent);
        },
      });
      if (status === 201) return;
      const error = githubFailure(
        { status, headers: Object.fromEntries(headers), message: messageOf(json), faults: [] },
        repository.site,
        `take ${file.name} for ${tag_name}`,
      );
      // a gateway that gave up leaves half an asset, and so does somebody else's upload of the same
      throw status >= 500 || status === 422 ? retryable(error) : error;
    }, calls.signal);
  }

  const assetsOf = (release_id: number, calls: CallOptions) =>
    call(
      'list the files of a release',
      async (octokit, request) =>
        await octokit.paginate(octokit.rest.repos.listReleaseAssets, {
          ...at,
          release_id,
          per_page: 100,
          request,
        }),
      calls,
    );

  return {
    largestFile: async () => LARGEST,
    list: async (calls = {}) => (await all(calls)).map((release) => published(release, release.assets)),
    async upload(release, { signal, onProgress } = {}) {
      const calls = { signal };
      const { files } = release;
      const draft = await draftOf(release, calls);
      const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
      let bytes = 0;
      for (const [place, file] of files.entries()) {
        const onBytes = (sent: number) =>
          onProgress?.({
            phase: 'upload',
            files: place,
            totalFiles: files.length,
            bytes: bytes + sent,
            totalBytes,
          });
        await sendOne(draft, file, onBytes, calls);
        bytes += file.size;
      }
      onProgress?.({ phase: 'upload', files: files.length, totalFiles: files.length, bytes, totalBytes });
      return published(draft, await assetsOf(draft.id, calls));
    },
    async setDraft(tag, draft, calls = {}) {
      const known = await find(tag, calls);
      if (!known)
        throw new SyncError('NOT_FOUND', `There is no release ${tag} at ${owner}/${repo}.`, {
          data: { tag },
        });
      const release = await call(
        draft ? `take ${tag} back` : `let ${tag} out`,
        async ({ rest: { repos } }, request) =>
          (await repos.updateRelease({ ...at, release_id: known.id, draft, request })).data,
        calls,
      );
      return published(release, release.assets);
    },
  };
}

/** One that is out is not ours to change. */
function refuseOther({ tag, files }: NewRelease, known: GitHubRelease): void {
  for (const file of files) {
    const there = known.assets.find(({ name }) => name === assetName(file.name));
    if (there && !isWhole(there, file))
      throw new SyncError(
        'RELEASE_REFUSED',
        `Another ${tag} is out at GitHub: its ${there.name} has other bytes. Take the next version, or remove that one there: ${known.html_url}`,
        { data: { tag } },
      );
  }
}

/** Without a digest, as on older servers, nothing says that it is the same: it is sent again. */
const isWhole = ({ state, size, digest }: Pick<Asset, 'state' | 'size' | 'digest'>, file: ReleaseFile) =>
  state === 'uploaded' && size === file.size && digest === `sha256:${file.sha256}`;

/** GitHub puts dots in place of what it does not like in a name; told beforehand, so that the file is found again. */
export const assetName = (name: string): string =>
  name.replace(/[^A-Za-z0-9._+-]+/g, '.').replace(/^[.-]+|[.]+$/g, '') || 'release.zip';

/** @throws SyncError `REMOTE_PROTOCOL` when it is not GitHub's own: the token goes along */
function uploadUrl(
  { site }: GitHubRepository,
  template: string,
  query: Readonly<Record<string, string>>,
): string {
  const url = new URL(template.replace(/\{.*\}$/, ''));
  const own = new URL(site.origin);
  const isOwn = url.hostname === own.hostname || url.hostname.endsWith(`.${own.hostname}`);
  if (!isOwn || url.protocol !== own.protocol)
    throw new SyncError(
      'REMOTE_PROTOCOL',
      `GitHub sends uploads to ${url.origin}, which is not ${site.origin}.`,
    );
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

const retryable = (error: SyncError) =>
  new SyncError(error.code, error.message, { data: { ...error.data, retryable: true } });

const messageOf = (json: unknown): string =>
  typeof json === 'object' && json !== null && 'message' in json && typeof json.message === 'string'
    ? json.message
    : '';

const published = (
  { tag_name, draft, prerelease, html_url }: GitHubRelease,
  assets: readonly Asset[],
): PublishedRelease => ({
  tag: tag_name,
  draft,
  prerelease,
  page: html_url,
  files: assets
    .filter(({ state }) => state === 'uploaded')
    .map(({ name, size, browser_download_url }) => ({ name, size, url: browser_download_url })),
});
