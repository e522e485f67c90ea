import type { CommitId, Oid } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';

/** A file for players, read again from any place when an upload goes on. */
export interface ReleaseFile {
  readonly name: string;
  /** Bytes; more than none. */
  readonly size: number;
  readonly sha256: Oid;
  open(start?: number): AsyncIterable<Uint8Array>;
}

export interface NewRelease {
  /** The remote has it. */
  readonly tag: string;
  readonly commitId: CommitId;
  readonly title: string;
  /** Markdown. */
  readonly notes: string;
  readonly prerelease: boolean;
  readonly files: readonly ReleaseFile[];
}

export interface PublishedRelease {
  readonly tag: string;
  /** Only members see it. */
  readonly draft: boolean;
  readonly prerelease: boolean;
  /** Where a browser finds it. */
  readonly page: string;
  /** Whole ones. */
  readonly files: readonly { readonly name: string; readonly size: number; readonly url: string }[];
}

/** Who sees releases that are no drafts. */
export type ReleaseAudience = 'public' | 'members';

/** Releases at the place that hosts the project, for players to download. Errors: `ACCESS_DENIED`, `NO_SPACE`, … */
export interface Releases {
  /** Bytes that one file may have. */
  largestFile(options?: CallOptions): Promise<number>;
  /** Drafts too. */
  list(options?: CallOptions): Promise<PublishedRelease[]>;
  /**
   * Brings the release there, as a draft; one that is out stays so, if it is the same. Killed, the next call goes on:
   * files that are whole are recognised, others are continued or replaced. `onProgress` counts all bytes, phase `upload`.
   * @returns it, with all files whole
   * @throws SyncError `RELEASE_REFUSED` when another one of this tag is out
   */
  upload(release: NewRelease, options?: CallOptions): Promise<PublishedRelease>;
  /** Lets it out, or makes it a draft again. @throws SyncError `NOT_FOUND`; `RELEASE_REFUSED` when it is not whole */
  setDraft(tag: string, draft: boolean, options?: CallOptions): Promise<PublishedRelease>;
  /** Left out where something else decides it. @throws SyncError `ACCESS_DENIED`: only the owner may */
  setAudience?(audience: ReleaseAudience, options?: CallOptions): Promise<void>;
}
