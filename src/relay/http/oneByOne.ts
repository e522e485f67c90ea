/**
 * Requests that a client sends on one connection without waiting for answers. Node starts all of them at once, and when
 * the connection closes it tells only the first: whoever answers the others would wait for ever. Here each starts when
 * the one before it has been answered, so that one connection is never more than one request under way.
 */
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** On one connection. Proxies and load generators send a handful. */
const MOST_WAITING = 100;

export function oneByOne(handle: RequestListener): RequestListener {
  const busy = new WeakMap<Socket, (() => void)[]>();
  return (request, response) => {
    const { socket } = request;
    const start = () => {
      response.once('close', () => {
        const next = busy.get(socket)?.shift();
        if (next === undefined) busy.delete(socket);
        else if (!socket.destroyed) next();
      });
      handle(request, response);
    };
    const waiting = busy.get(socket);
    if (waiting === undefined) {
      busy.set(socket, []);
      start();
    } else if (waiting.push(start) > MOST_WAITING) socket.destroy();
  };
}
