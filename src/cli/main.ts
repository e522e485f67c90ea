#!/usr/bin/env node
/**
 * The `modsync` command. program.ts lists the commands and what they take; each lives in commands/ and is loaded when
 * it is called. This file is the edge to the process: arguments, signals, the exit code.
 */
import { SyncError } from '../shared/errors.ts';
import { EXIT } from './exit.ts';
import { processTerminal } from './terminal.ts';
import { tuneV8 } from './tuneV8.ts';

const argv = process.argv.slice(2);
// a relay and a watch run for days, and pay for slow code all along
tuneV8(!argv.includes('serve') && !argv.includes('watch'));

const interruption = new AbortController();
let exitCode: number | undefined;

function interrupt(signal: NodeJS.Signals): void {
  const code = signal === 'SIGTERM' ? 143 : EXIT.interrupted;
  // whoever asks twice does not want to wait for a clean end
  if (interruption.signal.aborted) process.exit(code);
  exitCode = code;
  interruption.abort(
    new SyncError('ABORTED', 'Stopped before it was done. Nothing is lost; run it again to go on.'),
  );
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);

// `modsync history | head` is no failure
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });

const terminal = processTerminal();
const answered = argv.includes('status')
  ? await (await import('./quickStatus.ts')).quickStatus(argv, terminal)
  : undefined;
const code =
  answered ?? (await (await import('./program.ts')).runProgram(argv, terminal, interruption.signal));
const last = code === EXIT.interrupted ? (exitCode ?? code) : code;
// on a pipe of Windows, writes are still on their way
process.stdout.write('', () => process.stderr.write('', () => process.exit(last)));
