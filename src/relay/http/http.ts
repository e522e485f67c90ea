/** What every route shares of HTTP: errors and how they are shown, JSON bodies, the relay's own URL. */
import type { IncomingMessage } from 'node:http';
import express, { type ErrorRequestHandler, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { type ErrorCode, SyncError } from '../../shared/errors.ts';
import { LFS_MEDIA_TYPE } from '../../shared/wire/lfs.ts';
import type { Callers } from './callers.ts';

/** A failure that the caller is told of: with this status, and with a message that gives nothing inner away. */
export class RelayError extends SyncError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    options: { readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    super(code, message, options);
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

/** The same words whether a project is not there or not theirs: a stranger cannot learn which exist. */
export const notFound = () => new RelayError(404, 'NOT_FOUND', 'Nothing is here, or it is not yours to see.');

export const invalid = (message: string, status = 400) => new RelayError(status, 'INVALID_INPUT', message);

export const denied = (message: string) => new RelayError(403, 'ACCESS_DENIED', message);

/** A token or an invite code that nobody has: each of these is counted against the address it came from. */
export class WrongSecret extends RelayError {}

/** @param seconds after which the caller may try again */
export const tooMany = (seconds: number) =>
  new RelayError(429, 'RATE_LIMITED', `Too much at once. Try again in ${seconds} seconds.`, {
    headers: { 'Retry-After': String(seconds) },
  });

const CHALLENGE = 'Basic realm="modsync"';

export const unauthenticated = () =>
  new RelayError(401, 'ACCESS_DENIED', 'Sign in first: send the token that `modsync login` keeps.', {
    headers: { 'WWW-Authenticate': CHALLENGE, 'LFS-Authenticate': CHALLENGE },
  });

/** Turns whatever was thrown into what may be said of it. */
function relayError(error: unknown): RelayError {
  if (error instanceof RelayError) return error;
  if (error instanceof SyncError && error.code === 'NO_SPACE') return noSpace(error);
  if (error instanceof Error) {
    if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return noSpace(error);
    // Express and its body parser mark the caller's faults with a status.
    if ('status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 500)
      return new RelayError(
        error.status,
        'INVALID_INPUT',
        error.status === 413 ? 'The request is too large.' : 'The request could not be read.',
        { cause: error },
      );
  }
  return new RelayError(500, 'INTERNAL', 'The relay failed. Its log says why, under this request id.', {
    cause: error,
  });
}

export const noSpace = (cause?: unknown) =>
  new RelayError(
    507,
    'NO_SPACE',
    "The relay's disk is full. Nothing was stored; what is there can be read.",
    {
      cause,
    },
  );

/** The last handler: git gets text (it prints it as `remote: …`), and so do people, git-lfs its own shape, all others ours. */
export const errorHandler =
  (log: Logger): ErrorRequestHandler =>
  (thrown, request, response, _next) => {
    if (request.destroyed && !request.complete) {
      response.destroy();
      return;
    }
    // What is left of a body is read and dropped, else the client would still be sending when the answer comes.
    if (!request.complete) request.resume();
    const error = relayError(thrown);
    if (error.status >= 500) log.error({ request: response.locals.requestId, err: error.cause ?? error });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(error.status).set(error.headers).set('Cache-Control', 'no-store');
    const { path } = request;
    if (path.includes('.git/info/lfs/') || path.startsWith('/assets/'))
      response
        .type(LFS_MEDIA_TYPE)
        .send(JSON.stringify({ message: error.message, request_id: response.locals.requestId }));
    else if (path.includes('.git/') || path.startsWith('/releases/'))
      response.type('text/plain').send(`${error.message}\n`);
    else response.json({ success: false, error: { code: error.code, message: error.message } });
  };

export type JsonReader = <Schema extends z.ZodType>(
  request: Request,
  response: Response,
  schema: Schema,
  /** Of a body that is JSON but not what the schema asks. */
  status?: number,
) => Promise<z.infer<Schema>>;

/** Of a body with a fault in each of its thousands of parts, the answer would be larger than the body. */
const MOST_FAULTS = 100;

/** Reads bodies only where a route asks for one, so after the caller has been authorised. */
export function jsonReader(limit: number): JsonReader {
  const parse = express.json({ limit, type: ['application/json', LFS_MEDIA_TYPE] });
  return async (request, response, schema, status = 400) => {
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
    if (request.body === undefined)
      throw invalid('The body must be JSON, and Content-Type must say so.', 415);
    const parsed = schema.safeParse(request.body);
    if (parsed.success) return parsed.data;
    const { issues } = parsed.error;
    const faults = issues
      .slice(0, MOST_FAULTS)
      .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
    const more = issues.length > faults.length ? `; and ${issues.length - faults.length} more` : '';
    throw invalid(faults.join('; ') + more, status);
  };
}

/** A named part of the route's path; patterns here have no repeated parts. */
export function pathPart(request: Request, name: string): string {
  const value = request.params[name];
  if (typeof value !== 'string') throw notFound();
  return value;
}

export function queryPart(request: Request, name: string): string | undefined {
  const value = request.query[name];
  return typeof value === 'string' ? value : undefined;
}

/** What a `Host` may look like before it becomes part of a link. */
const HOST = /^[a-zA-Z0-9.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/;

/**
 * Where the caller reaches this relay: the URL it was told it has, else the one the caller used, so that answers
 * hold on every interface it listens on.
 */
export const baseUrlOf =
  (publicUrl: string | undefined, callers: Callers, listening: () => string) =>
  (request: IncomingMessage) => {
    if (publicUrl !== undefined) return publicUrl;
    const { scheme, host } = callers.of(request);
    return host !== undefined && HOST.test(host) ? `${scheme}://${host}` : listening();
  };
