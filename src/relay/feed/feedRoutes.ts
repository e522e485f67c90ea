/** The feed over HTTP: server-sent events to follow it, and a route to put a message into it. */
import type { Response } from 'express';
import { z } from 'zod';
import type { ProjectChange } from '../../shared/types.ts';
import { projectChange, relayRoutes, success } from '../../shared/wire/relay.ts';
import type { Route } from '../access/routes.ts';
import type { RelayContext } from '../context.ts';
import { denied, invalid, queryPart } from '../http/http.ts';
import type { Follower } from './feed.ts';

/** Milliseconds after which a browser comes back by itself. */
const RETRY_MS = 2000;

const cursorText = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

export const feedRoutes: readonly Route[] = [
  {
    method: 'get',
    path: relayRoutes.events(':project'),
    access: 'viewer',
    handle: ({ relay, request, response, member }) => {
      const asked = request.headers['last-event-id'] ?? queryPart(request, 'cursor');
      const cursor = asked === undefined ? undefined : cursorText.safeParse(asked);
      if (cursor?.success === false) throw invalid('The cursor must be a number that this feed gave.');
      relay.feed.requirePlace(member.project.id);
      response.status(200).set({
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        // Proxies that collect answers (nginx) would hold back each hint.
        'X-Accel-Buffering': 'no',
      });
      response.write(`retry: ${RETRY_MS}\n\n`);
      const unfollow = relay.feed.follow(member.project.id, cursor?.data, eventStream(response, relay));
      const heartbeat = setInterval(() => response.write(': still here\n\n'), relay.limits.heartbeatMs);
      response.once('close', () => {
        clearInterval(heartbeat);
        unfollow();
      });
    },
  },
  {
    method: 'post',
    path: relayRoutes.changes(':project'),
    access: 'editor',
    handle: async ({ relay, request, response, member }) => {
      relay.throttle.change(member.project.id);
      const sent = await relay.readJson(request, response, projectChange);
      if (sent.projectId !== member.project.id) throw invalid('projectId: is not the project of this URL');
      if (sent.kind !== 'message')
        throw denied('Hints of pushes, tags and locks are made by the relay itself; send a message.');
      const change = { ...sent, author: member.user.name, timestamp: new Date().toISOString() };
      // The schema admits `undefined` where the type has no key at all; in JSON they are the same.
      const { isNew, ...event } = relay.db.events.add(change as ProjectChange);
      if (isNew) relay.feed.publish(member.project.id, [event]);
      response.status(isNew ? 201 : 200).json(success({ cursor: event.cursor }));
    },
  },
];

function eventStream(response: Response, { limits, feed }: RelayContext): Follower {
  const send = (type: string, cursor: number, data: string) =>
    response.write(`id: ${cursor}\nevent: ${type}\ndata: ${data}\n\n`);
  return {
    change: ({ cursor, message }, replayed) => {
      if (!replayed && response.writableLength > limits.feedBacklog) {
        feed.cutOff++;
        response.destroy();
      } else send('change', cursor, message);
    },
    ready: (cursor) => void send('ready', cursor, JSON.stringify({ type: 'ready', cursor })),
    drained: () =>
      new Promise((resolve) => {
        if (response.destroyed || !response.writableNeedDrain) return resolve(!response.destroyed);
        const done = () => {
          response.off('drain', done).off('close', done);
          resolve(!response.destroyed);
        };
        response.on('drain', done).on('close', done);
      }),
    goAway: () => void response.end(),
  };
}
