/** What a project's Git URL says about who serves it. */
import { SyncError } from '../shared/errors.ts';
import { isProjectId, type ProjectId } from '../shared/ids.ts';

export interface RemoteAddress {
  /** Without credentials, query or a slash at the end. */
  readonly url: string;
  /** `http://127.0.0.1:7460`: what credentials are kept under. */
  readonly origin: string;
  /** Of a relay's URL, `origin/<projectId>.git`; any other Git host has longer paths, or names that are no ids. */
  readonly projectId?: ProjectId;
  /** User and password that the URL carried, as `git` accepts them. */
  readonly credentials?: { readonly user: string; readonly password: string };
}

/** @throws SyncError `INVALID_CONFIG` for anything but http and https */
export function parseRemoteUrl(text: string): RemoteAddress {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new SyncError(
      'INVALID_CONFIG',
      'The remote must have an http or https URL, such as https://relay.example/my-mod.git. Change it with: git remote set-url origin URL',
    );
  const user = decoded(parsed.username);
  const password = decoded(parsed.password);
  if (user === undefined || password === undefined)
    throw new SyncError(
      'INVALID_CONFIG',
      'The user or password in the remote URL is not one: it has a line break, a NUL or a broken escape. Change it with: git remote set-url origin URL',
    );
  const path = parsed.pathname.replace(/\/+$/, '');
  const id = /^\/([^/]+)\.git$/.exec(path)?.[1];
  return {
    url: parsed.origin + path,
    origin: parsed.origin,
    ...(id !== undefined && isProjectId(id) && { projectId: id }),
    ...((user || password) && { credentials: { user, password } }),
  };
}

/** `undefined` for what could end a line where it is written: in a header, or to a credential helper. */
function decoded(part: string): string | undefined {
  try {
    const plain = decodeURIComponent(part);
    return /[\r\n\0]/.test(plain) ? undefined : plain;
  } catch {
    return undefined;
  }
}
