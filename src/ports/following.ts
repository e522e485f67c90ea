import type { ProjectId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';

/** Who tells of what happens to a project whose history is elsewhere: written by whoever can push. */
export interface HintSource {
  /** A relay's address. */
  readonly relay: string;
  /** As the relay knows it. */
  readonly projectId: ProjectId;
  /** Follows this feed and opens nothing else: it lies in the project itself. */
  readonly key: string;
}

export interface FollowRequest {
  /** Of a relay at which this user may make projects. */
  readonly relay: string;
  readonly projectId: ProjectId;
  readonly name: string;
  /** `main`. */
  readonly branch: string;
}

export interface Followed {
  /** What the project is to keep, for everyone's copies. */
  readonly hints: HintSource;
  /** `OWNER/NAME`. */
  readonly repository: string;
  /** The host has reached the relay. */
  readonly heard: boolean;
  /** Where a person sees what the host delivered. */
  readonly settingsUrl: string;
}

/** A relay that tells of what happens at a Git host, because the host tells it. Making it again makes new secrets. */
export interface Following {
  /**
   * @throws SyncError `INVALID_CONFIG` where the host cannot reach the relay; `ACCESS_DENIED` at either of them, with what
   * is missing; nothing that is half made does harm
   */
  follow(request: FollowRequest, options?: CallOptions): Promise<Followed>;
  /** Whether the relay is there and takes the project's key. @throws SyncError that says why not */
  check(hints: HintSource, options?: CallOptions): Promise<void>;
  /** What is gone already is no error. @returns what could not be ended, in words */
  unfollow(hints: HintSource, options?: CallOptions): Promise<readonly string[]>;
}
