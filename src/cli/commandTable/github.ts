/** What a team at GitHub has besides. */
import { Option } from 'commander';
import { type Definition, define } from './definition.ts';
import { httpUrl } from './options.ts';

export const github: readonly Definition[] = [
  define({
    usage: 'propose',
    summary: 'open a pull request with what is here',
    description: `Sends what is here to a branch of its own instead of to everyone, and opens a pull request at GitHub, with what it
changes in its text: plugins record by record. This copy is on that branch then, and "modsync sync" or "modsync watch" add to
the pull request. --back returns to the branch that everyone works on; what was proposed stays on its own.`,
    examples: [
      ["modsync propose -m 'Balance the shotguns'"],
      ["modsync propose -m 'Balance the shotguns' --branch shotguns", 'on a branch of that name'],
      ['modsync propose --back', 'when it is merged, or to work on something else'],
    ],
    configure: (command) =>
      command
        .option('-m, --message <title>', 'in a line, what it is about')
        .option('--branch <name>', 'the branch; made from the title unless given')
        .addOption(
          new Option('--back', 'return to the branch that everyone works on').conflicts([
            'message',
            'branch',
          ]),
        ),
    load: async () => (await import('../commands/propose.ts')).propose,
  }),
  define({
    usage: 'follow [repository]',
    summary: 'have a relay tell everyone at once of changes at GitHub',
    description: `Has GitHub tell a relay of each push, release and new member, and the relay everyone who works on the project, within
a second or two. History and assets stay at GitHub. It makes a webhook there, which takes an admin of the repository, and notes
the relay in .modsync.json, with a key that follows this project's hints and opens nothing else: the next sync passes it on.

Without a relay, modsync looks at GitHub by itself every half minute.`,
    examples: [
      ['modsync follow --relay https://mods.example'],
      [
        'modsync follow OWNER/NAME --relay https://mods.example',
        'refused when the project is at another one',
      ],
    ],
    configure: (command) =>
      command.addOption(
        new Option('--relay <url>', 'a relay that the internet reaches, where you are signed in')
          .argParser(httpUrl)
          .makeOptionMandatory(),
      ),
    load: async () => (await import('../commands/follow.ts')).follow,
  }),
  define({
    usage: 'unfollow',
    summary: 'end what "modsync follow" began',
    description: `Removes the webhook at GitHub, has the relay forget the repository, and takes the relay out of .modsync.json.`,
    examples: [['modsync unfollow']],
    load: async () => (await import('../commands/follow.ts')).unfollow,
  }),
];
