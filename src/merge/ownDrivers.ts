/** Drivers that somebody outside brings: checked, and kept from doing harm by what they throw or return. */
import { SyncError } from '../shared/errors.ts';
import type { FileMerge, MergeDriver } from '../shared/mergeDriver.ts';
import type { ContentOutcome, ContentsToMerge } from './contents.ts';
import { DRIVERS, type Driver, isReadable } from './drivers.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** What a rule can say besides a driver's name. */
const SIDES = ['local', 'remote'];

/** @throws SyncError `INVALID_CONFIG` for what is no driver, and for a name that is taken */
export function checkDrivers(drivers: readonly unknown[]): readonly MergeDriver[] {
  const taken = new Set([...DRIVERS.map(({ name }) => name), ...SIDES]);
  return drivers.map((driver) => {
    if (!isDriver(driver))
      throw refused(
        'a merge driver has a name of letters, digits, - and _, a merge function, and maybe claims',
      );
    if (taken.has(driver.name))
      throw refused(`the name "${driver.name}" is taken: give the driver another one`);
    taken.add(driver.name);
    return driver;
  });
}

const refused = (why: string) => new SyncError('INVALID_CONFIG', `mergeDrivers: ${why}.`);

function isDriver(value: unknown): value is MergeDriver {
  if (typeof value !== 'object' || value === null) return false;
  const { name, claims, merge } = value as Partial<Record<keyof MergeDriver, unknown>>; // looked at below
  if (typeof name !== 'string' || !NAME.test(name)) return false;
  return typeof merge === 'function' && (claims === undefined || typeof claims === 'function');
}

/** As the table takes them. */
export const ownDrivers = (drivers: readonly MergeDriver[]): Driver[] => drivers.map(wrapped);

function wrapped(driver: MergeDriver): Driver {
  const merge = (input: ContentsToMerge): ContentOutcome | undefined => {
    const { path, base, ours, theirs, decideHunk } = input;
    try {
      return checked(driver, driver.merge({ path, base, ours, theirs, decideHunk }));
    } catch (error) {
      return failed(driver, error instanceof Error ? error.message : String(error));
    }
  };
  return {
    name: driver.name,
    claims: (input) => isReadable(input) && claims(driver, input.path),
    merge,
    mergeAdded: merge,
  };
}

/** One that fails at this will say why when it is asked to merge. */
function claims(driver: MergeDriver, path: string): boolean {
  try {
    return driver.claims?.(path) === true;
  } catch {
    return false;
  }
}

function checked(driver: MergeDriver, answer: FileMerge | undefined): ContentOutcome | undefined {
  if (answer === undefined) return undefined;
  if ('merged' in answer)
    return answer.merged instanceof Uint8Array
      ? { merged: answer.merged }
      : failed(driver, 'what it merged are no bytes');
  if (typeof answer.conflict !== 'string')
    return failed(driver, 'it gave neither a merged file nor a conflict');
  const { conflict, hunks = [] } = answer;
  if (hunks.some(({ number }, at) => number !== at + 1))
    return failed(driver, 'its places are not numbered from 1');
  return hunks.length > 0 ? { conflict, hunks } : { conflict };
}

const failed = ({ name }: MergeDriver, why: string): ContentOutcome => ({
  conflict: `Both of you changed this file, and the merge driver "${name}" failed: ${why}. Choose one side.`,
});
