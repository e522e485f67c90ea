/** Who works on which file. */
import { type Definition, define } from './definition.ts';

export const locks: readonly Definition[] = [
  define({
    usage: 'lock <paths...>',
    summary: 'tell others that you work on files',
    description: `Locks files, so that others wait: until you unlock them, nobody else can send changes to them. They are the locks of
"git lfs lock". Files that .gitattributes marks "lockable" are read-only until you have locked them.`,
    examples: [['modsync lock MyMod.esp'], ["modsync lock Textures/Beacon_d.dds 'Meshes/Beacon.nif'"]],
    load: async () => (await import('../commands/lock.ts')).lock,
  }),
  define({
    usage: 'unlock <paths...>',
    summary: 'give locks back',
    description: `Gives locks back, when what you changed has been sent. With --force also locks of other people, if you own the
project, and of files whose changes have not been sent.`,
    examples: [['modsync unlock MyMod.esp'], ['modsync unlock --force Textures/Beacon_d.dds']],
    configure: (command) => command.option('--force', "another person's lock, or one with unsent changes"),
    load: async () => (await import('../commands/lock.ts')).unlock,
  }),
  define({
    usage: 'locks',
    summary: 'list who has locked what',
    description: `Lists the locks of the project: which files, whose, and since when.`,
    examples: [['modsync locks']],
    load: async () => (await import('../commands/lock.ts')).locks,
  }),
];
