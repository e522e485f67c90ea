/** The command line in this process: what a person types, what they see, and the exit code. */
import { Readable } from 'node:stream';
import { runProgram } from '../../src/cli/program.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { temporaryFolder } from './host.ts';

export interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Of `--json`: the one object. */
  readonly json: { success: boolean; data?: unknown; error?: { code: string; message: string } };
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever the command answers
  readonly data: any;
}

export interface User {
  readonly home: string;
  type(...words: string[]): Promise<Told>;
  /** With what stands on standard input. */
  typeWith(input: string, ...words: string[]): Promise<Told>;
  /** Goes on until the signal ends it; `line` is called for each line of output. */
  follow(words: readonly string[], signal: AbortSignal, line: (text: string) => void): Promise<Told>;
}

/** What a command line may have around it. */
export interface Around {
  readonly environment: Terminal['environment'];
  /** What stands on standard input. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Called for each line of output. */
  readonly line?: (text: string) => void;
}

/** One command line, to its end. */
export async function runCommand(
  words: readonly string[],
  { environment, input = '', signal = new AbortController().signal, line = () => undefined }: Around,
): Promise<Told> {
  let out = '';
  let err = '';
  const terminal: Terminal = {
    out: {
      write: (text) => {
        out += text;
        text.split('\n').filter(Boolean).forEach(line);
      },
    },
    err: { write: (text) => (err += text) },
    input: Readable.from(input ? [Buffer.from(input)] : []),
    environment,
  };
  const code = await runProgram(words, terminal, signal);
  return {
    code,
    out,
    err,
    get json() {
      return JSON.parse(out);
    },
    get data() {
      return JSON.parse(out).data;
    },
  };
}

/** @param environment beside `MODSYNC_HOME` and the user's name */
export function user(name: string, environment: Readonly<Record<string, string>> = {}): User {
  const home = temporaryFolder(`home-${name}`);
  const own = {
    MODSYNC_HOME: home,
    USER: name,
    GIT_CONFIG_GLOBAL: '',
    GIT_CONFIG_NOSYSTEM: '1',
    ...environment,
  };
  return {
    home,
    type: (...words) => runCommand(words, { environment: own }),
    typeWith: (input, ...words) => runCommand(words, { environment: own, input }),
    follow: (words, signal, line) => runCommand(words, { environment: own, signal, line }),
  };
}
