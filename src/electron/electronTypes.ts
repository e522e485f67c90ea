/**
 * What is used of Electron, so that modsync's own types do not ask for Electron's. The example in docs/ is compiled
 * against the real ones.
 */
export interface Frame {
  readonly url: string;
  readonly parent: object | null;
}

export interface Sender {
  isDestroyed(): boolean;
  send(channel: string, ...args: unknown[]): void;
  // each of its events has a signature of its own; ours look at no argument
  once(event: 'destroyed', listener: () => void): unknown;
  on(event: 'render-process-gone' | 'did-navigate', listener: () => void): unknown;
  off(event: 'destroyed' | 'render-process-gone' | 'did-navigate', listener: () => void): unknown;
}

export interface InvokeEvent {
  readonly sender: Sender;
  readonly senderFrame: Frame | null;
}

export interface IpcMain {
  handle(channel: string, listener: (event: InvokeEvent, ...args: unknown[]) => Promise<unknown>): void;
  removeHandler(channel: string): void;
}

export interface IpcRenderer {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
  off(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
}

export interface ContextBridge {
  exposeInMainWorld(key: string, api: unknown): void;
}
