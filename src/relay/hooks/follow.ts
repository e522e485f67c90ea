/** What a project follows at GitHub: set by its owner, who passes the secret on to GitHub and the key to the members. */
import {
  type FollowInfo,
  followRequest,
  type MadeFollow,
  relayRoutes,
  success,
} from '../../shared/wire/relay.ts';
import { hashSecret } from '../access/auth.ts';
import type { Route } from '../access/routes.ts';
import { notFound } from '../http/http.ts';
import { newFeedKey, newNonce, webhookSecret } from './signature.ts';

export const followRoutes: readonly Route[] = [
  {
    method: 'put',
    path: relayRoutes.follow(':project'),
    access: 'owner',
    handle: async ({ relay, request, response, member }) => {
      const { id } = member.project;
      const { repository } = await relay.readJson(request, response, followRequest);
      const nonce = newNonce();
      const key = newFeedKey();
      relay.db.follows.set(id, repository, nonce, hashSecret(key));
      const answer: MadeFollow = {
        hookUrl: `${relay.baseUrl(request)}${relayRoutes.githubHook}?project=${id}`,
        secret: webhookSecret(relay.folder.key, id, nonce),
        key,
      };
      response.set('Cache-Control', 'no-store').json(success(answer));
    },
  },
  {
    method: 'get',
    path: relayRoutes.follow(':project'),
    access: 'viewer',
    handle: ({ relay, response, member }) => {
      const follow = relay.db.follows.find(member.project.id);
      if (follow === undefined) throw notFound();
      const { repository, since, lastDelivery } = follow;
      const answer: FollowInfo = { repository, since, ...(lastDelivery && { lastDelivery }) };
      response.json(success(answer));
    },
  },
  {
    method: 'delete',
    path: relayRoutes.follow(':project'),
    access: 'owner',
    handle: ({ relay, response, member }) => {
      if (!relay.db.follows.remove(member.project.id)) throw notFound();
      response.json(success({}));
    },
  },
];
