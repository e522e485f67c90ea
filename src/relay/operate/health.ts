/** What whoever runs the relay asks it: is it alive, can it work, how busy is it. */
import { relayRoutes } from '../../shared/wire/relay.ts';
import type { Route } from '../access/routes.ts';
import type { RelayContext } from '../context.ts';
import { notFound } from '../http/http.ts';

/** Why it could not take a push or an upload now. */
async function faultOf(relay: RelayContext): Promise<string | undefined> {
  try {
    relay.db.people.hasUsers();
    await relay.usage.disk(0);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const healthRoutes: readonly Route[] = [
  {
    method: 'get',
    path: relayRoutes.health,
    access: 'anyone',
    handle: ({ response }) => {
      response.json({ status: 'ok' });
    },
  },
  {
    method: 'get',
    path: relayRoutes.ready,
    access: 'anyone',
    handle: async ({ relay, response }) => {
      // A load balancer is told why no more than by the status: strangers may ask too.
      const fault = await faultOf(relay);
      if (fault !== undefined) relay.log.warn({ fault }, 'not ready');
      response
        .status(fault === undefined ? 200 : 503)
        .set('Cache-Control', 'no-store')
        .json({ status: fault === undefined ? 'ready' : 'not ready' });
    },
  },
  {
    method: 'get',
    path: relayRoutes.metrics,
    access: 'anyone',
    handle: ({ relay, request, response }) => {
      // To anybody else it is not there.
      if (!relay.mayReadMetrics(relay.callers.of(request).address)) throw notFound();
      response
        .set({ 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8', 'Cache-Control': 'no-store' })
        .send(relay.metrics.text(relay, relay.connections()));
    },
  },
];
