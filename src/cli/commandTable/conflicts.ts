/** Where two people changed one thing. */
import { Option } from 'commander';
import { type Definition, define } from './definition.ts';
import { choices } from './options.ts';

export const conflicts: readonly Definition[] = [
  define({
    usage: 'conflicts [action] [paths...]',
    summary: 'list or show the open conflicts',
    description: `Lists the files that both sides changed and that could not be merged, and why. show puts both sides of one beside
each other, as wide as the terminal: the places of a text, the keys of a JSON or INI file, the entries of an archive, the
records of a plugin. Your versions of them stay until you decide, and nothing is sent; whatever else the others do arrives
with every sync. What is decided waits for the rest, and resolve changes it. The exit code is 3 while there are open ones.`,
    examples: [
      ['modsync conflicts'],
      ['modsync conflicts show MyMod.esp'],
      ['modsync conflicts show', 'all of them'],
    ],
    configure: (command) => {
      command.registeredArguments[0]?.choices(['show']);
      return command;
    },
    load: async () => (await import('../commands/conflicts.ts')).conflicts,
  }),
  define({
    usage: 'resolve [paths...]',
    summary: 'settle a conflict, whole or in parts',
    description: `Settles conflicts: a whole file with --use, or one place or record after the other with --hunk and --record, which
"modsync conflicts show" numbers. What only one side changed is merged in either case but with --use local, remote,
base or a file. What is not taken stays in history. When nothing is left open, the merge is made and sent.`,
    examples: [
      ['modsync resolve Scripts/Source/MyQuest.psc --use remote'],
      ['modsync resolve MyMod.esp --record 0100080F=local --record 01000812=remote'],
      ['modsync resolve README.md --hunk 1=both --hunk 2=remote'],
      ['modsync resolve Textures/sign.dds --use both', 'theirs becomes Textures/sign.from-Alice.dds'],
      ['modsync resolve MyMod.ini --use ../merged.ini', 'a file of your own making'],
      ['modsync resolve --all --use local'],
    ],
    configure: (command) =>
      command
        .option(
          '--use <what>',
          'local: what is on this disk; remote: what others made; base: what both began with; both: yours, and theirs beside it under another name; merge: open it again, to decide it place by place; or a file',
        )
        .addOption(
          new Option('--record <formid=side>', 'a record of a plugin: local or remote').argParser(
            choices(['local', 'remote']),
          ),
        )
        .addOption(
          new Option('--hunk <number=side>', 'a place of a file: local, remote or both').argParser(
            choices(['local', 'remote', 'both']),
          ),
        )
        .option('--all', 'every open conflict'),
    load: async () => (await import('../commands/resolve.ts')).resolve,
  }),
  define({
    usage: 'merge',
    summary: 'settle a conflict with stock git instead',
    description: `--open writes the open conflict as "git merge" leaves it: both sides in the index, what merges cleanly on disk, markers
in texts (never in a plugin or an asset). Then "git mergetool", "git checkout --ours", "git add" and "git commit" do the
rest, and the next sync sends it; until then modsync changes nothing. --abort, or "git merge --abort", goes back.`,
    examples: [['modsync merge --open'], ['modsync merge --abort']],
    configure: (command) =>
      command
        .addOption(new Option('--open', 'write the conflict for git').conflicts('abort'))
        .option('--abort', 'go back to your own files'),
    load: async () => (await import('../commands/merge.ts')).merge,
  }),
];
