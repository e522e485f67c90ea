/** Versions of releases. Source: semver.org 2.0.0. */
import { SyncError } from '../../shared/errors.ts';

const PATTERN =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

export const isVersion = (text: string): boolean =>
  PATTERN.test(text) && !identifiers(text).some((part) => /^0\d+$/.test(part));

/** `v1.2.0` and `1.2.0` are one. @throws SyncError `INVALID_INPUT` */
export function parseVersion(typed: string): string {
  const version = typed.replace(/^v/, '');
  if (isVersion(version)) return version;
  throw new SyncError(
    'INVALID_INPUT',
    `"${typed}" is not a version. Write three numbers, as in 1.2.0, or 1.2.0-beta.1 for one before it.`,
    { data: { version: typed } },
  );
}

export const isPrerelease = (version: string): boolean => version.includes('-');

const identifiers = (version: string): string[] => PATTERN.exec(version)?.[4]?.split('.') ?? [];

/** Below zero when `a` comes before `b`. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [PATTERN.exec(a), PATTERN.exec(b)];
  for (const part of [1, 2, 3]) {
    const difference = Number(x?.[part]) - Number(y?.[part]);
    if (difference !== 0) return difference;
  }
  const [before, after] = [identifiers(a), identifiers(b)];
  // a version comes after all that lead to it
  if (before.length === 0 || after.length === 0) return after.length - before.length;
  for (let at = 0; at < Math.max(before.length, after.length); at++) {
    const [left, right] = [before[at], after[at]];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (left === right) continue;
    const [leftNumber, rightNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
    if (leftNumber && rightNumber) return Number(left) - Number(right);
    if (leftNumber !== rightNumber) return leftNumber ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return 0;
}
