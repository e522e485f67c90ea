/** Releases at a relay: a draft, its files each from where the last try ended, and then out. */
import { Retry } from '../assets/index.ts';
import type { NewRelease, PublishedRelease, ReleaseFile, Releases } from '../ports/index.ts';
import { SyncError } from '../shared/errors.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import { relayRoutes } from '../shared/wire/relay.ts';
import type { ReleaseInfo } from '../shared/wire/releases.ts';
import { connectionFailed, type RelayApi, refusal } from './relayApi.ts';
import { sendFile } from './sendFile.ts';

export interface RelayReleasesOptions {
  readonly api: RelayApi;
  readonly projectId: ProjectId;
  readonly token: () => Promise<string | undefined>;
  readonly fetch: typeof fetch;
}

const RETRY = { attempts: 6, baseMs: 250, maxMs: 10_000 };
/** A try that brought this much counts as one that got somewhere. Bytes. */
const SOMEWHERE = 1 << 20;

export function relayReleases({ api, projectId, token, fetch: send }: RelayReleasesOptions): Releases {
  const retry = new Retry(RETRY);

  async function sendOne(
    { tag }: NewRelease,
    file: ReleaseFile,
    received: () => Promise<number>,
    onBytes: (bytes: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let [before, here] = [0, 0];
    await retry.run(
      async () => {
        [before, here] = [here, await received()];
        onBytes(here);
        if (here === file.size) return;
        const secret = await token();
        let sent = here;
        const { status, json } = await sendFile(send, {
          method: 'PUT',
          url: `${api.origin}${relayRoutes.releaseUpload(projectId, tag, file.sha256)}?from=${here}`,
          headers: {
            'content-type': 'application/octet-stream',
            ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
          },
          size: file.size - here,
          content: file.open(here),
          signal,
          unreachable: (cause) => connectionFailed(api.origin, cause),
          onBytes: (length) => {
            sent += length;
            onBytes(sent);
          },
        });
        // somebody else sends the same: what is there has changed since it was asked for
        if (status === 409) throw retryable(refusal(api.origin, status, json));
        if (status !== 200) throw refusal(api.origin, status, json);
      },
      signal,
      () => here >= before + SOMEWHERE,
    );
  }

  return {
    largestFile: async (options) => (await api.releases(projectId, options)).largestFile,
    list: async (options) => (await api.releases(projectId, options)).releases.map(published),
    async upload(release, { signal, onProgress }: CallOptions = {}) {
      const { files } = release;
      const save = () => api.saveRelease(projectId, { ...release, files: files.map(listed) }, { signal });
      await save();
      const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
      let bytes = 0;
      for (const [at, file] of files.entries()) {
        const received = async () =>
          (await save()).files.find(({ sha256 }) => sha256 === file.sha256)?.received ?? 0;
        const onBytes = (sent: number) =>
          onProgress?.({
            phase: 'upload',
            files: at,
            totalFiles: files.length,
            bytes: bytes + sent,
            totalBytes,
          });
        await sendOne(release, file, received, onBytes, signal);
        bytes += file.size;
      }
      onProgress?.({ phase: 'upload', files: files.length, totalFiles: files.length, bytes, totalBytes });
      return published(await save());
    },
    setDraft: async (tag, draft, options) =>
      published(await api.setReleaseDraft(projectId, tag, draft, options)),
    setAudience: (audience, options) => api.setReleaseAudience(projectId, audience, options),
  };
}

const listed = ({ name, size, sha256 }: ReleaseFile) => ({ name, size, sha256 });

const retryable = (error: SyncError) =>
  new SyncError(error.code, error.message, { data: { ...error.data, retryable: true } });

const published = ({ tag, draft, prerelease, page, files }: ReleaseInfo): PublishedRelease => ({
  tag,
  draft,
  prerelease,
  page,
  files: files.flatMap(({ name, size, received, url }) => (received === size ? [{ name, size, url }] : [])),
});
