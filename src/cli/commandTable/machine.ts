/** This machine, and stock git on it. */
import { type Definition, define } from './definition.ts';

export const machine: readonly Definition[] = [
  define({
    usage: 'doctor',
    summary: 'check the machine, the project and the relay',
    description: `Checks this machine, the project and its relay, and says how to mend what it finds. With --fix it mends what can be
mended without a decision of yours.`,
    examples: [['modsync doctor'], ['modsync doctor --fix']],
    configure: (command) => command.option('--fix', 'mend what can be mended'),
    load: async () => (await import('../commands/doctor.ts')).doctor,
  }),
  define({
    usage: 'install',
    summary: 'set up stock git in this working copy',
    description: `Makes stock git work on assets in this working copy: a filter and hooks, in its own configuration only. init, clone
and join do this by themselves; use it in a folder that git itself cloned, and after git-lfs came or went. Where git-lfs
is installed, its own filter and hooks stay.`,
    examples: [['modsync install']],
    load: async () => (await import('../commands/install.ts')).install,
  }),
  define({
    usage: 'uninstall',
    summary: 'take modsync out of git in this working copy',
    description: `Removes what install wrote: the filter, the hooks and the way to the tokens. Hooks that were there before come back.
Files and history stay as they are.`,
    examples: [['modsync uninstall']],
    load: async () => (await import('../commands/install.ts')).uninstall,
  }),
];
