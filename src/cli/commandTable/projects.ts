/** Getting and giving a project. */
import { Option } from 'commander';
import { type Definition, define } from './definition.ts';
import { httpUrl, partsOptions } from './options.ts';

export const projects: readonly Definition[] = [
  define({
    usage: 'init [dir]',
    summary: 'make a folder a project',
    description: `Makes a folder a project: a Git repository, .modsync.json, .gitattributes and .gitignore for Fallout 4,
a first snapshot, and the project at the relay or at GitHub. It shows what it will do before it does it.

A folder that is a Git repository already keeps its history, branch and attributes. In the game's own Data
folder, name the plugin that is yours: the files that belong to it are taken, and the game's are left alone.`,
    examples: [
      ['modsync init --relay http://relay.example:7460'],
      ['modsync init --github my-mod --private', 'a repository of yours'],
      ['modsync init --github my-team/my-mod', "an organization's"],
      ['modsync init MyMod --relay http://127.0.0.1:7460 --dry-run', 'shows what would happen'],
      ["modsync init 'C:/Games/Fallout 4/Data' --plugin MyMod.esp --relay http://relay.example:7460"],
    ],
    configure: (command) =>
      command
        .addOption(
          new Option('--relay <url>', 'the relay that hosts the project')
            .argParser(httpUrl)
            .conflicts('github'),
        )
        .option('--github <repository>', 'make the repository [OWNER/]NAME at GitHub')
        .option('--private', 'at GitHub: only for those whom you share it with')
        .option('--workflow', 'at GitHub: write .github/workflows/release.yml, which makes releases there')
        .option('--description <text>', 'at GitHub: what the repository is about')
        .addOption(
          new Option('--endpoint <url>', "of GitHub Enterprise; github.com's unless given").argParser(
            httpUrl,
          ),
        )
        .option('--name <name>', "the project's name; the folder's unless given")
        .option('--plugin <file>', "in the game's folder: the plugin whose files make the project")
        .option('--branch <name>', 'the branch of a new repository; main unless given')
        .option('-y, --yes', 'go ahead without asking')
        .option('--dry-run', 'show the plan and do nothing'),
    load: async () => (await import('../commands/init.ts')).init,
  }),
  define({
    usage: 'clone <url> [dir]',
    summary: 'get a working copy of a project',
    description: `Gets a working copy of a project that you may read already: its history, and the assets of its newest snapshot.
Any Git host will do, and any repository, also one that modsync has never seen; a relay wants you to be signed in (modsync login), or invited (modsync join).`,
    examples: [
      ['modsync clone http://relay.example:7460/my-mod-x7k2m9.git'],
      ['modsync clone https://git.example/team/my-mod.git MyMod'],
      [
        "modsync clone URL --only 'Textures/**' --without '*.wav'",
        'a part of it; change it with "modsync assets only"',
      ],
    ],
    configure: partsOptions,
    load: async () => (await import('../commands/clone.ts')).clone,
  }),
  define({
    usage: 'join <invite> [dir]',
    summary: 'accept an invite and get a working copy',
    description: `Accepts the invite that someone made with "modsync share", keeps the access it gives, and gets a working copy. At GitHub
the invite is the repository's address: the invitation that waits for you there is accepted.`,
    examples: [
      ['modsync join http://relay.example:7460/join/CODE'],
      ['modsync join http://relay.example:7460/join/CODE MyMod', 'into the folder MyMod'],
      ['modsync join https://github.com/my-team/my-mod'],
      ["modsync join INVITE --without '*.wav'", 'without the sounds'],
    ],
    configure: partsOptions,
    load: async () => (await import('../commands/join.ts')).join,
  }),
  define({
    usage: 'share [people...]',
    summary: 'print an invite for others',
    description: `Prints an invite: whoever has it can join the project and edit it. Send it to the people you mean, and to nobody else.

At GitHub, name the people as GitHub knows them: it invites them, as editors, or in an organization's repository
as --role says. Members get the new role at once.`,
    examples: [
      ['modsync share'],
      ['modsync share Bob Carol', 'notes whom it is for; at GitHub, invites them'],
      ['modsync share octocat --role viewer', 'at GitHub'],
    ],
    configure: (command) =>
      command.addOption(
        new Option('--role <role>', 'at GitHub: what they may do').choices(['owner', 'editor', 'viewer']),
      ),
    load: async () => (await import('../commands/share.ts')).share,
  }),
  define({
    usage: 'members',
    summary: 'list who may work on the project',
    description: `Lists the people of the project and their roles, as the relay or GitHub has them: owner, editor, viewer.`,
    examples: [['modsync members']],
    load: async () => (await import('../commands/members.ts')).members,
  }),
];
