/** The Express application: every route of the relay, each behind its guard, between a log line and the errors. */
import { randomUUID } from 'node:crypto';
import express, { type Express, type Request, type RequestHandler } from 'express';
import helmet from 'helmet';
import { isProjectId } from '../shared/ids.ts';
import { guarded, type Route } from './access/routes.ts';
import { assetRoutes } from './assets/assets.ts';
import type { RelayContext } from './context.ts';
import { feedRoutes } from './feed/feedRoutes.ts';
import { formIdRoutes } from './formIds/leases.ts';
import { gitRoutes } from './git/git.ts';
import { followRoutes } from './hooks/follow.ts';
import { githubHookRoutes } from './hooks/github.ts';
import { errorHandler, notFound } from './http/http.ts';
import { batchRoutes } from './lfs/batch.ts';
import { bundleRoutes } from './lfs/bundle.ts';
import { lockRoutes } from './lfs/locks.ts';
import { healthRoutes } from './operate/health.ts';
import { inviteRoutes } from './projects/invites.ts';
import { projectRoutes } from './projects/projects.ts';
import { releaseRoutes } from './releases/releases.ts';

/** All there is. The order matters nowhere: no two of them match one request. */
export const routes: readonly Route[] = [
  ...healthRoutes,
  ...projectRoutes,
  ...inviteRoutes,
  ...followRoutes,
  ...githubHookRoutes,
  ...feedRoutes,
  ...gitRoutes,
  ...batchRoutes,
  ...bundleRoutes,
  ...lockRoutes,
  ...assetRoutes,
  ...releaseRoutes,
  ...formIdRoutes,
];

export function createApp(relay: RelayContext): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.set('query parser', 'simple');
  app.use(requestLog(relay));
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  for (const route of routes) app[route.method](route.path, guarded(relay, route));
  app.use((request: Request) => {
    relay.throttle.request(relay.callers.of(request).address);
    throw notFound();
  });
  app.use(errorHandler(relay.log));
  return app;
}

/** One line for each request. Of its URL only the route's pattern and the project: paths can hold invite codes. */
const requestLog =
  ({ log, metrics, callers }: RelayContext): RequestHandler =>
  (request, response, next) => {
    const start = performance.now();
    // Afterwards the connection may have forgotten it.
    const { address } = callers.of(request);
    response.locals.requestId = randomUUID();
    response.set('X-Request-Id', response.locals.requestId);
    response.once('close', () => {
      const project = request.params?.project;
      const seconds = (performance.now() - start) / 1000;
      metrics.request(request.method, response.locals.route ?? 'none', response.statusCode, seconds);
      log.info({
        request: response.locals.requestId,
        method: request.method,
        route: response.locals.route,
        // What is no project's id may be anything, a token that went astray for one.
        ...(typeof project === 'string' && isProjectId(project) && { project }),
        status: response.statusCode,
        ...(response.writableFinished ? {} : { cut: true }),
        ms: Math.round(seconds * 10_000) / 10,
        address,
      });
    });
    next();
  };
