/** The ways on which a call can come: in process, in Electron's shape, over the socket. */

import { EventEmitter } from 'node:events';
import type { InvokeEvent, IpcMain } from '../../src/electron/electronTypes.ts';
import { registerCloudSyncHandlers } from '../../src/electron/index.ts';
import type { CloudSyncEngine } from '../../src/index.ts';
import { neighbourhoodOf, ownProject, reachOwner, Session, type SessionEvent } from '../../src/rpc/index.ts';
import {
  type Answer,
  type Channel,
  electronChannel,
  windowChannels,
} from '../../src/shared/contract/index.ts';
import { errorBody } from '../../src/shared/errors.ts';
import type { ProjectId } from '../../src/shared/ids.ts';

export interface Caller {
  readonly way: 'in process' | 'electron' | 'socket';
  call(channel: Channel, args: readonly unknown[]): Promise<Answer<unknown>>;
  readonly events: unknown[];
  close(): Promise<void>;
}

export function callInProcess(engine: CloudSyncEngine): Caller {
  const events: SessionEvent[] = [];
  const session = new Session(engine, (event) => events.push(event));
  return {
    way: 'in process',
    events,
    call: (channel, args) => session.call(channel, args),
    close: async () => session.close(),
  };
}

/** `ipcMain` and a window, as Electron has them: what passes is cloned as structured clone does it. */
export class ElectronDouble implements IpcMain {
  readonly handlers = new Map<string, (event: InvokeEvent, ...args: unknown[]) => Promise<unknown>>();

  handle(channel: string, listener: (event: InvokeEvent, ...args: unknown[]) => Promise<unknown>): void {
    if (this.handlers.has(channel))
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.handlers.set(channel, listener);
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }

  async invoke(window: WindowDouble, channel: string, args: readonly unknown[]): Promise<Answer<unknown>> {
    const handler = this.handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    const answer = await handler(
      { sender: window, senderFrame: window.frame },
      ...structuredClone([...args]),
    );
    return structuredClone(answer) as Answer<unknown>; // handlers answer so
  }
}

export class WindowDouble extends EventEmitter {
  readonly sent: { readonly channel: string; readonly event: unknown }[] = [];
  frame: { readonly url: string; readonly parent: object | null } | null;
  #isDestroyed = false;

  constructor(url = 'file:///tool/index.html') {
    super();
    this.frame = { url, parent: null };
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  send(channel: string, event: unknown): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
    this.sent.push({ channel, event: structuredClone(event) });
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.emit('destroyed');
  }
}

export function callByElectron(engine: CloudSyncEngine): Caller {
  const electron = new ElectronDouble();
  const window = new WindowDouble();
  const unregister = registerCloudSyncHandlers(engine, { ipcMain: electron });
  return {
    way: 'electron',
    events: window.sent,
    call: async (channel, args) => {
      try {
        return await electron.invoke(window, electronChannel(channel), args);
      } catch (error) {
        // as the preload does with what cannot be cloned
        return { success: false, error: { code: 'INVALID_INPUT', message: String(error) } };
      }
    },
    close: async () => unregister(),
  };
}

export const isForWindows = (channel: Channel): boolean => channel in windowChannels;

export async function callBySocket(
  engine: CloudSyncEngine,
  projectId: ProjectId,
  folder: string,
): Promise<Caller> {
  const ownership = await ownProject(engine, { projectId, program: 'test' });
  const reached = await reachOwner(neighbourhoodOf(engine.host), folder);
  if (reached.owner !== 'reached') throw new Error(reached.owner);
  const { client } = reached;
  const events: unknown[] = [];
  client.onEvent((event) => events.push(event));
  return {
    way: 'socket',
    events,
    call: async (channel, args) => {
      try {
        return { success: true, data: await client.call(channel, args) };
      } catch (error) {
        return { success: false, error: errorBody(error) };
      }
    },
    close: async () => {
      client.close();
      await ownership?.close();
    },
  };
}
