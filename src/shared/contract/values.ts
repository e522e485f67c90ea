/**
 * The schemas of what crosses the contract, for the values of shared/types.ts, by subject. They are strict, and know no
 * `undefined`: a member is there or it is not, as in JSON.
 */
export * from './values/assets.ts';
export * from './values/changes.ts';
export * from './values/conflicts.ts';
export * from './values/names.ts';
export * from './values/people.ts';
export * from './values/syncs.ts';
