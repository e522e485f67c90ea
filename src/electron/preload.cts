/**
 * The window's side: makes `window.electron`. It runs in a sandboxed preload, which can load nothing but Electron, so
 * this one file is all of it; what it names is checked against the contract when it is compiled.
 */
import type { Answer, CHANGE_EVENT, ChangeEvent, WindowChannel } from '../shared/contract/index.ts' with {
  'resolution-mode': 'import',
};
import type { ContextBridge, IpcRenderer } from './electronTypes.ts' with { 'resolution-mode': 'import' };

const { contextBridge, ipcRenderer } = require('electron') as {
  readonly contextBridge: ContextBridge;
  readonly ipcRenderer: IpcRenderer;
};

const channels = {
  'sync-project': true,
  'enable-auto-sync': true,
  'share-project': true,
  'join-project': true,
  'broadcast-change': true,
  'subscribe-to-changes': true,
  'unsubscribe-from-changes': true,
  'detect-conflicts': true,
  'resolve-conflict': true,
  'get-project-history': true,
  'restore-snapshot': true,
  'upload-asset': true,
  'download-asset': true,
  'get-status': true,
  'get-collaboration-session': true,
} satisfies Record<WindowChannel, true>;

const CHANGE: typeof CHANGE_EVENT = 'cloud-sync:change';

async function call(channel: string, args: unknown[]): Promise<Answer<unknown>> {
  try {
    // the main process answers so
    return (await ipcRenderer.invoke(`cloud-sync:${channel}`, ...args)) as Answer<unknown>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { success: false, error: { code: 'INVALID_INPUT', message: `${channel}: ${message}` } };
  }
}

const methodOf = (channel: string) =>
  `cloudSync${channel
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')}`;

const api = Object.fromEntries(
  Object.keys(channels).map((channel) => [methodOf(channel), (...args: unknown[]) => call(channel, args)]),
);

function onCloudSyncChange(listener: (event: ChangeEvent) => void): () => void {
  // the main process sends nothing else on this channel
  const hear = (_event: unknown, event: unknown) => listener(event as ChangeEvent);
  ipcRenderer.on(CHANGE, hear);
  return () => void ipcRenderer.off(CHANGE, hear);
}

contextBridge.exposeInMainWorld('electron', { api, onCloudSyncChange });
