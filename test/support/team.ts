/** People who work on one project through a relay: each with a home, a folder and an engine of their own. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CloudSyncEngine, nodeHost, type ProjectId } from '../../src/index.ts';
import { gitBytes } from './gitCommand.ts';
import { haveGitLfs } from './gitLfs.ts';
import { temporaryFolder } from './host.ts';
import { startRelayProcess } from './processes.ts';

export interface Person {
  readonly name: string;
  readonly folder: string;
  readonly home: string;
  readonly engine: CloudSyncEngine;
  readonly id: ProjectId;
  write(path: string, content: string | Uint8Array): void;
  read(path: string): string;
  remove(path: string): void;
  sync: CloudSyncEngine['syncProject'] extends (id: ProjectId, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
  /** Every file but `.git`, with its content in latin1. */
  files(): Map<string, string>;
  git(...args: string[]): string;
}

/** What `git lfs install` sets. */
const WITH_LFS = haveGitLfs
  ? ['-c', 'filter.lfs.process=git-lfs filter-process', '-c', 'filter.lfs.required=true']
  : [];

const engines = new Set<CloudSyncEngine>();

afterAll(async () => {
  for (const engine of engines) await engine.close();
  engines.clear();
});

/** What a team needs to know of its relay, be it in this process or another. */
export interface TeamRelay {
  readonly url: string;
  readonly dataDir: string;
  readonly ownerToken: string;
}

export interface Team<Relay extends TeamRelay = TeamRelay> {
  readonly relay: Relay;
  readonly people: readonly Person[];
}

let relayOfAll: Promise<TeamRelay> | undefined;

/**
 * The first person starts the project with `files`; the others join by invite. All teams of a test file are at one relay,
 * a process of its own: with a test's memory each git that it starts would take five times as long.
 */
export async function startTeam(
  names: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Team> {
  relayOfAll ??= startRelayProcess();
  return await startTeamAt(await relayOfAll, names, files);
}

/** As `startTeam`, at a relay that the test closes, looks into, or has other settings for. */
export async function startTeamAt<Relay extends TeamRelay>(
  relay: Relay,
  names: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Team<Relay>> {
  const people: Person[] = [];
  const [first, ...others] = names;
  const owner = newEngine(first ?? 'owner');
  await owner.host.keys.set(relay.url, relay.ownerToken);
  await owner.engine.initialize();
  const folder = temporaryFolder(first ?? 'owner');
  for (const [path, content] of Object.entries(files)) put(folder, path, content);
  const plan = await owner.engine.planProject(folder, { name: 'Test Mod', relay: relay.url });
  const { projectId } = await owner.engine.createProject(plan);
  people.push(person(first ?? 'owner', folder, owner, projectId));
  for (const name of others) people.push(await joinTeam(people[0] as Person, name));
  return { relay, people };
}

export const joinTeam = (owner: Person, name: string): Promise<Person> => joinTeamWith(owner, name);

/** @param parts those that the working copy is to have; left out: all */
export async function joinTeamWith(
  owner: Person,
  name: string,
  { only = [], without = [] }: { readonly only?: string[]; readonly without?: string[] } = {},
): Promise<Person> {
  const { inviteCode } = await owner.engine.shareProject(owner.id);
  const joined = newEngine(name);
  await joined.engine.initialize();
  const folder = temporaryFolder(name);
  const { projectId } = await joined.engine.joinProject(inviteCode, folder, {
    // none named is no choice: the project's own may speak
    parts: only.length + without.length > 0 ? { only, without } : undefined,
  });
  return person(name, folder, joined, projectId);
}

interface Started {
  readonly host: ReturnType<typeof nodeHost>;
  readonly engine: CloudSyncEngine;
}

function newEngine(name: string): Started {
  const host = nodeHost({ home: temporaryFolder(`${name}-home`), environment: { USER: name } });
  const engine = new CloudSyncEngine({}, host);
  engines.add(engine);
  return { host, engine };
}

function person(name: string, folder: string, { host, engine }: Started, id: ProjectId): Person {
  return {
    name,
    folder,
    home: host.home,
    engine,
    id,
    write: (path, content) => put(folder, path, content),
    read: (path) => readFileSync(join(folder, path), 'latin1'),
    remove: (path) => rmSync(join(folder, path)),
    sync: (...rest) => engine.syncProject(id, ...rest),
    files: () => filesOf(folder),
    git: (...args) => gitBytes(folder, [...WITH_LFS, ...args]).toString(),
  };
}

function put(folder: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** What goes away while it is looked at counts as not there. */
export function filesOf(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const walk = (at: string) => {
    for (const entry of present(() => readdirSync(join(folder, at), { withFileTypes: true })) ?? []) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (path === '.git') continue;
      if (entry.isDirectory()) {
        walk(path);
        continue;
      }
      const content = present(() => readFileSync(join(folder, path), 'latin1'));
      if (content !== undefined) files.set(path, content);
    }
  };
  walk('');
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function present<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // what fs throws
    throw error;
  }
}
