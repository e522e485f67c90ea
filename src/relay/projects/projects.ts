/** Projects and their people: make, look up, list. */
import type { IncomingMessage } from 'node:http';
import {
  createProjectRequest,
  type MemberInfo,
  type ProjectInfo,
  relayRoutes,
  success,
  type WhoAmI,
} from '../../shared/wire/relay.ts';
import type { Route } from '../access/routes.ts';
import type { RelayContext } from '../context.ts';
import type { Member } from '../db/db.ts';
import { denied, RelayError } from '../http/http.ts';

export const projectInfo = (relay: RelayContext, request: IncomingMessage, member: Member): ProjectInfo => ({
  projectId: member.project.id,
  name: member.project.name,
  defaultBranch: member.project.defaultBranch,
  gitUrl: `${relay.baseUrl(request)}${relayRoutes.git(member.project.id)}`,
  role: member.role,
});

export const projectRoutes: readonly Route[] = [
  {
    method: 'get',
    path: relayRoutes.whoAmI,
    access: 'user',
    handle: ({ response, user }) => {
      const answer: WhoAmI = { name: user.name, userId: user.id, mayCreateProjects: user.mayCreateProjects };
      response.json(success(answer));
    },
  },
  {
    method: 'get',
    path: relayRoutes.projects,
    access: 'user',
    handle: ({ relay, request, response, user }) => {
      response.json(
        success(relay.db.projects.memberships(user).map((member) => projectInfo(relay, request, member))),
      );
    },
  },
  {
    method: 'post',
    path: relayRoutes.projects,
    access: 'user',
    handle: async ({ relay, request, response, user }) => {
      if (!user.mayCreateProjects) throw denied("You may not make projects here. Ask the relay's owner.");
      const wanted = await relay.readJson(request, response, createProjectRequest);
      const project = { id: wanted.projectId, name: wanted.name, defaultBranch: wanted.defaultBranch };
      // The folder first: a project whose repository is missing never shows, and making one again changes nothing.
      if (relay.db.projects.find(project.id) === undefined)
        await relay.git.createRepository(relay.folder.repository(project.id), project.defaultBranch);
      const isNew = relay.db.projects.add(project, user);
      const member = relay.db.projects.member(project.id, user);
      if (member?.role !== 'owner')
        throw new RelayError(409, 'PROJECT_EXISTS', 'This project id is taken. Choose another one.');
      response.status(isNew ? 201 : 200).json(success(projectInfo(relay, request, member)));
    },
  },
  {
    method: 'get',
    path: relayRoutes.project(':project'),
    access: 'viewer',
    handle: ({ relay, request, response, member }) => {
      response.json(success(projectInfo(relay, request, member)));
    },
  },
  {
    method: 'get',
    path: relayRoutes.members(':project'),
    access: 'viewer',
    handle: ({ relay, response, member }) => {
      const members: MemberInfo[] = relay.db.projects
        .members(member.project)
        .map(({ user, role }) => ({ userId: user.id, name: user.name, role }));
      response.json(success(members));
    },
  },
];
