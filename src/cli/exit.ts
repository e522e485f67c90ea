/** What the exit code of a command says. Scripts rely on these. */
import { SyncError } from '../shared/errors.ts';

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  conflicts: 3,
  /** 128 + SIGINT, as shells expect it. */
  interrupted: 130,
} as const;

/** The command line itself is wrong; `message` says how to put it right. */
export class UsageError extends SyncError {
  constructor(message: string) {
    super('INVALID_INPUT', message);
  }
}

export function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (signal.aborted) return EXIT.interrupted;
  if (error instanceof SyncError && error.code === 'CONFLICTS_DETECTED') return EXIT.conflicts;
  return EXIT.failed;
}
