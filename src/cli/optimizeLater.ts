/**
 * V8 compiles what runs often a second time, on another thread. A command is over before that has paid for itself: a
 * sync of a thousand assets spent a fifth of its processor time there, which its relay or Git could have used. So it
 * begins a few times later; what really goes on is optimized all the same. Flags by V8's major version: it complains
 * aloud of one that it does not know.
 */
import { setFlagsFromString } from 'node:v8';

const FLAGS: Readonly<Record<string, string>> = {
  11: '--interrupt-budget=400000',
  12: '--invocation-count-for-turbofan=20000',
  13: '--invocation-count-for-turbofan=20000',
};

export function optimizeLater(): void {
  const flag = FLAGS[process.versions.v8.split('.')[0] ?? ''];
  if (flag !== undefined) setFlagsFromString(flag);
}
