/** The messages of the snapshots that modsync makes by itself, and how they are told from a person's. */
import { classify } from '../../bethesda/index.ts';
import type { TreeChange } from '../../shared/git.ts';
import { nameOf } from '../../shared/paths.ts';
import type { ChangedPath, DecidedConflict } from '../../shared/types.ts';

const TRAILER = 'Modsync-Snapshot: automatic';

export const isAutomatic = (message: string): boolean => message.trimEnd().endsWith(TRAILER);

const TAKE = 'Modsync-Snapshot: taken';
const DECISION = 'Modsync-Snapshot: decided';
const OWN = [TRAILER, TAKE, DECISION];

/** Of modsync's words alone. */
export const isOwn = (message: string): boolean => OWN.some((trailer) => message.trimEnd().endsWith(trailer));

/** Not a snapshot of anybody's work: what came of theirs beside an open conflict. */
export const isTake = (message: string): boolean => message.trimEnd().endsWith(TAKE);

/** `Take 2 plugins and 14 textures from Alice beside an open conflict`, with the trailer. */
export function takeMessage(changes: readonly ChangedPath[], from: readonly string[]): string {
  const [first = 'the remote', second, ...others] = from;
  const who =
    second === undefined
      ? first
      : others.length === 0
        ? `${first} and ${second}`
        : `${first} and ${others.length + 1} others`;
  return `Take ${subject(changes.map(({ path }) => path))} from ${who} beside an open conflict\n\n${TAKE}\n`;
}

const NOUNS: Partial<Record<ReturnType<typeof classify>, string>> = {
  plugin: 'plugin',
  script: 'compiled script',
  'script-source': 'script',
  texture: 'texture',
  mesh: 'mesh',
  sound: 'sound',
  archive: 'archive',
};

/** `Update TheBeacon.esp`, `Add 2 plugins, 14 textures, 3 files`, with the trailer. */
export function automaticMessage(changes: readonly ChangedPath[]): string {
  const kinds = new Set(changes.map(({ kind }) => kind));
  const [only] = kinds;
  const verb = only && kinds.size === 1 ? VERBS[only] : 'Update';
  return `${verb} ${subject(changes.map(({ path }) => path))}\n\n${TRAILER}\n`;
}

const VERBS = { added: 'Add', modified: 'Update', deleted: 'Delete' } as const;

/** What a tree's change is to a person. */
export const changedPath = ({ path, before, after }: TreeChange): ChangedPath => ({
  path,
  kind: before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified',
});

const DECIDED = 'Modsync-Decided';

export const mergeMessage = (branch: string, decided: readonly DecidedConflict[]): string =>
  withDecided(`Merge the remote's ${branch}`, decided);

/** A person's words, or modsync's own, and what was decided. */
export function withDecided(message: string, decided: readonly DecidedConflict[]): string {
  const trailers = decided.map(({ path, how }) => `${DECIDED}: ${how} ${quoted(path)}\n`);
  return `${message.trimEnd()}\n${trailers.length > 0 ? `\n${trailers.join('')}` : ''}`;
}

/** A snapshot that is there to say it: of saves over pulled files. */
export const decisionMessage = (decided: readonly DecidedConflict[]): string =>
  `${withDecided(`Decide ${subject(decided.map(({ path }) => path))}, saved over a pulled version`, decided)}${DECISION}\n`;

/** What a commit's message says of it. */
export function decidedIn(message: string): DecidedConflict[] {
  const decided: DecidedConflict[] = [];
  for (const [, how, path] of message.matchAll(
    /^Modsync-Decided: (local|remote|base|both|file|inside|git) (.+)$/gm,
  ))
    if (how && path) decided.push({ how: how as DecidedConflict['how'], path: unquoted(path) }); // as the pattern says
  return decided;
}

/** A name may hold a line break. */
const quoted = (path: string) => (/[\p{Cc}"\\]/u.test(path) ? JSON.stringify(path) : path);

function unquoted(path: string): string {
  if (!path.startsWith('"')) return path;
  try {
    return String(JSON.parse(path));
  } catch {
    return path;
  }
}

function subject(paths: readonly string[]): string {
  if (paths.length === 0) return 'nothing';
  if (paths.length <= 2) return paths.map(nameOf).join(' and ');
  const counts = new Map<string, number>();
  for (const path of paths) {
    const noun = NOUNS[classify(path)] ?? 'file';
    counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  return [...counts].map(([noun, count]) => `${count} ${count === 1 ? noun : plural(noun)}`).join(', ');
}

const plural = (noun: string) => (noun === 'mesh' ? 'meshes' : `${noun}s`);
