/**
 * Which paths are merged in another way than their kind is: `rules.merge` of `.modsync.json`, and below it the `merge=`
 * attribute. A value is a driver's name, or `local` or `remote`, which then answers every conflict in these paths.
 */
import { SyncError } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import { matchesAny } from '../assets/parts.ts';
import type { Project } from '../project/Project.ts';
import { PROJECT_FILE, parseProjectFile } from '../project/projectFile.ts';

/** Asked once for each merge, with all paths that both sides changed. */
export type MergeRules = (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;

const NAMED = ['text', 'union', 'json', 'ini', 'plugin', 'ba2', 'binary'];
const NAMES = [...NAMED, 'local', 'remote'];

/** @throws SyncError `INVALID_CONFIG` for a rule that names nothing known */
export function mergeRulesOf(project: Project): MergeRules {
  return async (paths) => {
    const ruled = new Map<string, string>();
    if (paths.length === 0) return ruled;
    const attributes = await project.repository.attributes(paths);
    paths.forEach((path, at) => {
      const value = attributes[at]?.get('merge');
      // of another program's driver nothing is known here; `-merge` keeps stock Git from merging as text, no more
      if (typeof value === 'string' && NAMED.includes(value)) ruled.set(path, value);
    });
    for (const [pattern, value] of await rulesIn(project)) {
      const matches = matchesAny([pattern], true);
      for (const path of paths) if (matches(path)) ruled.set(path, value);
    }
    return ruled;
  };
}

async function rulesIn({ host, folder }: Project): Promise<[pattern: string, value: string][]> {
  const bytes = await host.disk.read(join(folder, PROJECT_FILE));
  const merge = bytes && parseProjectFile(bytes).rules.merge;
  if (merge === undefined) return [];
  const rules = typeof merge === 'object' && merge !== null ? Object.entries(merge) : [];
  const odd = rules.find(([, value]) => !NAMES.includes(value));
  if (typeof merge !== 'object' || odd)
    throw new SyncError(
      'INVALID_CONFIG',
      `${PROJECT_FILE}: rules.merge ${odd ? `says ${JSON.stringify(odd[1])} for ${odd[0]}; it can say one of ${NAMES.join(', ')}` : 'is a list of patterns, such as { "MCM/**": "remote" }'}.`,
    );
  return rules;
}
