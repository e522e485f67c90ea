/** What players get. */
import { type Definition, define } from './definition.ts';

export const releases: readonly Definition[] = [
  define({
    usage: 'release [version]',
    summary: 'make a version for players',
    description: `Checks that the newest snapshot can be given away, and makes a release of it: the version in the files that say it,
a changelog since the last one, an archive for mod managers with its checksum and the list of what is in it, and an
annotated Git tag, vVERSION, that the next sync sends. The same tag makes the same archive everywhere, to the byte.`,
    examples: [
      ['modsync release 1.2.0 --dry-run', 'what would go along, and what is wrong'],
      ['modsync release 1.2.0 --notes notes.md --out ../upload'],
      ['modsync release --verify 1.2.0', 'builds it again from its tag and compares'],
      ['modsync release --verify 1.2.0 --archive ../Downloads/MyMod-1.2.0.zip'],
    ],
    configure: (command) =>
      command
        .option('--notes <file>', 'what you say of it, in Markdown')
        .option('--prerelease', 'not for everyone yet; a version such as 1.2.0-beta.1 says so itself')
        .option('--dry-run', 'check everything and change nothing')
        .option('--out <dir>', 'copy archive, checksum and manifest there')
        .option('--verify <version>', 'build a release again and compare')
        .option('--archive <file>', 'with --verify: compare this archive, too'),
    load: async () => (await import('../commands/release.ts')).release,
  }),
  define({
    usage: 'releases',
    summary: 'list the releases',
    description: `Lists the releases that this working copy knows of, the highest version first.`,
    examples: [['modsync releases'], ['modsync releases --json', 'with their notes']],
    load: async () => (await import('../commands/releases.ts')).releases,
  }),
];
