/** The main process's side: each channel answers with `{ success: true, data }` or `{ success: false, error }`. */
import { createRequire } from 'node:module';
import { CloudSyncEngine } from '../engine/index.ts';
import { Session } from '../rpc/index.ts';
import {
  type Answer,
  CHANGE_EVENT,
  electronChannel,
  type WindowChannel,
  windowChannelNames,
} from '../shared/contract/index.ts';
import { errorBody, SyncError } from '../shared/errors.ts';
import type { Frame, InvokeEvent, IpcMain, Sender } from './electronTypes.ts';
import { Ownerships } from './Ownerships.ts';

export interface CloudSyncHandlerOptions {
  /** Electron's own, unless a test brings another. */
  readonly ipcMain?: IpcMain;
  /**
   * Where the tool's own pages come from, such as `app://ui` or, while it is developed, `http://localhost:5173`. Pages
   * from anywhere else are refused, and so is every frame inside a page. Default: files only.
   */
  readonly trustedOrigins?: readonly string[];
}

const registered = new WeakMap<IpcMain, () => void>();

/**
 * Lets the tool's windows call an engine. Called again, it replaces what was registered before.
 * @param engine default: the one initialised last in this process, at the time of each call
 * @returns takes the handlers away, and ends what windows had running
 */
export function registerCloudSyncHandlers(
  engine?: CloudSyncEngine,
  { ipcMain = electronIpcMain(), trustedOrigins = ['file://'] }: CloudSyncHandlerOptions = {},
): () => void {
  registered.get(ipcMain)?.();
  const windows = new Map<Sender, Window>();
  const ownerships = new Ownerships();

  const windowOf = (sender: Sender, wanted: CloudSyncEngine): Window => {
    const known = windows.get(sender);
    if (known?.engine === wanted) return known;
    known?.close();
    const made = new Window(sender, wanted, () => {
      if (windows.get(sender) === made) windows.delete(sender);
    });
    windows.set(sender, made);
    return made;
  };

  const answer = async (
    channel: WindowChannel,
    { sender, senderFrame }: InvokeEvent,
    args: readonly unknown[],
  ): Promise<Answer<unknown>> => {
    try {
      checkFrame(senderFrame, trustedOrigins);
      const used = engine ?? CloudSyncEngine.latest;
      if (used === undefined)
        throw new SyncError('ENGINE_NOT_INITIALIZED', 'Engine not initialized: call initialize() first.');
      const answered = await windowOf(sender, used).session.call(channel, args);
      if (channel === 'enable-auto-sync' && answered.success) await ownerships.take(used, args[0]);
      return answered;
    } catch (error) {
      return { success: false, error: errorBody(error) };
    }
  };

  for (const channel of windowChannelNames)
    ipcMain.handle(electronChannel(channel), (event, ...args) => answer(channel, event, args));
  const unregister = () => {
    if (registered.get(ipcMain) !== unregister) return;
    registered.delete(ipcMain);
    for (const channel of windowChannelNames) ipcMain.removeHandler(electronChannel(channel));
    for (const window of windows.values()) window.close();
    ownerships.close();
  };
  registered.set(ipcMain, unregister);
  return unregister;
}

/** What a window has running. It ends with the window, with its page, or with the process behind it. */
class Window {
  readonly engine: CloudSyncEngine;
  readonly session: Session;
  readonly #sender: Sender;
  readonly #onClose: () => void;

  constructor(sender: Sender, engine: CloudSyncEngine, onClose: () => void) {
    this.engine = engine;
    this.#sender = sender;
    this.#onClose = onClose;
    this.session = new Session(engine, ({ name, ...event }) => {
      if (name === 'change' && !sender.isDestroyed()) sender.send(CHANGE_EVENT, event);
    });
    sender.once('destroyed', this.close);
    sender.on('render-process-gone', this.close);
    sender.on('did-navigate', this.close);
  }

  readonly close = (): void => {
    this.#sender.off('destroyed', this.close);
    this.#sender.off('render-process-gone', this.close);
    this.#sender.off('did-navigate', this.close);
    this.session.close();
    this.#onClose();
  };
}

/** @throws SyncError `ACCESS_DENIED` */
function checkFrame(frame: Frame | null, trusted: readonly string[]): void {
  const origin = frame?.parent === null ? originOf(frame.url) : undefined;
  if (origin !== undefined && trusted.some((each) => originOf(each) === origin)) return;
  throw new SyncError(
    'ACCESS_DENIED',
    'This page may not use modsync. The tool names its own pages in trustedOrigins of registerCloudSyncHandlers().',
  );
}

/** `URL.origin` is "null" for schemes that a tool makes up. */
function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** @throws SyncError `INVALID_CONFIG` outside of Electron's main process */
function electronIpcMain(): IpcMain {
  if ('electron' in process.versions) {
    // a module of Electron's runtime: it has no file that an import would find before it runs
    const { ipcMain } = createRequire(import.meta.url)('electron') as { ipcMain?: IpcMain };
    if (ipcMain) return ipcMain;
  }
  throw new SyncError(
    'INVALID_CONFIG',
    'registerCloudSyncHandlers() works in the main process of Electron. Call it there, once the app is ready.',
  );
}
