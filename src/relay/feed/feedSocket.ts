/**
 * The feed over a WebSocket, at `/api/projects/:project/feed`. The first message is a `FeedHello` with the token
 * (browsers cannot set headers on a WebSocket); until then nothing is looked up, so that a stranger learns nothing.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { SyncError } from '../../shared/errors.ts';
import type { ProjectId } from '../../shared/ids.ts';
import { type FeedHello, type FeedMessage, feedAt, feedHello } from '../../shared/wire/relay.ts';
import { hashSecret, unknownToken, userOfToken } from '../access/auth.ts';
import { memberOf } from '../access/routes.ts';
import type { RelayContext } from '../context.ts';
import { isFeedKey } from '../hooks/signature.ts';
import { invalid, notFound, WrongSecret } from '../http/http.ts';

const PATH = /^\/api\/projects\/([^/?]+)\/feed(?:\?|$)/;
const TEXT = { binary: false } as const;
const LARGEST_MESSAGE = 16 * 1024;

/** Close codes of RFC 6455 and its registry; those from 4000 on are ours: the client should not simply try again. */
const CLOSE = { goingAway: 1012, tooSlow: 1013, refused: 4403 } as const;

export interface FeedSockets {
  /** Asks every client to come back later, then cuts those that do not answer. */
  close(): void;
  terminate(): void;
}

export function serveFeedSockets(server: Server, relay: RelayContext): FeedSockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
  });
  const answered = new WeakSet<WebSocket>();

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {});
    const project = PATH.exec(request.url ?? '')?.[1];
    const refuse = (status: string) =>
      void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    if (project === undefined) return refuse('404 Not Found');
    const { address } = relay.callers.of(request);
    try {
      relay.throttle.request(address);
    } catch {
      return refuse('429 Too Many Requests');
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      answered.add(client);
      client.on('pong', () => answered.add(client));
      client.on('error', () => client.terminate());
      greet(client, project, relay, address);
    });
  });

  const heartbeat = setInterval(() => {
    for (const client of sockets.clients) {
      if (!answered.delete(client)) client.terminate();
      else client.ping();
    }
  }, relay.limits.heartbeatMs);
  heartbeat.unref();

  return {
    close: () => {
      clearInterval(heartbeat);
      for (const client of sockets.clients) client.close(CLOSE.goingAway, 'The relay restarts.');
    },
    terminate: () => {
      for (const client of sockets.clients) client.terminate();
    },
  };
}

function greet(client: WebSocket, project: string, relay: RelayContext, address: string): void {
  const refuse = (error: unknown) => {
    const told = error instanceof SyncError ? error : new SyncError('INTERNAL', 'The relay failed.');
    if (told !== error) relay.log.error({ err: error });
    send(client, { type: 'error', code: told.code, message: told.message });
    if (error instanceof WrongSecret) relay.throttle.wrongSecret(address);
    client.close(told.code === 'RATE_LIMITED' ? CLOSE.tooSlow : CLOSE.refused, told.code);
  };
  const timer = setTimeout(
    () => refuse(invalid('The first message did not come in time: a hello with a token.')),
    relay.limits.feedHelloMs,
  );
  client.once('close', () => clearTimeout(timer));
  client.once('message', (data: RawData) => {
    clearTimeout(timer);
    try {
      const hello = feedHello.safeParse(parsedJson(String(data)));
      if (!hello.success) throw invalid('The first message must be a hello with a token.');
      relay.throttle.beforeSecret(address, hashSecret(hello.data.token));
      const { projectId, person } = followerOf(relay, project, hello.data);
      relay.feed.requirePlace(projectId);
      follow(client, projectId, hello.data.cursor, relay);
      const { presence } = hello.data;
      if (presence && person) beThere(client, projectId, person, presence.device, relay);
    } catch (error) {
      refuse(error);
    }
  });
}

function follow(
  client: WebSocket,
  projectId: ProjectId,
  cursor: number | undefined,
  relay: RelayContext,
): void {
  let sent: Promise<boolean> = Promise.resolve(true);
  const unfollow = relay.feed.follow(projectId, cursor, {
    change: ({ bytes }, replayed) => {
      if (replayed)
        sent = new Promise((resolve) =>
          client.send(bytes, TEXT, (error) => resolve(error === undefined || error === null)),
        );
      else if (client.bufferedAmount > relay.limits.feedBacklog) {
        relay.feed.cutOff++;
        client.close(CLOSE.tooSlow, 'Too slow: come back with your cursor.');
        // Its close frame waits behind the backlog: it may never read it.
        client.terminate();
      } else client.send(bytes, TEXT);
    },
    ready: (newest) => send(client, { type: 'ready', cursor: newest }),
    drained: () => sent,
    goAway: () => client.close(CLOSE.goingAway, 'The relay restarts.'),
  });
  client.once('close', unfollow);
}

/** As the others see them. */
interface Person {
  readonly userId: string;
  readonly name: string;
}

/** A member; or, where the project follows a repository at GitHub, whoever has the key, under the name they say. */
function followerOf(
  relay: RelayContext,
  project: string,
  { token, presence }: FeedHello,
): { readonly projectId: ProjectId; readonly person: Person | undefined } {
  if (!isFeedKey(token)) {
    const { user, project: joined } = memberOf(relay, userOfToken(relay, token), project);
    return { projectId: joined.id, person: { userId: user.id, name: user.name } };
  }
  const hash = hashSecret(token);
  const projectId = relay.db.follows.projectOfKey(hash);
  if (projectId === undefined) throw unknownToken();
  relay.throttle.rightToken(hash);
  if (projectId !== project) throw notFound();
  const name = presence?.name;
  return { projectId, person: name === undefined ? undefined : { userId: `by name: ${name}`, name } };
}

function beThere(
  client: WebSocket,
  projectId: ProjectId,
  person: Person,
  device: string,
  relay: RelayContext,
): void {
  const visit = relay.feed.presence.enter(projectId, {
    ...person,
    device,
    // who reads slowly misses a list, and is told the next
    tell: (message) => void (client.bufferedAmount > relay.limits.feedBacklog || client.send(message, TEXT)),
  });
  client.on('message', (data: RawData) => {
    const said = feedAt.safeParse(parsedJson(String(data)));
    // what is no such message may be one of a later version
    if (said.success) visit.move(said.data.path);
  });
  client.once('close', () => visit.leave());
}

const send = (client: WebSocket, message: FeedMessage): void => client.send(JSON.stringify(message));

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
