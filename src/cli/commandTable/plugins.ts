/** What is inside esp, esm and esl files. */
import { Option } from 'commander';
import { type Definition, define } from './definition.ts';
import { number } from './options.ts';

export const plugins: readonly Definition[] = [
  define({
    usage: 'plugin <action> <files...>',
    summary: 'show what is in plugins, or differs',
    description: `show prints every record of a plugin (esp, esm, esl) by subrecord. diff lists the records that were added, changed
or deleted between two, by EditorID and type, without what the Creation Kit writes anew with each save. In a project,
"git diff" and "git log -p" show plugins in the same way: textconv is what Git calls.`,
    examples: [
      ['modsync plugin show MyMod.esp'],
      ['modsync plugin diff ../old/MyMod.esp MyMod.esp'],
      ['git diff MyMod.esp', 'against the newest snapshot'],
    ],
    configure: (command) => {
      command.registeredArguments[0]?.choices(['show', 'diff', 'textconv']);
      return command;
    },
    load: async () => (await import('../commands/plugin.ts')).plugin,
  }),
  define({
    usage: 'formid <action> [paths...]',
    summary: 'give each person FormIDs of their own',
    description: `lease reserves a range of a plugin's object ids for you, on this machine: while you make new records in it, nobody else
gets them. The relay gives it out, and .modsync.json notes it; without a relay that can be asked, .modsync.json alone has it,
and whoever pushes first keeps it. With --write-next-id the Creation Kit begins there; close the plugin before. release
gives back what you leased on this machine and do not need. check looks for FormIDs that meet, leave their range, or
stand in another person's lease. The exit code is 1 when something is wrong.`,
    examples: [
      ['modsync formid lease MyMod.esp --write-next-id'],
      ['modsync formid lease MyMod.esp --count 1000', 'another range, of this size'],
      ['modsync formid release MyMod.esp'],
      ['modsync formid check'],
    ],
    configure: (command) => {
      command.registeredArguments[0]?.choices(['check', 'lease', 'release']);
      return command
        .addOption(new Option('--count <number>', 'how many object ids').argParser(number(1, 1_000_000)))
        .option('--write-next-id', "set the plugin's next object id to the first free one of the lease")
        .option('--lease <id>', "of release: this one, which may be another person's; check names them");
    },
    load: async () => (await import('../commands/formid.ts')).formid,
  }),
];
