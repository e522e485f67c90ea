/** The boundary: what a caller sent becomes arguments, or one error that lists every fault. */
import type { z } from 'zod';
import { type Arguments, type Channel, channels, contract } from '../shared/contract/index.ts';
import { SyncError } from '../shared/errors.ts';

/** Characters of all arguments of one call, as JSON. */
const LARGEST = 16 << 20;
const MOST_FAULTS = 100;
const LONGEST_FAULT = 300;

/** @throws SyncError `INVALID_INPUT` */
export function checkChannel(channel: unknown): Channel {
  if (typeof channel === 'string' && Object.hasOwn(channels, channel)) return channel as Channel; // a key of it
  const called = typeof channel === 'string' ? `"${clipped(channel)}"` : 'That';
  throw new SyncError('INVALID_INPUT', `${called} is no call of the contract.`);
}

/** @throws SyncError `INVALID_INPUT`, with every fault in its message and in `data.faults` */
export function checkInput<Name extends Channel>(channel: Name, given: unknown): Arguments<Name> {
  const { input, takes } = contract[channel];
  const parsed = input.safeParse(plainArguments(given));
  if (parsed.success) return parsed.data as Arguments<Name>; // what this channel's own schema gives
  throw invalid(
    channel,
    parsed.error.issues.map((issue) => fault(issue, takes)),
  );
}

/**
 * Only what JSON can carry, so that a call has the same answer on every way it comes. A place that holds `null` counts
 * as left out: JSON knows no `undefined` in a list.
 */
function plainArguments(given: unknown): unknown[] {
  let text: string | undefined;
  try {
    text = JSON.stringify(given);
  } catch (error) {
    throw new SyncError('INVALID_INPUT', 'The arguments are no plain values: they cannot be sent.', {
      cause: error,
    });
  }
  if (text !== undefined && text.length > LARGEST)
    throw new SyncError('INVALID_INPUT', `The arguments are too large: at most ${LARGEST >> 20} MiB.`);
  const plain: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!Array.isArray(plain)) throw new SyncError('INVALID_INPUT', 'The arguments must be a list.');
  const args = plain.map((value: unknown) => (value === null ? undefined : value));
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return args;
}

function fault(issue: z.core.$ZodIssue, takes: readonly string[]): string {
  const [at, ...inside] = issue.path;
  if (at === undefined) return `it takes ${takes.join(', ')}: ${clipped(issue.message)}`;
  const name = takes[Number(at)] ?? `argument ${Number(at) + 1}`;
  return clipped(`${[name, ...inside.map(String)].join('.')}: ${issue.message}`);
}

function invalid(channel: Channel, faults: readonly string[]): SyncError {
  const told = faults.slice(0, MOST_FAULTS);
  const more = faults.length - told.length;
  const words = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return new SyncError('INVALID_INPUT', `${channel}: ${words}`, { data: { faults: told } });
}

const clipped = (text: string) => (text.length > LONGEST_FAULT ? `${text.slice(0, LONGEST_FAULT)}…` : text);
