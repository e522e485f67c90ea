/**
 * What travels between an owner and its clients, one JSON object a line. The first line of a client is a `Hello`, which
 * is answered by a `Welcome`; then calls and their ends, in any order, and events.
 */
import type { Answer, Channel } from '../shared/contract/index.ts';
import type { ErrorBody } from '../shared/errors.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { Progress } from '../shared/progress.ts';
import type { ProjectChange } from '../shared/types.ts';

/** Grows with every change that a client of the version before would not understand. */
export const PROTOCOL = 1;

/** Beside the project's lock, readable by its owner only: says where the owner listens, and lets clients in. */
export const OWNER_FILE = 'owner.json';
export const OWNER_LOCK = 'owner.lock';
export const OWNER_SOCKET = 'owner.sock';

export interface OwnerFile {
  readonly protocol: number;
  /** What a person calls the program and its version. */
  readonly program: string;
  readonly projectId: ProjectId;
  readonly address: string;
  readonly token: string;
}

export interface Hello {
  readonly protocol: number;
  readonly token: string;
}

export type Welcome = Answer<{ readonly projectId: ProjectId }>;

export type Request =
  | { readonly id: number; readonly call: Channel; readonly args: readonly unknown[] }
  | { readonly id: number; readonly abort: true };

export type Message =
  | (Answer<unknown> & { readonly id: number })
  | { readonly id: number; readonly progress: Progress }
  | { readonly event: SessionEvent };

/** What a session tells by itself. */
export type SessionEvent =
  | { readonly name: 'change'; readonly subscriptionId: string; readonly change: ProjectChange }
  | { readonly name: 'activity'; readonly subscriptionId: string; readonly activity: ActivityOnWire };

/** `ActivityEvent` of the engine. */
export type ActivityOnWire = { readonly type: string; readonly projectId: ProjectId };

export const failed = (error: ErrorBody): Answer<never> => ({ success: false, error });

/** @returns the object on the line; `undefined` where it is none */
export function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    // any object can be looked into by name
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** As far as it can be read: another version may have written it. */
export function parseOwnerFile(bytes: Uint8Array | undefined): Partial<OwnerFile> | undefined {
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
