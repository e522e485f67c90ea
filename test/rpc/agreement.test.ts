/**
 * The contract's schemas and the engine's own types say the same, member by member: where they do not, this file does
 * not compile, and the error names the call.
 */

import type { z } from 'zod';
import type { CloudSyncEngine } from '../../src/index.ts';
import type { Channel, Contract, channels, Result, Written } from '../../src/shared/contract/index.ts';
import type { CallOptions } from '../../src/shared/progress.ts';

/** The names of all members, at every depth; whether they can be left out, and what text they hold, does not count. */
type Shape<T> = T extends string | number | boolean | undefined
  ? 'plain'
  : T extends readonly (infer Item)[]
    ? readonly Shape<Item>[]
    : { readonly [Name in keyof T]-?: Shape<NonNullable<T[Name]>> };

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

type Engine<Name extends Channel> = (typeof channels)[Name] extends infer Method extends keyof CloudSyncEngine
  ? CloudSyncEngine[Method]
  : never;

/** Without what travels beside the arguments. */
type Plain<T> =
  Exclude<T, undefined> extends infer One
    ? One extends CallOptions
      ? Omit<One, keyof CallOptions>
      : One
    : never;

/** A subscription's callback does not travel; a folder can be a function only in process. */
type NotAlike =
  | 'subscribe-to-changes'
  | 'unsubscribe-from-changes'
  | 'subscribe-to-activity'
  | 'join-project';
type Alike = Exclude<Channel, NotAlike | 'broadcast-change'>;

type DifferentResults = {
  [Name in Alike]: Engine<Name> extends (...args: never) => Promise<infer Data>
    ? Same<Shape<Exclude<Data, void>>, Shape<Exclude<Result<Name>, undefined>>> extends true
      ? never
      : Name
    : Name;
}[Alike];

type Input<Name extends Channel> = Required<Written<z.input<Contract[Name]['input']>>>;
type DifferentInputs = {
  [Name in Alike]: Engine<Name> extends (...args: infer Given) => unknown
    ? {
        [At in keyof Input<Name> & `${number}`]: At extends keyof Required<Given>
          ? Same<Shape<Plain<Required<Given>[At]>>, Shape<Input<Name>[At]>> extends true
            ? never
            : `${Name}, argument ${At}`
          : `${Name}, argument ${At}`;
      }[keyof Input<Name> & `${number}`]
    : Name;
}[Alike];

/** `true`, or the names of what differs. */
type Agreed<Different> = [Different] extends [never] ? true : Different;

test('the contract says what the engine takes and answers', () => {
  const results: Agreed<DifferentResults> = true;
  const inputs: Agreed<DifferentInputs> = true;
  expect([results, inputs]).toEqual([true, true]);
});
