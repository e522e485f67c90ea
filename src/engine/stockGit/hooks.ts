/**
 * Git's hooks of one repository. A hook that is there already stays: it is moved aside, and ours runs it first. The
 * scripts themselves are files of the package (`hooks/`), with the place of modsync on this machine put in.
 */
import type { Repository } from '../../git/index.ts';
import { expandHome } from '../../git/index.ts';
import { text, utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import { homeSetting, shellWords } from './filterConfig.ts';

/** With git-lfs at work, only what it does not do by itself. */
const BESIDE_GIT_LFS = ['pre-commit'] as const;
const OF_GIT_LFS = ['pre-push', 'post-checkout', 'post-commit', 'post-merge'] as const;
export const HOOKS = [...BESIDE_GIT_LFS, ...OF_GIT_LFS] as const;
export type HookName = (typeof HOOKS)[number];

const MARK = '# A hook of modsync';
/** Another's hook, which ours runs first. The scripts know this name. */
const CHAINED = '.before-modsync';
/** git-lfs's own hook, on a machine without git-lfs: it would fail each time. */
const PARKED = '.of-git-lfs';

/**
 * @param gitLfs git-lfs is at work here: its hooks are left to it
 * @returns why there are none, where that is so
 */
export async function installHooks(repository: Repository, gitLfs: boolean): Promise<string | undefined> {
  const folder = await hooksFolder(repository);
  if (typeof folder !== 'string') return folder.why;
  const inTheWay: string[] = [];
  for (const name of HOOKS) {
    if (gitLfs && !BESIDE_GIT_LFS.some((own) => own === name)) await removeHook(repository, folder, name);
    else inTheWay.push(...(await installHook(repository, folder, name)));
  }
  const unfinished = gitLfs ? await completeGitLfs(repository, folder) : undefined;
  if (inTheWay.length === 0) return unfinished;
  const files = inTheWay.map((path) => `${path} and ${path}${CHAINED}`).join(', ');
  return `Another program put its hooks where modsync's were, and those from before modsync are still kept: ${files}. Remove or join each pair, then: modsync install`;
}

/** They come with the first file that git-lfs filters; a push or a lock may come before. */
async function completeGitLfs({ host, folder }: Repository, hooks: string): Promise<string | undefined> {
  const there = await host.disk.lstatMany(hooks, OF_GIT_LFS);
  if (!there.includes(undefined)) return undefined;
  const why = await host.gitLfsHooks?.(folder);
  return (
    why &&
    `git-lfs could not put its hooks in place, so that "git push" sends no assets: ${why}. See: git lfs update --manual`
  );
}

export async function removeHooks(repository: Repository): Promise<void> {
  const folder = await hooksFolder(repository);
  if (typeof folder !== 'string') return;
  for (const name of HOOKS) await removeHook(repository, folder, name);
}

/** `core.hooksPath` may name a folder that all projects of this user share, or one that everybody of this project has. */
async function hooksFolder(repository: Repository): Promise<string | { readonly why: string }> {
  const { config, host, folder, gitDir } = repository;
  const named = config.get('core.hookspath');
  if (!named) return join(gitDir, 'hooks');
  const path = expandHome(host, named, folder).replace(/\/+$/, '');
  const isIn = (outer: string) => path === outer || path.startsWith(`${outer}/`);
  if (isIn(gitDir)) return path;
  const outside = `core.hooksPath is ${named}, which is not this working copy's alone: no hooks were installed. Call "modsync hook NAME -- ARGUMENTS" from the ones that are there.`;
  if (!isIn(folder)) return { why: outside };
  const inside = path.slice(folder.length + 1);
  return (await repository.isIgnored(`${inside}/pre-commit`)) ? path : { why: outside };
}

/** @returns the hook's path where two others of this name are there already, and nothing was done */
async function installHook(repository: Repository, folder: string, name: HookName): Promise<string[]> {
  const { disk, command } = repository.host;
  const home = homeSetting(repository.host);
  const wanted = (await ownScript(repository, name))
    .replace('@BEFORE@\n', await ownScript(repository, 'before'))
    .replace('@HOME@\n', home === '' ? '' : `export ${home}\n`)
    .replaceAll('@MODSYNC@', shellWords(command));
  const path = join(folder, name);
  const before = await readHook(repository, path);
  if (before === wanted) return [];
  if (before !== undefined && !before.includes(MARK)) {
    const aside = path + (isOfGitLfs(before, name) ? PARKED : CHAINED);
    // what is there under that name is the one from before: never lost for another one
    const kept = await readHook(repository, aside);
    if (kept !== undefined && kept !== before) return [path];
    await disk.rename(path, aside);
  }
  await disk.publish(path, utf8(wanted), { executable: true });
  return [];
}

/** Of the package. */
async function ownScript({ host }: Repository, name: string): Promise<string> {
  const script = await host.disk.read(join(host.hooks, name));
  if (script) return text(script);
  throw new SyncError('NOT_FOUND', `${join(host.hooks, name)} is missing: install modsync anew.`, {
    data: { name },
  });
}

async function removeHook(repository: Repository, folder: string, name: HookName): Promise<void> {
  const { disk } = repository.host;
  const path = join(folder, name);
  const now = await readHook(repository, path);
  if (!now?.includes(MARK)) {
    // whoever wrote it has put the hook back already
    if (now !== undefined && now === (await readHook(repository, path + CHAINED)))
      await disk.remove(path + CHAINED);
    return;
  }
  for (const aside of [CHAINED, PARKED])
    if (await disk.lstat(path + aside)) return await disk.rename(path + aside, path);
  await disk.remove(path);
}

async function readHook({ host }: Repository, path: string): Promise<string | undefined> {
  const bytes = await host.disk.read(path);
  return bytes && text(bytes);
}

/** Unchanged, as `git lfs install` writes it, in any of its versions. */
const isOfGitLfs = (script: string, name: string): boolean =>
  new RegExp(`^#!/bin/sh\\n(command -v git-lfs .*\\n)?git lfs ${name} "\\$@"\\n*$`).test(script);
