/** What Git calls by itself; no help lists it. */
import { type Definition, define } from './definition.ts';

export const calledByGit: readonly Definition[] = [
  define({
    usage: 'filter-process',
    summary: 'stand in for git-lfs while git runs',
    description: `Speaks Git's long-running filter protocol, version 2: assets become pointers in Git's history, and files again.`,
    examples: [["git config filter.lfs.process 'modsync filter-process'"]],
    hidden: true,
    load: async () => (await import('../commands/filterProcess.ts')).filterProcess,
  }),
  define({
    usage: 'clean [path]',
    summary: 'turn one file into its pointer',
    description: `Reads a file and writes its pointer, for tools that know no long-running filters.`,
    examples: [["git config filter.lfs.clean 'modsync clean -- %f'"]],
    hidden: true,
    load: async () => (await import('../commands/filterProcess.ts')).clean,
  }),
  define({
    usage: 'smudge [path]',
    summary: 'turn one pointer into its file',
    description: `Reads a pointer and writes its file, for tools that know no long-running filters.`,
    examples: [["git config filter.lfs.smudge 'modsync smudge -- %f'"]],
    hidden: true,
    load: async () => (await import('../commands/filterProcess.ts')).smudge,
  }),
  define({
    usage: 'hook <name> [words...]',
    summary: 'do the work of a Git hook',
    description: `What the scripts in .git/hooks call, with the words that Git gives them: pre-commit, pre-push, post-checkout,
post-commit, post-merge.`,
    examples: [['modsync hook pre-push -- origin http://relay.example:7460/my-mod-x7k2m9.git']],
    hidden: true,
    load: async () => (await import('../commands/hook.ts')).hook,
  }),
  define({
    usage: 'credential <operation>',
    summary: "answer git's question for a token",
    description: `Speaks Git's credential helper protocol, so that stock git and git lfs use the tokens that modsync keeps.`,
    examples: [["git config --global credential.http://relay.example:7460.helper '!modsync credential'"]],
    hidden: true,
    load: async () => (await import('../commands/credential.ts')).credential,
  }),
];
