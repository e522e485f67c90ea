/** Invites: a code that lets whoever has it into a project. */
import { randomUUID } from 'node:crypto';
import {
  type AcceptInviteAnswer,
  acceptInviteRequest,
  type InviteInfo,
  relayRoutes,
  success,
} from '../../shared/wire/relay.ts';
import { hashSecret, newInviteCode, newToken, userOf } from '../access/auth.ts';
import type { Route } from '../access/routes.ts';
import type { User } from '../db/db.ts';
import { pathPart, WrongSecret } from '../http/http.ts';
import { PAGE_HEADERS } from '../http/page.ts';
import { joinPage } from './joinPage.ts';
import { projectInfo } from './projects.ts';

const unknownInvite = () =>
  new WrongSecret(
    404,
    'INVALID_INVITE',
    'This invite is not known here. Ask for a new one: `modsync share`.',
  );

export const inviteRoutes: readonly Route[] = [
  {
    method: 'post',
    path: relayRoutes.invites(':project'),
    access: 'owner',
    handle: ({ relay, request, response, member }) => {
      const code = newInviteCode();
      relay.db.invites.add(hashSecret(code), member.project.id, 'editor', member.user);
      const answer: InviteInfo = { code, url: `${relay.baseUrl(request)}${relayRoutes.join(code)}` };
      response.status(201).json(success(answer));
    },
  },
  {
    method: 'post',
    path: relayRoutes.acceptInvite,
    access: 'anyone',
    handle: async ({ relay, request, response }) => {
      const known = userOf(relay, request);
      const { code, name } = await relay.readJson(request, response, acceptInviteRequest);
      const invite = relay.db.invites.find(hashSecret(code));
      if (invite === undefined) throw unknownInvite();
      const user: User = known ?? { id: randomUUID(), name, mayCreateProjects: false };
      const token = newToken();
      relay.db.invites.accept(invite.project.id, invite.role, user, known === undefined, hashSecret(token));
      const member = relay.db.projects.member(invite.project.id, user);
      if (member === undefined) throw unknownInvite();
      const answer: AcceptInviteAnswer = { token, project: projectInfo(relay, request, member) };
      response.json(success(answer));
    },
  },
  {
    method: 'get',
    path: relayRoutes.join(':code'),
    access: 'anyone',
    handle: ({ relay, request, response }) => {
      const code = pathPart(request, 'code');
      const invite = relay.db.invites.find(hashSecret(code));
      if (invite === undefined) relay.throttle.wrongSecret(relay.callers.of(request).address);
      // The page's address is a secret: no cache keeps it, no other site is told of it (helmet: no-referrer).
      response
        .status(invite === undefined ? 404 : 200)
        .set({ ...PAGE_HEADERS, 'Cache-Control': 'no-store' })
        .type('html')
        .send(joinPage(invite?.project.name, `${relay.baseUrl(request)}${relayRoutes.join(code)}`));
    },
  },
];
