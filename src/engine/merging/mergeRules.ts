/**
 * Which paths are merged in another way than their kind is: `rules.merge` of `.modsync.json`, and below it the `merge=`
 * attribute. A value is a driver's name, or `local` or `remote`, which then answers every conflict in these paths.
 */
import { DRIVERS, type Driver, driversWith, ownDrivers } from '../../merge/index.ts';
import { SyncError } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import { matchesAny } from '../assets/parts.ts';
import type { Project } from '../project/Project.ts';
import { PROJECT_FILE, parseProjectFile } from '../project/projectFile.ts';

export interface MergeRules {
  /** Asked once for each merge, with all paths that both sides changed. @throws SyncError `INVALID_CONFIG` */
  of(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Who is asked about a file, in this order. */
  drivers(rule: string | undefined): readonly Driver[];
}

const SIDES = ['local', 'remote'];
/** What only the table itself comes to; a rule cannot ask for it. */
const INNER = ['asset', 'large', 'not-text'];

export function mergeRulesOf(project: Project): MergeRules {
  const own = ownDrivers(project.mergeDrivers);
  const known = [...DRIVERS, ...own].map(({ name }) => name).filter((name) => !INNER.includes(name));
  return {
    async of(paths) {
      const ruled = new Map<string, string>();
      if (paths.length === 0) return ruled;
      const attributes = await project.repository.attributes(paths);
      paths.forEach((path, at) => {
        const value = attributes[at]?.get('merge');
        // of another program's driver nothing is known here; `-merge` keeps stock Git from merging as text, no more
        if (typeof value === 'string' && known.includes(value)) ruled.set(path, value);
      });
      for (const [pattern, value] of await rulesIn(project)) {
        const matches = matchesAny([pattern], true);
        for (const path of paths) if (matches(path)) ruled.set(path, value);
      }
      return ruled;
    },

    drivers(rule) {
      if (rule === undefined || SIDES.includes(rule)) return [...own, ...DRIVERS];
      return driversWith(INNER.includes(rule) ? 'binary' : rule, own);
    },
  };
}

/** The drivers for one file. */
export async function driversFor(project: Project, path: string): Promise<readonly Driver[]> {
  const rules = mergeRulesOf(project);
  return rules.drivers((await rules.of([path])).get(path));
}

async function rulesIn({ host, folder }: Project): Promise<[pattern: string, value: string][]> {
  const bytes = await host.disk.read(join(folder, PROJECT_FILE));
  const merge: unknown = bytes && parseProjectFile(bytes).rules.merge;
  if (merge === undefined) return [];
  const rules: [string, unknown][] = typeof merge === 'object' && merge !== null ? Object.entries(merge) : [];
  const isRule = (rule: [string, unknown]): rule is [string, string] => typeof rule[1] === 'string';
  if (typeof merge === 'object' && rules.every(isRule)) return rules;
  throw new SyncError(
    'INVALID_CONFIG',
    `${PROJECT_FILE}: rules.merge is a list of patterns with a driver or a side for each, such as { "MCM/**": "remote" }.`,
  );
}
