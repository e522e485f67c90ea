/** Which names a ref may have. Source: git-check-ref-format(1). */
import { SyncError } from '../shared/errors.ts';

const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{/;

export function isRefName(name: string): boolean {
  if (name === '' || name === '@' || FORBIDDEN.test(name) || name.endsWith('.')) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** `refs/…` below the repository, or one of the names like `HEAD` and `ORIG_HEAD` beside it. */
export const isFullRefName = (name: string): boolean =>
  /^[A-Z_]+$/.test(name) || (name.startsWith('refs/') && isRefName(name));

/** @throws SyncError `INVALID_INPUT` */
export function checkRefName(name: string): void {
  if (isFullRefName(name)) return;
  throw new SyncError('INVALID_INPUT', `"${name}" is not a name that Git allows for a branch or tag.`, {
    data: { ref: name },
  });
}
