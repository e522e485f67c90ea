/** The owner process: it works on a project, and serves the contract to every other process of this user's. */
import type { CloudSyncEngine } from '../engine/index.ts';
import type { Host } from '../platform/index.ts';
import { toHex, utf8 } from '../shared/bytes.ts';
import type { ProjectId } from '../shared/ids.ts';
import { join } from '../shared/paths.ts';
import {
  OWNER_FILE,
  OWNER_LOCK,
  OWNER_SOCKET,
  type OwnerFile,
  PROTOCOL,
  parseOwnerFile,
} from './messages.ts';
import { serveConnection } from './serveConnection.ts';

export interface OwnershipOptions {
  readonly projectId: ProjectId;
  /** What a person calls this program and its version: "modsync 0.1.0". */
  readonly program: string;
  /** Tests let an owner of another version speak. */
  readonly protocol?: number;
}

export interface Ownership {
  /** By whoever took it, or because the engine was closed. */
  readonly isClosed: boolean;
  close(): Promise<void>;
}

/**
 * Makes this process the project's owner, until it closes that or dies.
 * @returns `undefined` while another living process is
 */
export async function ownProject(
  engine: CloudSyncEngine,
  { projectId, program, protocol = PROTOCOL }: OwnershipOptions,
): Promise<Ownership | undefined> {
  await engine.getParts(projectId); // opens it
  const { host } = engine;
  const { state } = engine.placeOf(projectId);
  const lock = await host.disk.lockProcess(join(state, OWNER_LOCK));
  if (lock === undefined) return undefined;
  const file = join(state, OWNER_FILE);
  try {
    await forgetDead(host, file);
    const token = toHex(host.codec.randomBytes(32));
    const server = await host.sockets
      ?.listen(join(state, OWNER_SOCKET), (connection) =>
        serveConnection(connection, { engine, projectId, token, program }),
      )
      // without it, the others take turns at the project's lock
      .catch(() => undefined);
    if (server === undefined) return endingWith(engine, () => lock.release());
    const said: OwnerFile = { protocol, program, projectId, address: server.address, token };
    try {
      await host.disk.publish(file, utf8(`${JSON.stringify(said)}\n`), { secret: true });
    } catch (error) {
      await server.close();
      throw error;
    }
    return endingWith(engine, async () => {
      // in this order: nobody is led to an owner that no longer answers, and no other one is made too early
      await host.disk.remove(file);
      await server.close();
      await lock.release();
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Ends once: when it is closed, or when the engine is. */
function endingWith(engine: CloudSyncEngine, end: () => Promise<void>): Ownership {
  let ending: Promise<void> | undefined;
  const close = () => {
    forget();
    ending ??= end();
    return ending;
  };
  const forget = engine.onClose(close);
  return {
    close,
    get isClosed() {
      return ending !== undefined;
    },
  };
}

/** What an owner left that was killed. */
async function forgetDead(host: Host, file: string): Promise<void> {
  const left = parseOwnerFile(await host.disk.read(file));
  if (left === undefined) return;
  await host.disk.remove(file);
  if (left.address !== undefined) host.sockets?.forget(left.address);
}
