/** Keeping a copy in step with the others. */
import { Option } from 'commander';
import { type Definition, define } from './definition.ts';
import { number } from './options.ts';

export const syncing: readonly Definition[] = [
  define({
    usage: 'status',
    summary: 'show what changed, and how far ahead or behind this copy is',
    description: `Shows what changed since the last snapshot, what waits to be sent or received (as of the last contact with the
remote), and the conflicts that are open; of a project at GitHub also the pull requests that are open, and whether they merge.
It changes nothing, and asks nobody.`,
    examples: [['modsync status'], ['modsync status --json']],
    load: async () => (await import('../commands/status.ts')).status,
  }),
  define({
    usage: 'sync',
    summary: 'make a snapshot, then exchange with the remote',
    description: `Makes a snapshot of what changed, fetches what others did, merges, and sends. Where a merge is not certain, nothing
is overwritten: the conflict stays open, your version stays, the push waits, and the exit code is 3. What does not
conflict arrives all the same.`,
    examples: [
      ['modsync sync'],
      ["modsync sync -m 'Balance the shotguns'", 'gives the snapshot words of your own'],
      ['modsync sync --pull', 'only receive'],
      [
        'modsync sync --strategy remote',
        'where both sides changed one file, take theirs; yours stays in history',
      ],
    ],
    configure: (command) =>
      command
        .addOption(new Option('--push', 'only send').conflicts('pull'))
        .addOption(new Option('--pull', 'only receive'))
        .option('-m, --message <text>', 'the words of this snapshot')
        .addOption(
          new Option('--strategy <way>', 'what to do where both sides changed one thing').choices([
            'local',
            'remote',
            'merge',
            'manual',
          ]),
        ),
    load: async () => (await import('../commands/sync.ts')).sync,
  }),
  define({
    usage: 'watch',
    summary: 'keep this copy in sync until Ctrl-C',
    description: `Follows along: what you save is sent within a second or two, what others save arrives. Survives the loss of the
network. Prints a line for each thing that happens; with --json one JSON object per line.`,
    examples: [['modsync watch'], ['modsync watch --json']],
    configure: (command) =>
      command.addOption(
        new Option(
          '--interval <seconds>',
          'how often to look while the remote cannot tell by itself',
        ).argParser(number(1, 86_400)),
      ),
    load: async () => (await import('../commands/watch.ts')).watch,
  }),
];
