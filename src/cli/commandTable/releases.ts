/** What players get. */
import { Option } from 'commander';
import { type Definition, define } from './definition.ts';

export const releases: readonly Definition[] = [
  define({
    usage: 'release [version]',
    summary: 'make a version for players',
    description: `Checks that the newest snapshot can be given away, and makes a release of it: the version in the files that say it,
a changelog since the last one, an archive for mod managers with its checksum and the list of what is in it, and an
annotated Git tag, vVERSION. The same tag makes the same archive everywhere, to the byte. Where the remote takes releases
(a relay, GitHub), tag and archive go there, and players get a page. Cut short, or a draft: run it again to go on.`,
    examples: [
      ['modsync release 1.2.0 --dry-run', 'what would go along, and what is wrong'],
      ['modsync release 1.2.0 --notes notes.md'],
      ['modsync release 1.2.0 --draft', 'only members see it; once more without --draft lets it out'],
      ['modsync release 1.2.0 --local --out ../upload', 'sends nothing'],
      ['modsync release --verify 1.2.0', 'builds it again from its tag and compares'],
      ['modsync release --verify 1.2.0 --archive ../Downloads/MyMod-1.2.0.zip'],
    ],
    configure: (command) =>
      command
        .option('--notes <file>', 'what you say of it, in Markdown')
        .option('--draft', 'bring it to the remote, and do not let it out yet')
        .option('--prerelease', 'not for everyone yet; a version such as 1.2.0-beta.1 says so itself')
        .option('--local', 'make it here, and send nothing')
        .option('--dry-run', 'check everything and change nothing')
        .option('--out <dir>', 'copy archive, checksum and manifest there')
        .option('--verify <version>', 'build a release again and compare')
        .option('--archive <file>', 'with --verify: compare this archive, too'),
    load: async () => (await import('../commands/release.ts')).release,
  }),
  define({
    usage: 'releases',
    summary: 'list the releases',
    description: `Lists the releases that this working copy knows of, the highest version first, and which of them are out. At a
relay, its owner chooses who sees those: members of the project, or everyone.`,
    examples: [
      ['modsync releases'],
      ['modsync releases --json', 'with their notes'],
      ['modsync releases --audience public', 'players need no account'],
    ],
    configure: (command) =>
      command.addOption(
        new Option('--audience <who>', 'who sees releases that are out').choices(['public', 'members']),
      ),
    load: async () => (await import('../commands/releases.ts')).releases,
  }),
  define({
    usage: 'unrelease <version>',
    summary: 'take a release back',
    description: `Makes a release a draft again: players do not see it any more, members do. Its tag stays, so the version is taken;
"modsync release VERSION" lets it out again.`,
    examples: [['modsync unrelease 1.2.0']],
    load: async () => (await import('../commands/unrelease.ts')).unrelease,
  }),
];
