/**
 * What V8 takes for granted does not fit what we do. Flags by V8's major version: it complains aloud of one that it does
 * not know.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * Assets pass through in pieces of memory that V8 counts as its own: beside a heap of 14 MB they made it look at all of the
 * heap ten times for 200 MB, which took a third of a relay's processor time. With this it looks when the heap has grown
 * fivefold.
 */
const GROWTH = '--heap-growing-percent=400';

/**
 * V8 compiles what runs often a second time, on another thread. A command is over before that has paid for itself: a
 * sync of a thousand assets spent a fifth of its processor time there, which its relay or Git could have used. So it
 * begins a few times later; what really goes on is optimized all the same.
 */
const LATER: Readonly<Record<string, string>> = {
  11: '--interrupt-budget=400000',
  12: '--invocation-count-for-turbofan=20000',
  13: '--invocation-count-for-turbofan=20000',
};

/** @param isShort this process is over soon */
export function tuneV8(isShort: boolean): void {
  const later = LATER[process.versions.v8.split('.')[0] ?? ''];
  if (later === undefined) return;
  setFlagsFromString(GROWTH);
  if (isShort) setFlagsFromString(later);
}
