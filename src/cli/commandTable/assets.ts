/** Large files: where their bytes are, and which files they are. */
import { Option } from 'commander';
import { type Definition, define } from './definition.ts';
import { byteSize, patterns } from './options.ts';

export const assets: readonly Definition[] = [
  define({
    usage: 'assets <action> [paths...]',
    summary: 'list, fetch, drop or choose assets',
    description: `ls lists the assets of the newest snapshot, and where their bytes are. fetch brings them, and puts them on disk where
pointers stand. drop frees the copies in .git/lfs that the remote has, and leaves the files on disk alone. only
chooses the parts of the project that this copy has: the others become pointers, which git lfs treats the same
way; --all takes everything again.

Paths are patterns as in .gitignore, quoted so that your shell leaves them alone.`,
    examples: [
      ["modsync assets ls 'Textures/**'"],
      ["modsync assets fetch '*.wav'"],
      ['modsync assets drop', 'frees what is not needed twice'],
      ["modsync assets only 'Textures/**' 'Meshes/**' --without '*_4k.dds'"],
      ['modsync assets only --all'],
    ],
    configure: (command) =>
      command
        .addOption(new Option('--without <pattern>', 'with only: leave these out').argParser(patterns))
        .option('--all', 'with only: have everything'),
    load: async () => (await import('../commands/assets.ts')).assets,
  }),
  define({
    usage: 'du',
    summary: 'show what takes space on the disk',
    description: `Shows what the working files, the cache of assets and the history take, and how much of it can be had again.`,
    examples: [['modsync du']],
    load: async () => (await import('../commands/du.ts')).du,
  }),
  define({
    usage: 'track [patterns...]',
    summary: 'make files assets, by pattern',
    description: `Adds lines to the .gitattributes of the current folder, the same that "git lfs track" writes: files that match are
assets from then on, and the next snapshot moves those that are in Git already. Without a pattern it lists the rules.`,
    examples: [
      ['modsync track "*.psd"'],
      ['modsync track --filename "Source/World [old].blend"', 'one file, whatever its name has in it'],
      ['modsync track --lockable "*.esp"', 'read-only until locked'],
      ['modsync track', 'lists the patterns'],
    ],
    configure: (command) =>
      command
        .option('--filename', 'the words are names of files, not patterns')
        .option('-l, --lockable', 'read-only until locked')
        .option('--no-lockable', 'no longer lockable'),
    load: async () => (await import('../commands/track.ts')).track,
  }),
  define({
    usage: 'untrack <patterns...>',
    summary: 'take such a rule away',
    description: `Removes lines from the .gitattributes of the current folder, as "git lfs untrack" does: files that match go into Git
itself with the next snapshot.`,
    examples: [['modsync untrack "*.psd"']],
    load: async () => (await import('../commands/track.ts')).untrack,
  }),
  define({
    usage: 'lfs <action> [patterns...]',
    summary: 'migrate: move files out of Git itself',
    description: `"migrate" moves files of the newest snapshot to the assets, in a new snapshot, and adds the rules. History is not
rewritten: it says what that would take. Without a pattern and --above it moves the files that are assets by their rule
and are still in Git itself.`,
    examples: [
      ['modsync lfs migrate "*.psd"'],
      ['modsync lfs migrate --above 10MB --dry-run', 'shows what would move'],
    ],
    configure: (command) => {
      command.registeredArguments[0]?.choices(['migrate']);
      return command
        .addOption(
          new Option('--above <size>', 'only files larger than this, such as 10MB').argParser(byteSize),
        )
        .option('--dry-run', 'show what would move, and do nothing');
    },
    load: async () => (await import('../commands/lfsMigrate.ts')).lfsMigrate,
  }),
];
