/** Subscribers to a project's changes, with their filters. */
import picomatch from 'picomatch';
import type { ChangeFilters, ProjectChange } from '../shared/types.ts';

export type ChangeCallback = (change: ProjectChange) => void;

/** A filter that is left out lets everything pass; a change without paths passes every path filter. */
export function changeFilter({
  paths,
  kinds,
  authors,
}: ChangeFilters = {}): (change: ProjectChange) => boolean {
  const onPath = paths && picomatch([...paths], { dot: true, nocase: true });
  return (change) => {
    if (kinds && !kinds.includes(change.kind)) return false;
    if (authors && !authors.includes(change.author)) return false;
    if (!onPath || !change.paths || change.paths.length === 0) return true;
    return change.pathsTruncated === true || change.paths.some(({ path }) => onPath(path));
  };
}

const REMEMBERED = 1000;

/** A hint can come more than once over the wire, after a reconnect for one; the caller gets it once. */
export function onceEach(): (change: ProjectChange) => boolean {
  const seen = new Set<string>();
  return ({ changeId }) => {
    if (seen.has(changeId)) return false;
    seen.add(changeId);
    if (seen.size > REMEMBERED) for (const oldest of seen) return seen.delete(oldest);
    return true;
  };
}
