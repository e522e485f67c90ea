/**
 * Which parts of a project a working copy has: `lfs.fetchinclude` and `lfs.fetchexclude`, so that git-lfs agrees. What
 * is left out is a pointer on disk. Patterns are those of `.gitignore`. Source: git-lfs-fetch(1), "Include and exclude".
 */
import { parsePathPattern, patternSubject } from '../../git/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { parentOf } from '../../shared/paths.ts';
import type { Project } from '../project/Project.ts';

export interface Parts {
  /** Empty: everything. */
  readonly only: readonly string[];
  readonly without: readonly string[];
}

export interface PartsFilter extends Parts {
  /** Nothing is left out. */
  readonly isWhole: boolean;
  wants(path: string): boolean;
}

export async function partsOf(project: Project): Promise<PartsFilter> {
  const { include: only, exclude: without } = await project.lfs();
  const { repository } = project;
  const ignoreCase = repository.config.getBool('core.ignorecase') ?? false;
  const isIncluded = matchesAny(only, ignoreCase);
  const isExcluded = matchesAny(without, ignoreCase);
  return {
    only,
    without,
    isWhole: only.length === 0 && without.length === 0,
    wants: (path) => (only.length === 0 || isIncluded(path)) && !isExcluded(path),
  };
}

/** @throws SyncError `INVALID_INPUT` for an exception: among what a person names once, it would go unheard */
export async function patternTest(
  { repository: { config } }: Project,
  patterns: readonly string[],
): Promise<(path: string) => boolean> {
  const negative = patterns.find((pattern) => pattern.startsWith('!'));
  if (negative !== undefined)
    throw new SyncError('INVALID_INPUT', `The pattern "${negative}" begins with "!": name what you mean.`, {
      data: { pattern: negative },
    });
  await config.refresh();
  return matchesAny(patterns, config.getBool('core.ignorecase') ?? false);
}

/** A path matches a pattern when it, or a folder that it is in, does. */
export function matchesAny(patterns: readonly string[], ignoreCase: boolean): (path: string) => boolean {
  const parsed = patterns
    .map((pattern) => parsePathPattern(pattern, '', ignoreCase))
    // git-lfs knows no exceptions here: a pattern that begins with "!" matches nothing
    .filter(({ negative }) => !negative);
  const folders = new Map<string, boolean>();
  const test = (path: string, isFolder: boolean): boolean => {
    const subject = patternSubject(path, isFolder, ignoreCase);
    return parsed.some((pattern) => pattern.matches(subject));
  };
  const isFolderMatched = (folder: string): boolean => {
    if (folder === '') return false;
    let matched = folders.get(folder);
    if (matched === undefined) {
      matched = isFolderMatched(parentOf(folder)) || test(folder, true);
      folders.set(folder, matched);
    }
    return matched;
  };
  return (path) => isFolderMatched(parentOf(path)) || test(path, false);
}

/** As configuration keys for the repository's own file. @throws SyncError `INVALID_INPUT` */
export function partsConfig({
  only,
  without,
}: Parts): readonly (readonly [key: string, value: string | undefined])[] {
  return [
    ['lfs.fetchinclude', listOf(only)],
    ['lfs.fetchexclude', listOf(without)],
  ];
}

function listOf(patterns: readonly string[]): string {
  for (const pattern of patterns) {
    const why = pattern.includes(',')
      ? 'has a comma, which separates patterns'
      : pattern.startsWith('!')
        ? 'begins with "!": name what to leave out with --without'
        : /^\.\//.test(pattern) || pattern.trim() === ''
          ? 'matches nothing: patterns are as in .gitignore'
          : undefined;
    if (why) throw new SyncError('INVALID_INPUT', `The pattern "${pattern}" ${why}.`, { data: { pattern } });
  }
  return patterns.join(',');
}
