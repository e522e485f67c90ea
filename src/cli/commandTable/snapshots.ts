/** What was: snapshots, and what differs between them. */
import { Option } from 'commander';
import { type Definition, define } from './definition.ts';
import { number } from './options.ts';

export const snapshots: readonly Definition[] = [
  define({
    usage: 'history',
    summary: 'list the snapshots',
    description: `Lists the snapshots of this branch, newest first, with their names. It is what "git log" shows.`,
    examples: [
      ['modsync history'],
      ['modsync history -n 5'],
      ['modsync history --conflicts', 'who decided which conflict, and how'],
    ],
    configure: (command) =>
      command
        .addOption(new Option('-n, --limit <count>', 'how many').argParser(number(1, 100_000)).default(20))
        .option('--conflicts', 'only those in which conflicts were decided'),
    load: async () => (await import('../commands/history.ts')).history,
  }),
  define({
    usage: 'snapshot <name>',
    summary: 'name the present state',
    description: `Makes a snapshot and gives it a name that never moves: an annotated Git tag. It is sent with the next sync.`,
    examples: [['modsync snapshot before-rebalance'], ["modsync snapshot beta-2 -m 'For the testers'"]],
    configure: (command) => command.option('-m, --message <text>', 'what it is about'),
    load: async () => (await import('../commands/snapshot.ts')).snapshot,
  }),
  define({
    usage: 'restore <snapshot>',
    summary: 'bring an old snapshot back',
    description: `Makes a new snapshot with the files of an old one. History is never rewritten, so this can be undone in the same
way; what you had not saved in a snapshot yet becomes one first.`,
    examples: [['modsync restore before-rebalance'], ['modsync restore 4f2a9c1']],
    load: async () => (await import('../commands/restore.ts')).restore,
  }),
  define({
    usage: 'diff [from] [to]',
    summary: 'show what changed',
    description: `Shows what changed since the last snapshot, since FROM, or between FROM and TO: names, ids or beginnings of ids.`,
    examples: [
      ['modsync diff'],
      ['modsync diff before-rebalance --stat'],
      ['modsync diff 4f2a9c1 beta-2 --name-only'],
    ],
    configure: (command) =>
      command
        .addOption(new Option('--stat', 'only how much changed in each file').conflicts('nameOnly'))
        .option('--name-only', 'only the paths'),
    load: async () => (await import('../commands/diff.ts')).diff,
  }),
];
