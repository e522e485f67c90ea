/** The three-way merge of what kind of file a path is. */
import type { FileMode } from '../shared/git.ts';

/** `undefined`: both changed it, to different kinds. */
export function mergeModes(
  base: FileMode | undefined,
  ours: FileMode,
  theirs: FileMode,
): FileMode | undefined {
  if (ours === theirs || base === theirs) return ours;
  return base === ours ? theirs : undefined;
}
