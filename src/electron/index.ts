/**
 * For a mod tool written in Electron. Its main process calls `registerCloudSyncHandlers()`; its windows are given
 * `preloadPath` as their preload and find the calls at `window.electron.api`. The contract of shared/contract says what
 * each takes and answers; docs/electron.md shows a whole tool.
 */
import { inPackage } from '../platform/node/packageFolder.ts';
import type { ChangeEvent, CloudSyncApi } from '../shared/contract/index.ts';

export type {
  Answer,
  Arguments,
  ChangeEvent,
  CloudSyncApi,
  PreloadMethod,
  Result,
  WindowChannel,
} from '../shared/contract/index.ts';
export { type CloudSyncHandlerOptions, registerCloudSyncHandlers } from './cloudSyncHandlers.ts';

/** `window.electron`, as the preload makes it. Declare it in the window's own types. */
export interface CloudSyncElectron {
  readonly api: CloudSyncApi;
  /** Changes of the projects that this window has subscribed to. @returns ends the listening */
  readonly onCloudSyncChange: (listener: (event: ChangeEvent) => void) => () => void;
}

/** For `webPreferences.preload`: one CommonJS file, as sandboxed windows need it. */
export const preloadPath: string = inPackage('dist', 'electron', 'preload.cjs');
