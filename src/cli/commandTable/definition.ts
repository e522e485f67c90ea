/** What the table says of one command. */
import type { Command as Commander } from 'commander';
import type { Command } from '../context.ts';

export interface Definition<Options = object> {
  /** Name and arguments; arguments reach the command as options of their name. */
  readonly usage: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly (readonly [line: string, what?: string])[];
  readonly configure?: (command: Commander) => void;
  readonly hidden?: boolean;
  readonly load: () => Promise<Command<Options>>;
}

/** Forgets the type of the options: commander gives what `usage` and `configure` declare, and nothing checks that. */
export const define = <Options>(definition: Definition<Options>) => definition as Definition;
