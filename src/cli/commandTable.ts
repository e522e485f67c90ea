/** Every command: what it takes, what its help says, and the file that does it, loaded when it is called. */
import { type Command as Commander, InvalidArgumentError, Option } from 'commander';
import { parseSize } from '../shared/sizes.ts';
import type { Command } from './context.ts';

export interface Definition<Options = object> {
  /** Name and arguments; arguments reach the command as options of their name. */
  readonly usage: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly (readonly [line: string, what?: string])[];
  readonly configure?: (command: Commander) => void;
  readonly hidden?: boolean;
  readonly load: () => Promise<Command<Options>>;
}

/** Forgets the type of the options: commander gives what `usage` and `configure` declare, and nothing checks that. */
const define = <Options>(definition: Definition<Options>) => definition as Definition;

function number(lowest: number, highest: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`It must be a number from ${lowest} to ${highest}.`);
  };
}

/** Of an option that may be given several times, or with commas in between. */
const patterns = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== ''),
];

/** Of an option that may be given several times: `NAME=CHOICE`. */
const choices =
  (allowed: readonly string[]) =>
  (text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
    const [, name = '', choice = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (allowed.includes(choice)) return { ...before, [name]: choice };
    throw new InvalidArgumentError(`Write it as NAME=CHOICE, with one of: ${allowed.join(', ')}.`);
  };

const partsOptions = (command: Commander): Commander =>
  command
    .addOption(
      new Option('--only <pattern>', 'have these assets only; the others stay pointers').argParser(patterns),
    )
    .addOption(new Option('--without <pattern>', 'leave these assets out').argParser(patterns));

function byteSize(text: string): number {
  const size = parseSize(text);
  if (size !== undefined) return size;
  throw new InvalidArgumentError('It must be a size such as 10MB or 500KiB.');
}

function httpUrl(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('It must be a URL such as http://relay.example:7460.');
}

export const commands: readonly Definition[] = [
  define({
    usage: 'init [dir]',
    summary: 'make a folder a project',
    description: `Makes a folder a project: a Git repository, .modsync.json, .gitattributes and .gitignore for Fallout 4,
a first snapshot, and the project at the relay. It shows what it will do before it does it.

A folder that is a Git repository already keeps its history, branch and attributes. In the game's own Data
folder, name the plugin that is yours: the files that belong to it are taken, and the game's are left alone.`,
    examples: [
      ['modsync init --relay http://relay.example:7460'],
      ['modsync init MyMod --relay http://127.0.0.1:7460 --dry-run', 'shows what would happen'],
      ["modsync init 'C:/Games/Fallout 4/Data' --plugin MyMod.esp --relay http://relay.example:7460"],
    ],
    configure: (command) =>
      command
        .addOption(new Option('--relay <url>', 'the relay that hosts the project').argParser(httpUrl))
        .option('--name <name>', "the project's name; the folder's unless given")
        .option('--plugin <file>', "in the game's folder: the plugin whose files make the project")
        .option('--branch <name>', 'the branch of a new repository; main unless given')
        .option('-y, --yes', 'go ahead without asking')
        .option('--dry-run', 'show the plan and do nothing'),
    load: async () => (await import('./commands/init.ts')).init,
  }),
  define({
    usage: 'clone <url> [dir]',
    summary: 'get a working copy of a project',
    description: `Gets a working copy of a project that you may read already: its history, and the assets of its newest snapshot.
Any Git host will do; a relay wants you to be signed in (modsync login), or invited (modsync join).`,
    examples: [
      ['modsync clone http://relay.example:7460/my-mod-x7k2m9.git'],
      ['modsync clone https://git.example/team/my-mod.git MyMod'],
      [
        "modsync clone URL --only 'Textures/**' --without '*.wav'",
        'a part of it; change it with "modsync assets only"',
      ],
    ],
    configure: partsOptions,
    load: async () => (await import('./commands/clone.ts')).clone,
  }),
  define({
    usage: 'join <invite> [dir]',
    summary: 'accept an invite and get a working copy',
    description: `Accepts the invite that someone made with "modsync share", keeps the access it gives, and gets a working copy.`,
    examples: [
      ['modsync join http://relay.example:7460/join/CODE'],
      ['modsync join http://relay.example:7460/join/CODE MyMod', 'into the folder MyMod'],
      ["modsync join INVITE --without '*.wav'", 'without the sounds'],
    ],
    configure: partsOptions,
    load: async () => (await import('./commands/join.ts')).join,
  }),
  define({
    usage: 'share [people...]',
    summary: 'print an invite for others',
    description: `Prints an invite: whoever has it can join the project and edit it. Send it to the people you mean, and to nobody else.`,
    examples: [['modsync share'], ['modsync share Bob Carol', 'notes whom it is for']],
    load: async () => (await import('./commands/share.ts')).share,
  }),
  define({
    usage: 'status',
    summary: 'show what changed, and how far ahead or behind this copy is',
    description: `Shows what changed since the last snapshot, what waits to be sent or received (as of the last contact with the
remote), and the conflicts that are open. It changes nothing.`,
    examples: [['modsync status'], ['modsync status --json']],
    load: async () => (await import('./commands/status.ts')).status,
  }),
  define({
    usage: 'sync',
    summary: 'make a snapshot, then exchange with the remote',
    description: `Makes a snapshot of what changed, fetches what others did, merges, and sends. Where a merge is not certain, nothing
is overwritten: the conflict stays open, the push waits, and the exit code is 3.`,
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
    load: async () => (await import('./commands/sync.ts')).sync,
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
    load: async () => (await import('./commands/watch.ts')).watch,
  }),
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
    load: async () => (await import('./commands/history.ts')).history,
  }),
  define({
    usage: 'snapshot <name>',
    summary: 'name the present state',
    description: `Makes a snapshot and gives it a name that never moves: an annotated Git tag. It is sent with the next sync.`,
    examples: [['modsync snapshot before-rebalance'], ["modsync snapshot beta-2 -m 'For the testers'"]],
    configure: (command) => command.option('-m, --message <text>', 'what it is about'),
    load: async () => (await import('./commands/snapshot.ts')).snapshot,
  }),
  define({
    usage: 'restore <snapshot>',
    summary: 'bring an old snapshot back',
    description: `Makes a new snapshot with the files of an old one. History is never rewritten, so this can be undone in the same
way; what you had not saved in a snapshot yet becomes one first.`,
    examples: [['modsync restore before-rebalance'], ['modsync restore 4f2a9c1']],
    load: async () => (await import('./commands/restore.ts')).restore,
  }),
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
    load: async () => (await import('./commands/release.ts')).release,
  }),
  define({
    usage: 'releases',
    summary: 'list the releases',
    description: `Lists the releases that this working copy knows of, the highest version first.`,
    examples: [['modsync releases'], ['modsync releases --json', 'with their notes']],
    load: async () => (await import('./commands/releases.ts')).releases,
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
    load: async () => (await import('./commands/diff.ts')).diff,
  }),
  define({
    usage: 'conflicts [action] [paths...]',
    summary: 'list or show the open conflicts',
    description: `Lists the files that both sides changed and that could not be merged, and why. show puts both sides of one beside
each other, as wide as the terminal: the places of a text, the keys of a JSON or INI file, the records of a plugin. The
exit code is 3 while there are any.`,
    examples: [
      ['modsync conflicts'],
      ['modsync conflicts show MyMod.esp'],
      ['modsync conflicts show', 'all of them'],
    ],
    configure: (command) => {
      command.registeredArguments[0]?.choices(['show']);
      return command;
    },
    load: async () => (await import('./commands/conflicts.ts')).conflicts,
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
      ['modsync resolve MyMod.ini --use ../merged.ini', 'a file of your own making'],
      ['modsync resolve --all --use local'],
    ],
    configure: (command) =>
      command
        .option(
          '--use <what>',
          'local: what is on this disk; remote: what others made; base: what both began with; merge: decide it place by place after all; or a file',
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
    load: async () => (await import('./commands/resolve.ts')).resolve,
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
    load: async () => (await import('./commands/merge.ts')).merge,
  }),
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
    load: async () => (await import('./commands/plugin.ts')).plugin,
  }),
  define({
    usage: 'formid <action> [paths...]',
    summary: 'give each person FormIDs of their own',
    description: `lease reserves a range of a plugin's object ids for you, in the project itself: while you make new records in it,
nobody else gets them. With --write-next-id the Creation Kit begins there; close the plugin before. check looks for
FormIDs that meet, leave their range, or stand in another person's lease. The exit code is 1 when something is wrong.`,
    examples: [
      ['modsync formid lease MyMod.esp --write-next-id'],
      ['modsync formid lease MyMod.esp --count 1000', 'another range, of this size'],
      ['modsync formid check'],
    ],
    configure: (command) => {
      command.registeredArguments[0]?.choices(['check', 'lease']);
      return command
        .addOption(new Option('--count <number>', 'how many object ids').argParser(number(1, 1_000_000)))
        .option('--write-next-id', "set the plugin's next object id to the first free one of the lease");
    },
    load: async () => (await import('./commands/formid.ts')).formid,
  }),
  define({
    usage: 'lock <paths...>',
    summary: 'tell others that you work on files',
    description: `Locks files, so that others wait: until you unlock them, nobody else can send changes to them. They are the locks of
"git lfs lock". Files that .gitattributes marks "lockable" are read-only until you have locked them.`,
    examples: [['modsync lock MyMod.esp'], ["modsync lock Textures/Beacon_d.dds 'Meshes/Beacon.nif'"]],
    load: async () => (await import('./commands/lock.ts')).lock,
  }),
  define({
    usage: 'unlock <paths...>',
    summary: 'give locks back',
    description: `Gives locks back, when what you changed has been sent. With --force also locks of other people, if you own the
project, and of files whose changes have not been sent.`,
    examples: [['modsync unlock MyMod.esp'], ['modsync unlock --force Textures/Beacon_d.dds']],
    configure: (command) => command.option('--force', "another person's lock, or one with unsent changes"),
    load: async () => (await import('./commands/lock.ts')).unlock,
  }),
  define({
    usage: 'locks',
    summary: 'list who has locked what',
    description: `Lists the locks of the project: which files, whose, and since when.`,
    examples: [['modsync locks']],
    load: async () => (await import('./commands/lock.ts')).locks,
  }),
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
    load: async () => (await import('./commands/assets.ts')).assets,
  }),
  define({
    usage: 'du',
    summary: 'show what takes space on the disk',
    description: `Shows what the working files, the cache of assets and the history take, and how much of it can be had again.`,
    examples: [['modsync du']],
    load: async () => (await import('./commands/du.ts')).du,
  }),
  define({
    usage: 'serve [action] [dir]',
    summary: 'run a relay for a team',
    description: `Runs a relay: Git hosting, the asset store and live hints for a team, in one process and one data folder. It needs
git on this machine. The first start prints the owner's token, once. Ctrl-C stops it cleanly.

"backup DIR" copies all of it, while the relay runs; into a folder that has a backup, only what is new. "restore DIR" makes
a data folder of a backup. "verify" re-reads every object and asset. "gc" removes what nothing reaches any more, now: a relay
that runs does it by itself every day.`,
    examples: [
      ['modsync serve'],
      ['modsync serve --data /srv/modsync --host 0.0.0.0 --port 7460 --public-url https://mods.example'],
      ['modsync serve --config /etc/modsync/relay.json'],
      ['modsync serve backup /mnt/backup/modsync --data /srv/modsync', 'while the relay runs'],
      ['modsync serve restore /mnt/backup/modsync --data /srv/modsync-new'],
      ['modsync serve verify --data /srv/modsync'],
      ['modsync serve --port 0 --json', 'any free port; prints one line with the URL'],
    ],
    configure: (command) => {
      command.registeredArguments[0]?.choices(['backup', 'restore', 'verify', 'gc']);
      return command
        .option('--config <file>', 'settings in JSON; the options here come before it')
        .option('--data <dir>', 'where projects are kept; a folder in MODSYNC_HOME unless given')
        .option('--host <address>', 'the address to listen on; 127.0.0.1 unless given')
        .addOption(
          new Option('--port <number>', '7460 unless given; 0: any free one').argParser(number(0, 65_535)),
        )
        .option('--tls-cert <file>', 'a certificate, in PEM: the relay speaks HTTPS')
        .option('--tls-key <file>', 'its key')
        .addOption(
          new Option(
            '--trusted-proxy <networks>',
            'whose X-Forwarded-* headers are believed, such as loopback or 10.0.0.0/8',
          ).argParser(patterns),
        )
        .addOption(
          new Option('--public-url <url>', 'how others reach it, when it is behind a proxy').argParser(
            httpUrl,
          ),
        )
        .addOption(
          new Option('--log <level>', 'structured lines on stderr').choices([
            'silent',
            'error',
            'warn',
            'info',
            'debug',
          ]),
        )
        .addOption(
          new Option(
            '--grace <days>',
            'of gc: how long something stays that nothing reaches; 14 unless given',
          ).argParser(number(0, 36_500)),
        );
    },
    load: async () => (await import('./commands/serve.ts')).serve,
  }),
  define({
    usage: 'login <url>',
    summary: 'keep a token for a relay',
    description: `Checks a token with the relay and keeps it, readable by you only. Without --token it asks for it, or reads it from
standard input.`,
    examples: [
      ['modsync login http://relay.example:7460 --token ms_…'],
      ['modsync login http://relay.example:7460 < token.txt'],
    ],
    configure: (command) =>
      command.option(
        '--token <token>',
        'the token; others on this machine may see it in the list of processes',
      ),
    load: async () => (await import('./commands/login.ts')).login,
  }),
  define({
    usage: 'doctor',
    summary: 'check the machine, the project and the relay',
    description: `Checks this machine, the project and its relay, and says how to mend what it finds. With --fix it mends what can be
mended without a decision of yours.`,
    examples: [['modsync doctor'], ['modsync doctor --fix']],
    configure: (command) => command.option('--fix', 'mend what can be mended'),
    load: async () => (await import('./commands/doctor.ts')).doctor,
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
    load: async () => (await import('./commands/track.ts')).track,
  }),
  define({
    usage: 'untrack <patterns...>',
    summary: 'take such a rule away',
    description: `Removes lines from the .gitattributes of the current folder, as "git lfs untrack" does: files that match go into Git
itself with the next snapshot.`,
    examples: [['modsync untrack "*.psd"']],
    load: async () => (await import('./commands/track.ts')).untrack,
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
    load: async () => (await import('./commands/lfsMigrate.ts')).lfsMigrate,
  }),
  define({
    usage: 'install',
    summary: 'set up stock git in this working copy',
    description: `Makes stock git work on assets in this working copy: a filter and hooks, in its own configuration only. init, clone
and join do this by themselves; use it in a folder that git itself cloned, and after git-lfs came or went. Where git-lfs
is installed, its own filter and hooks stay.`,
    examples: [['modsync install']],
    load: async () => (await import('./commands/install.ts')).install,
  }),
  define({
    usage: 'uninstall',
    summary: 'take modsync out of git in this working copy',
    description: `Removes what install wrote: the filter, the hooks and the way to the tokens. Hooks that were there before come back.
Files and history stay as they are.`,
    examples: [['modsync uninstall']],
    load: async () => (await import('./commands/install.ts')).uninstall,
  }),
  define({
    usage: 'filter-process',
    summary: 'stand in for git-lfs while git runs',
    description: `Speaks Git's long-running filter protocol, version 2: assets become pointers in Git's history, and files again.`,
    examples: [["git config filter.lfs.process 'modsync filter-process'"]],
    hidden: true,
    load: async () => (await import('./commands/filterProcess.ts')).filterProcess,
  }),
  define({
    usage: 'clean [path]',
    summary: 'turn one file into its pointer',
    description: `Reads a file and writes its pointer, for tools that know no long-running filters.`,
    examples: [["git config filter.lfs.clean 'modsync clean -- %f'"]],
    hidden: true,
    load: async () => (await import('./commands/filterProcess.ts')).clean,
  }),
  define({
    usage: 'smudge [path]',
    summary: 'turn one pointer into its file',
    description: `Reads a pointer and writes its file, for tools that know no long-running filters.`,
    examples: [["git config filter.lfs.smudge 'modsync smudge -- %f'"]],
    hidden: true,
    load: async () => (await import('./commands/filterProcess.ts')).smudge,
  }),
  define({
    usage: 'hook <name> [words...]',
    summary: 'do the work of a Git hook',
    description: `What the scripts in .git/hooks call, with the words that Git gives them: pre-commit, pre-push, post-checkout,
post-commit, post-merge.`,
    examples: [['modsync hook pre-push -- origin http://relay.example:7460/my-mod-x7k2m9.git']],
    hidden: true,
    load: async () => (await import('./commands/hook.ts')).hook,
  }),
  define({
    usage: 'credential <operation>',
    summary: "answer git's question for a token",
    description: `Speaks Git's credential helper protocol, so that stock git and git lfs use the tokens that modsync keeps.`,
    examples: [["git config --global credential.http://relay.example:7460.helper '!modsync credential'"]],
    hidden: true,
    load: async () => (await import('./commands/credential.ts')).credential,
  }),
];
