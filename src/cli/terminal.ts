/** The streams that a command talks to, and what is known of who sits there. */
import type { Readable } from 'node:stream';

export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Terminal {
  readonly out: Sink;
  readonly err: Sink;
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For what another program reads: bytes to the standard output, one piece after the other. */
  readonly writeBytes?: (bytes: Uint8Array) => Promise<void>;
}

export const processTerminal = (): Terminal => ({
  out: process.stdout,
  err: process.stderr,
  input: process.stdin,
  environment: process.env,
  writeBytes: (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
    }),
});

/** https://no-color.org; `FORCE_COLOR` is what Node itself goes by. */
export function hasColours(sink: Sink, environment: Terminal['environment']): boolean {
  if (environment.NO_COLOR) return false;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return sink.isTTY === true && environment.TERM !== 'dumb';
}

/** A person can be asked. */
export const isInteractive = ({ input, err }: Terminal): boolean =>
  input.isTTY === true && err.isTTY === true;
