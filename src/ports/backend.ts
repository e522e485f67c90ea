import type { Host } from '../platform/index.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import type { BackendName } from '../shared/types.ts';
import type { HintSource } from './following.ts';
import type { Remote } from './remote.ts';

/** Where a project is hosted, as its working copies need to know it. */
export interface Hosting {
  /** Left out where only the project itself can say. */
  readonly projectId?: ProjectId;
  readonly name: string;
  /** The project's Git URL, which stock Git can clone. */
  readonly gitUrl: string;
  readonly branch: string;
  /** Kept in the working copy's Git configuration, where the URL does not say it. */
  readonly backend?: BackendName;
}

export interface NewHosting {
  /** `self-hosted` unless given. */
  readonly backend?: BackendName;
  /** The service's own address, such as `http://127.0.0.1:7460`; a backend may have one of its own. */
  readonly endpoint?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly projectId: ProjectId;
  readonly name: string;
  readonly branch: string;
  /** At GitHub: `[OWNER/]NAME`. */
  readonly repository?: string | undefined;
  readonly isPrivate?: boolean | undefined;
  readonly description?: string | undefined;
  /** The remote that the project has already, of a try that was broken off. */
  readonly remote?: string | undefined;
}

/** Git's configuration, read. A key is `section.name` or `section.subsection.name`. */
export interface GitSettings {
  /** The last value. */
  get(key: string): string | undefined;
  getAll(key: string): readonly string[];
  /** All keys that are set, sections and names in lowercase. */
  keys(): readonly string[];
}

/** What a backend may want to know of the working copy that it is for. */
export interface WorkingCopy {
  /** A disk path. */
  readonly folder: string;
  /** Git's configuration, as of now. */
  settings(): Promise<GitSettings>;
  /**
   * The lines of the project's `.lfsconfig`, keys normalised: written by whoever can push. Of a clone under way, as
   * the history that has just come has it.
   */
  lfsConfig(): Promise<readonly { readonly key: string; readonly value: string }[]>;
  /** The branch that is checked out, `refs/heads/main`. */
  branch(): Promise<string | undefined>;
  /** What the project's file says, as of now; `undefined` while there is none, or none that can be read. */
  project(): Promise<{ readonly projectId: ProjectId; readonly hints?: HintSource } | undefined>;
}

export interface ConnectOptions {
  readonly backend: BackendName;
  /** The project's Git URL, such as `http://127.0.0.1:7460/lootman-ab12.git`. */
  readonly url: string;
  /** Used instead of what `host.keys` holds for the URL's origin. */
  readonly apiKey?: string | undefined;
  /** The working copy, where there is one or is about to be. */
  readonly workingCopy?: WorkingCopy;
  /** Names this device in the hints that its pushes cause, so that it can drop its own. */
  readonly device: string;
  /** How others see this person. */
  readonly name?: string;
}

/** What the engine asks of the backends: a remote for a URL, and a place for a new project. */
export interface Backends {
  /**
   * What Git is to know of an address that somebody typed or pasted: the project's own, without the secrets that the
   * service has a better place for. Makes no request.
   */
  addressOf(host: Host, url: string): Promise<{ readonly gitUrl: string; readonly backend?: BackendName }>;
  /** Makes no request: the first use of a port does. @throws SyncError `INVALID_CONFIG` */
  connect(host: Host, options: ConnectOptions): Promise<Remote>;
  /** A project that is the caller's already is a success. @throws SyncError `PROJECT_EXISTS`, `ACCESS_DENIED` */
  createProject(host: Host, project: NewHosting, options?: CallOptions): Promise<Hosting>;
  /** Makes this user a member, and keeps the credentials that come with it. @throws SyncError `INVALID_INVITE` */
  acceptInvite(
    host: Host,
    invite: string,
    name: string,
    options?: CallOptions & { readonly apiKey?: string | undefined },
  ): Promise<Hosting>;
}
