/** Runs one command line: parses it, hands the command its context, turns what comes back into output and exit code. */
import { Command as Commander, CommanderError } from 'commander';
import { commands, type Definition } from './commandTable/index.ts';
import { type CommonOptions, makeContext } from './context.ts';
import { EXIT, exitCodeOf, UsageError } from './exit.ts';
import { makeOutput } from './output.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

/** @returns the exit code */
export async function runProgram(
  argv: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const dashes = argv.indexOf('--');
  // known before parsing: a command line that cannot be parsed is answered in JSON too
  const json = (dashes < 0 ? argv : argv.slice(0, dashes)).includes('--json');
  const output = makeOutput(terminal, json);
  let exitCode: number = EXIT.done;

  async function run(definition: Definition, options: CommonOptions): Promise<void> {
    const context = makeContext(options, terminal, output, signal);
    try {
      const command = await definition.load();
      const answer = await command(options, context);
      await context.close();
      if (answer) output.answer(answer);
      exitCode = answer?.exitCode ?? EXIT.done;
    } finally {
      await context.close();
    }
  }

  try {
    const program = makeProgram(terminal, json);
    for (const definition of commands) addCommand(program, definition, run);
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      output.failure(error);
      return exitCodeOf(error, signal);
    }
    if (error.exitCode === 0) return EXIT.done;
    if (json) output.failure(new UsageError(usageMessage(error)));
    return EXIT.usage;
  }
}

const usageMessage = ({ code, message }: CommanderError): string =>
  code === 'commander.help'
    ? 'Name a command; "modsync --help" lists them.'
    : message.replace(/^error: /, '');

function makeProgram(terminal: Terminal, json: boolean): Commander {
  return new Commander('modsync')
    .description(
      'Keeps a Fallout 4 mod in sync between the people who build it.\nA project is a plain Git repository: stock git and git lfs work in it at any time.',
    )
    .version(packageVersion(), '--version', 'print the version')
    .option('-C, --project <dir>', 'work in the project that DIR is in, instead of the current folder')
    .option('--json', 'answer with one JSON object, for programs')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void terminal.out.write(text),
      writeErr: (text) => void (json || terminal.err.write(text)),
      getOutHelpWidth: () => terminal.out.columns ?? 100,
      getErrHelpWidth: () => terminal.err.columns ?? 100,
    })
    .addHelpText(
      'after',
      `
Start a project:    modsync init --relay http://relay.example:7460
Let others in:      modsync share
Follow along:       modsync join INVITE, then modsync watch
Host a team:        modsync serve

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 conflicts are open.
MODSYNC_HOME moves the per-user state; NO_COLOR turns colours off; MODSYNC_DEBUG=1 shows where an error comes from.`,
    )
    .showSuggestionAfterError()
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride();
}

/** Line breaks of the source are not those of the terminal; blank lines are. */
const paragraphs = (text: string) => text.replace(/([^\n])\n(?!\n)/g, '$1 ');

function addCommand(
  program: Commander,
  definition: Definition,
  run: (definition: Definition, options: CommonOptions) => Promise<void>,
): void {
  const { usage, summary, description, examples, configure, hidden = false } = definition;
  const command = program.command(usage, { hidden }).summary(summary).description(paragraphs(description));
  configure?.(command);
  const lines = examples.map(([line, what]) => `  ${line}${what ? `\n      ${what}` : ''}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  command.action(async () => {
    const options: Record<string, unknown> = command.optsWithGlobals();
    command.registeredArguments.forEach((argument, at) => {
      options[argument.name()] = command.processedArgs[at];
    });
    await run(definition, options);
  });
}
