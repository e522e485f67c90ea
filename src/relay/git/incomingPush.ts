/**
 * A push that has arrived and not landed: its objects lie in git's quarantine, no ref has moved. Git's `pre-receive` hook
 * (hooks/relay/ of this package) tells of it over a channel that it has from us, and waits for the verdict. Without
 * one, because this process died for instance, it refuses.
 */
import type { Duplex } from 'node:stream';
import { isObjectId, type ObjectId } from '../../shared/ids.ts';

export interface IncomingPush {
  /** What its refs are to lead to; removed ones are not among it. */
  readonly targets: readonly ObjectId[];
  /** With this, a git sees the new objects too. */
  readonly environment: Readonly<Record<string, string>>;
}

/** @returns lines for the pusher, which refuse it; none lets it land */
export type Verdict = (push: IncomingPush) => Promise<readonly string[]>;

const REMOVED = '0'.repeat(40);

/** Listens for the hook's question, and answers it. Never throws. */
export async function answerHook(channel: Duplex, verdict: Verdict): Promise<void> {
  // A git that goes away is seen by its exit.
  channel.on('error', () => {});
  try {
    const push = await readQuestion(channel);
    if (push === undefined) {
      channel.end();
      return;
    }
    const complaints = push.targets.length === 0 ? [] : await verdict(push);
    channel.end(complaints.length === 0 ? 'ok\n' : complaints.map((line) => `${line}\n`).join(''));
  } catch {
    channel.end('The relay could not look through this push. Try again; its log says more.\n');
  } finally {
    // To its end: git counts as ended when all of its streams have.
    channel.resume();
  }
}

/** `undefined` when git ended without asking. */
async function readQuestion(channel: Duplex): Promise<IncomingPush | undefined> {
  const targets: ObjectId[] = [];
  const environment: Record<string, string> = {};
  let rest = '';
  channel.setEncoding('utf8');
  for await (const chunk of channel.iterator({ destroyOnReturn: false })) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') return { targets, environment };
      const value = line.slice(line.indexOf(' ') + 1);
      if (line.startsWith('target ')) {
        if (isObjectId(value) && value !== REMOVED) targets.push(value);
      } else if (value !== '')
        environment[
          line.startsWith('objects ') ? 'GIT_OBJECT_DIRECTORY' : 'GIT_ALTERNATE_OBJECT_DIRECTORIES'
        ] = value;
    }
  }
  return undefined;
}
