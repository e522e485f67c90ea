/**
 * Where GitHub tells of a repository that a project here follows. What it sends becomes a hint in the project's feed.
 *
 * The signature is checked over the raw bytes before anything of them is read, and without one that is right nobody
 * learns anything: a project that is not there, one that follows nothing and a wrong signature are one answer, after the
 * same work. GitHub gives a relay ten seconds.
 */
import express, { type Request, type Response } from 'express';
import { z } from 'zod';
import { isProjectId, type ProjectId } from '../../shared/ids.ts';
import type { ProjectChange } from '../../shared/types.ts';
import { relayRoutes, success } from '../../shared/wire/relay.ts';
import type { Call, Route } from '../access/routes.ts';
import { denied, invalid, queryPart } from '../http/http.ts';
import { readPayload } from './payload.ts';
import { isSigned, sentSignature, webhookSecret } from './signature.ts';

const names = z.object({
  event: z.string().regex(/^[a-z_]{1,50}$/),
  id: z.string().regex(/^[\w-]{1,100}$/),
});

const refused = () => denied('This is not signed with the secret of a repository that is followed here.');

export const githubHookRoutes: readonly Route[] = [
  {
    method: 'post',
    path: relayRoutes.githubHook,
    access: 'anyone',
    handle: async (call) => {
      const { relay, response } = call;
      const { body, projectId, repositoryId, signature } = await signedBody(call);
      const said = names.safeParse({
        event: call.request.headers['x-github-event'],
        id: call.request.headers['x-github-delivery'],
      });
      if (!said.success) throw invalid('X-GitHub-Event and X-GitHub-Delivery must say what this is.');
      const told = readPayload(said.data.event, parsedJson(body));
      if (told === undefined)
        throw invalid('The body must be the JSON of this event: Content type application/json.');
      // an organisation's webhook tells of all its repositories
      const hint = told.repositoryId === repositoryId ? told.hint : undefined;
      if (hint) relay.throttle.change(projectId);
      const { isNew, event } = relay.db.follows.deliver(
        projectId,
        { ...said.data, signature },
        hint && changeOf(projectId, said.data.id, hint),
      );
      if (event) relay.feed.publish(projectId, [event]);
      response.json(success({ did: event ? 'hint' : isNew ? 'noted' : 'known' }));
    },
  },
];

/** @throws RelayError 403, 413, 415 */
async function signedBody({ relay, request, response }: Call) {
  const signature = sentSignature(request.headers['x-hub-signature-256']);
  if (signature === undefined) throw refused();
  const body = await rawBody(request, response, relay.limits.webhook);
  const project = queryPart(request, 'project') ?? '';
  const follow = isProjectId(project) ? relay.db.follows.find(project) : undefined;
  const secret = webhookSecret(relay.folder.key, project, follow?.nonce ?? '');
  const isRight = isSigned(body, secret, signature);
  if (!isRight || follow === undefined || !isProjectId(project)) throw refused();
  return { body, projectId: project, repositoryId: follow.repository.id, signature };
}

async function rawBody(request: Request, response: Response, limit: number): Promise<Uint8Array> {
  const read = express.raw({ limit, type: () => true, inflate: false });
  await new Promise<void>((resolve, reject) => {
    read(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
  const { body } = request as { body: unknown };
  // without a body, express leaves nothing
  return body instanceof Uint8Array ? body : new Uint8Array();
}

const changeOf = (
  projectId: ProjectId,
  id: string,
  hint: Omit<ProjectChange, 'changeId' | 'projectId' | 'timestamp'>,
): ProjectChange => ({
  ...hint,
  changeId: `github-${id}`.slice(0, 100),
  projectId,
  timestamp: new Date().toISOString(),
});

function parsedJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
