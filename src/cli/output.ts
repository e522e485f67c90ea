/**
 * The only place of the CLI that prints. A command returns an `Answer`; here it becomes text, or with `--json` one
 * object: `{ "success": true, "data": … }` or `{ "success": false, "error": { "code", "message" } }`.
 * Answers go to stdout; what goes wrong, and progress, to stderr (with `--json`, failures go to stdout too).
 */
import { styleText } from 'node:util';
import { errorBody } from '../shared/errors.ts';
import { shown } from './format.ts';
import { hasColours, type Terminal } from './terminal.ts';

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta';
/** Colours a piece of text, where the terminal has colours. */
export type Paint = (colour: Colour, text: string) => string;

/** What a command came to: the value for programs, the same in words for people. */
export interface Answer {
  readonly data: unknown;
  readonly text: (paint: Paint) => string | readonly string[];
  /** What the user should know although the command succeeded. */
  readonly warnings?: readonly string[];
  /** 0 unless told otherwise. */
  readonly exitCode?: number;
}

export interface Output {
  readonly json: boolean;
  readonly paint: Paint;
  answer(answer: Answer): void;
  /** Of a command that goes on: lines, or one object on one line, for each thing that happens. */
  event(data: unknown, lines: readonly string[]): void;
  /** Words beside the answer, for people only. */
  note(text: string): void;
  warn(text: string): void;
  failure(error: unknown): void;
  /** For what another program reads in its own format. */
  raw(text: string): void;
}

const success = (data: unknown) => ({ success: true, data });

const painter =
  (coloured: boolean): Paint =>
  (colour, text) =>
    coloured ? styleText(colour, text, { validateStream: false }) : text;

export function makeOutput(terminal: Terminal, json: boolean): Output {
  const { out, err, environment } = terminal;
  const paint = painter(hasColours(out, environment));
  const paintError = painter(hasColours(err, environment));
  const object = (value: unknown) => out.write(`${JSON.stringify(value)}\n`);
  const warn = (text: string) => err.write(`${paintError('yellow', 'warning:')} ${shown(text)}\n`);
  return {
    json,
    paint,
    answer({ data, text, warnings = [] }) {
      if (json) return void object(success(data));
      const lines = [text(paint)].flat();
      if (lines.length > 0) out.write(`${lines.join('\n')}\n`);
      for (const warning of warnings) warn(warning);
    },
    event(data, lines) {
      if (json) object(success(data));
      else for (const line of lines) out.write(`${line}\n`);
    },
    note: (text) => void (json || err.write(`${text}\n`)),
    warn: (text) => void (json || warn(text)),
    failure(error) {
      const { code, message } = errorBody(error);
      if (json) return void object({ success: false, error: { code, message } });
      err.write(`${paintError('red', 'error:')} ${shown(message)} ${paintError('dim', `(${code})`)}\n`);
      if (environment.MODSYNC_DEBUG && error instanceof Error) err.write(`${causes(error)}\n`);
    },
    raw: (text) => void out.write(text),
  };
}

function causes(error: Error): string {
  const own = shown(error.stack ?? error.message, { lines: true });
  return error.cause instanceof Error ? `${own}\ncaused by ${causes(error.cause)}` : own;
}
