/**
 * Finding the process that owns a project. With client.ts this is all that a caller needs: it loads no schemas and no
 * engine, so that a command is quick to start.
 */
import type { Host } from '../platform/index.ts';
import { SyncError } from '../shared/errors.ts';
import { isProjectId } from '../shared/ids.ts';
import { join, parentOf } from '../shared/paths.ts';
import { OwnerClient } from './client.ts';
import { type Hello, OWNER_FILE, PROTOCOL, parseLine, parseOwnerFile } from './messages.ts';

export { callsThrough, OwnerClient, type ProjectCalls } from './client.ts';

export type Reached =
  | { readonly owner: 'none' }
  /** Another version works on the project, and speaks another protocol. Everyone takes turns then. */
  | { readonly owner: 'other-version'; readonly program: string }
  /** `folder`: the project's, a disk path. */
  | { readonly owner: 'reached'; readonly client: OwnerClient; readonly folder: string };

/** Milliseconds until an owner that does not greet counts as none. */
const PATIENCE = 5000;

export interface Neighbourhood {
  readonly disk: {
    readonly read: (path: string) => Promise<Uint8Array | undefined>;
    readonly isThere: (path: string) => Promise<boolean>;
  };
  readonly sockets: Host['sockets'] | undefined;
}

export const neighbourhoodOf = ({ disk, sockets }: Host): Neighbourhood => ({
  disk: { read: (path) => disk.read(path), isThere: async (path) => (await disk.lstat(path)) !== undefined },
  sockets,
});

/** @param folder a disk path in the project */
export async function reachOwner({ disk, sockets }: Neighbourhood, folder: string): Promise<Reached> {
  const root = sockets && (await findProject(disk, folder));
  if (sockets === undefined || root === undefined) return { owner: 'none' };
  const bytes = await disk.read(join(root, '.git', 'modsync', OWNER_FILE));
  if (bytes === undefined) return { owner: 'none' };
  const { protocol, program, projectId, address, token } = parseOwnerFile(bytes) ?? {};
  if (protocol !== PROTOCOL)
    return { owner: 'other-version', program: typeof program === 'string' ? program : 'another modsync' };
  if (typeof address !== 'string' || typeof token !== 'string') return { owner: 'none' };
  if (typeof projectId !== 'string' || !isProjectId(projectId)) return { owner: 'none' };

  let client: OwnerClient | undefined;
  let greeted: (line: string | undefined) => void = () => undefined;
  const greeting = new Promise<string | undefined>((resolve) => {
    greeted = resolve;
  });
  const connection = await sockets
    .connect(address, {
      onLine: (line) => (client ? client.hear(line) : greeted(line)),
      onClose: () => {
        greeted(undefined);
        client?.lost();
      },
    })
    .catch(() => undefined);
  if (connection === undefined) return { owner: 'none' };
  const timer = setTimeout(() => connection.cut(), PATIENCE);
  const hello: Hello = { protocol: PROTOCOL, token };
  connection.send(JSON.stringify(hello));
  const made = new OwnerClient(connection, projectId);
  const welcome = parseLine((await greeting.finally(() => clearTimeout(timer))) ?? '');
  if (welcome?.success !== true) {
    connection.cut();
    return { owner: 'none' };
  }
  client = made;
  return { owner: 'reached', client, folder: root };
}

/** As `modsync` finds a project: upwards. */
async function findProject(disk: Neighbourhood['disk'], folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = parentOf(at)) {
    for (const file of ['.modsync.json', '.git/modsync/project.json'])
      if (await disk.isThere(join(at, file))) return at;
    if (at === '' || parentOf(at) === at) return undefined;
  }
}

export const otherVersion = (program: string): SyncError =>
  new SyncError(
    'PROJECT_BUSY',
    `${program} works on this project already, and is not of this version. Stop it, or use the same version.`,
  );
