/**
 * One WebSocket, wherever this runs. The `ws` package comes first where it exists: unlike the platform's own class it
 * shows the server's pings, and only so can a connection that died in silence (a laptop that slept) be noticed.
 */
import type { WebSocket as NodeSocket } from 'ws';

export interface SocketHandlers {
  readonly onOpen: (socket: Socket) => void;
  readonly onText: (text: string) => void;
  /** Once, whether it was ever open or not; never after `close`. */
  readonly onClose: (reason: Error) => void;
}

export interface Socket {
  send(text: string): void;
  /** Silences the handlers and lets the process exit. */
  close(): void;
}

/** The relay pings every 25 s; two missed ones and some patience. Milliseconds. */
const SILENCE_MS = 60_000;
const HANDSHAKE_MS = 15_000;
/** A close frame that nobody answers must not keep a process alive. Milliseconds. */
const FAREWELL_MS = 300;
const LARGEST_MESSAGE = 4 << 20;

export async function openSocket(
  url: string,
  handlers: SocketHandlers,
  silenceMs = SILENCE_MS,
): Promise<Socket> {
  // bundlers for the browser put a stub in its place that has no such export
  const node = (await import('ws').catch(() => undefined))?.WebSocket as typeof NodeSocket | undefined;
  return node ? openNodeSocket(node, url, handlers, silenceMs) : openBrowserSocket(url, handlers);
}

function openNodeSocket(
  Class: typeof NodeSocket,
  url: string,
  handlers: SocketHandlers,
  silenceMs: number,
): Socket {
  const socket = new Class(url, {
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
  });
  let ended = false;
  let failure: Error | undefined;
  const silence = setTimeout(() => {
    failure = new Error('nothing was heard of it for a minute');
    socket.terminate();
  }, silenceMs);
  const heard = () => silence.refresh();
  const self: Socket = {
    send: (text) => socket.send(text, () => undefined),
    close: () => {
      if (ended) return;
      ended = true;
      clearTimeout(silence);
      const farewell = setTimeout(() => socket.terminate(), FAREWELL_MS);
      socket.once('close', () => clearTimeout(farewell));
      socket.close();
    },
  };
  socket.on('open', () => {
    if (!ended) handlers.onOpen(self);
  });
  socket.on('ping', heard);
  socket.on('message', (data) => {
    heard();
    if (!ended) handlers.onText(String(data));
  });
  socket.on('error', (error) => {
    failure ??= error;
  });
  socket.on('close', (code, reason) => {
    clearTimeout(silence);
    if (ended) return;
    ended = true;
    handlers.onClose(failure ?? new Error(`it closed the connection (${code} ${String(reason)})`));
  });
  return self;
}

function openBrowserSocket(url: string, handlers: SocketHandlers): Socket {
  const socket = new WebSocket(url);
  let ended = false;
  const self: Socket = {
    send: (text) => socket.send(text),
    close: () => {
      ended = true;
      socket.close();
    },
  };
  socket.addEventListener('open', () => {
    if (!ended) handlers.onOpen(self);
  });
  socket.addEventListener('message', ({ data }) => {
    if (!ended && typeof data === 'string') handlers.onText(data);
  });
  socket.addEventListener('close', ({ code, reason }) => {
    if (ended) return;
    ended = true;
    handlers.onClose(new Error(`the connection closed (${code} ${reason})`));
  });
  return self;
}
