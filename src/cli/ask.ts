/** A question on the terminal. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { throwIfAborted } from '../shared/errors.ts';
import type { Terminal } from './terminal.ts';

/** @param secret what is typed does not show */
export async function askOn(
  { input, err }: Terminal,
  question: string,
  signal: AbortSignal,
  secret: boolean,
): Promise<string> {
  let silent = false;
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!silent) err.write(String(chunk));
      done();
    },
  });
  const lines = createInterface({ input, output, terminal: true });
  // readline takes Ctrl-C for itself on a terminal
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = lines.question(question, { signal });
    silent = secret;
    return (await answer).trim();
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    lines.close();
    if (secret) err.write('\n');
  }
}
