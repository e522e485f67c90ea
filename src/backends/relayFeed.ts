/** A project's feed at a relay: over a WebSocket, which comes back by itself and is replayed what it missed. */
import type { Feed, FeedHandlers, FeedSubscription } from '../ports/feed.ts';
import { type ErrorBody, SyncError } from '../shared/errors.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { ProjectChange } from '../shared/types.ts';
import { type FeedAt, type FeedHello, feedMessage, relayRoutes } from '../shared/wire/relay.ts';
import { connectionFailed, type RelayApi } from './relayApi.ts';
import { openSocket, type Socket } from './webSocket.ts';

export interface RelayFeedOptions {
  readonly api: RelayApi;
  readonly projectId: ProjectId;
  /** This device's name in the list of those who are there. */
  readonly device: string;
  /** Shown to the others, where the relay does not know whose token it is. */
  readonly name?: string;
  /** Asked before each connection, so that a login takes effect without a restart. */
  readonly token: () => Promise<string | undefined>;
}

const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
const MOST_REMEMBERED = 1000;

/** Between half and the whole of the pause, so that a team does not come back to a restarted relay in one instant. */
const jittered = (pauseMs: number) => pauseMs * (0.5 + Math.random() / 2);

export function relayFeed({ api, projectId, device, name, token }: RelayFeedOptions): Feed {
  const url = `${api.origin.replace(/^http/, 'ws')}${relayRoutes.feed(projectId)}`;
  return {
    async publish(change) {
      // the relay itself makes the hint of every push it takes, and refuses those of others
      if (change.kind === 'message') await api.publishChange(change);
    },
    subscribe: (handlers, cursor) =>
      new RelaySubscription({ url, origin: api.origin, token, device, name }, handlers, cursor),
  };
}

interface RelayAddress {
  readonly url: string;
  readonly origin: string;
  readonly token: () => Promise<string | undefined>;
  readonly device: string;
  readonly name: string | undefined;
}

class RelaySubscription implements FeedSubscription {
  readonly #at: RelayAddress;
  readonly #handlers: FeedHandlers;
  #cursor: number | undefined;
  #pauseMs = SHORTEST_PAUSE_MS;
  #socket: Socket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  /** Since the last "ready". */
  #isConnected = false;
  /** What is open here. */
  #path: string | undefined;
  /** What was reported last: the same trouble, met again every few seconds, is told once. */
  #trouble: string | undefined;
  /** Ids of the changes that were told last. */
  readonly #heard = new Set<string>();

  constructor(at: RelayAddress, handlers: FeedHandlers, cursor: number | undefined) {
    this.#at = at;
    this.#handlers = handlers;
    this.#cursor = cursor;
    void this.#connect();
  }

  moveTo(path: string | undefined): void {
    this.#path = path;
    if (this.#isConnected) this.#sayPath();
  }

  #sayPath(): void {
    if (!this.#handlers.onPresence) return;
    const said: FeedAt = { type: 'at', ...(this.#path !== undefined && { path: this.#path }) };
    this.#socket?.send(JSON.stringify(said));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  async #connect(): Promise<void> {
    try {
      const token = await this.#at.token();
      if (token === undefined)
        throw new SyncError(
          'ACCESS_DENIED',
          `Nobody is signed in at ${this.#at.origin}. Run: modsync login ${this.#at.origin} --token TOKEN`,
        );
      if (this.#closed) return;
      const socket = await openSocket(this.#at.url, {
        onOpen: (open) => open.send(JSON.stringify(this.#hello(token))),
        onText: (text) => this.#hear(text),
        onClose: (reason) => this.#lost(connectionFailed(this.#at.origin, reason)),
      });
      this.#socket = socket;
      if (this.#closed) socket.close();
    } catch (error) {
      this.#lost(error);
    }
  }

  #hello(token: string): FeedHello {
    const { device, name } = this.#at;
    return {
      type: 'hello',
      token,
      ...(this.#cursor !== undefined && { cursor: this.#cursor }),
      ...(this.#handlers.onPresence && { presence: { device, ...(name && { name }) } }),
    };
  }

  #hear(text: string): void {
    const message = parsedMessage(text);
    if (message === undefined) {
      const words = `${this.#at.origin} sent a hint that cannot be read. Is it a modsync relay, of the same version?`;
      this.#refuse(new SyncError('REMOTE_PROTOCOL', words));
      return;
    }
    switch (message.type) {
      case 'change':
        this.#cursor = message.cursor;
        if (this.#isRepeated(message.change.changeId)) break;
        // the schema checks what the type says; it only knows absent members as `undefined`
        this.#handlers.onEvent({ cursor: message.cursor, change: message.change as ProjectChange });
        break;
      case 'ready':
        // may be lower than ours: the relay was restored from a backup
        this.#cursor = message.cursor;
        this.#pauseMs = SHORTEST_PAUSE_MS;
        this.#trouble = undefined;
        this.#isConnected = true;
        if (this.#path !== undefined) this.#sayPath();
        this.#handlers.onConnect();
        break;
      case 'presence':
        this.#handlers.onPresence?.(message.people);
        break;
      case 'error':
        this.#refuse(
          new SyncError(codeOf(message.code), message.message, { data: { origin: this.#at.origin } }),
        );
    }
  }

  /** A relay that was restored from a backup, or sits behind another, may tell of a change again. */
  #isRepeated(changeId: string): boolean {
    if (this.#heard.has(changeId)) return true;
    this.#heard.add(changeId);
    const [oldest] = this.#heard;
    if (this.#heard.size > MOST_REMEMBERED && oldest !== undefined) this.#heard.delete(oldest);
    return false;
  }

  /** What a quick retry would not mend. */
  #refuse(error: SyncError): void {
    this.#socket?.close();
    this.#pauseMs = LONGEST_PAUSE_MS;
    this.#lost(error);
  }

  #lost(error: unknown): void {
    if (this.#closed) return;
    this.#socket = undefined;
    this.#isConnected = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), jittered(this.#pauseMs));
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    const trouble = error instanceof SyncError ? error.code : String(error);
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#handlers.onDisconnect(error);
  }
}

const codeOf = (code: string): ErrorBody['code'] =>
  code === 'ACCESS_DENIED' || code === 'NOT_FOUND' || code === 'RATE_LIMITED' ? code : 'REMOTE_PROTOCOL';

function parsedMessage(text: string) {
  try {
    return feedMessage.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
