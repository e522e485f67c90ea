/**
 * Leases of object ids: who makes new records in a plugin asks for a range that nobody else gets. Who asks says what is
 * free as far as they know; the relay takes off what it has given out, in one transaction, and never needs to read a
 * plugin. A lease stands until it is given back.
 */
import { LEASE_ID, type LeaseInfo, leaseRequest, pluginName } from '../../shared/wire/formIds.ts';
import { relayRoutes, success } from '../../shared/wire/relay.ts';
import { reaches } from '../access/roles.ts';
import type { Route } from '../access/routes.ts';
import type { FormIdLease, User } from '../db/db.ts';
import { denied, invalid, notFound, pathPart, queryPart, RelayError } from '../http/http.ts';

const LEASE = relayRoutes.formIdLease(':project', ':lease');

export const formIdRoutes: readonly Route[] = [
  {
    method: 'put',
    path: LEASE,
    access: 'editor',
    handle: async ({ relay, request, response, member }) => {
      const id = pathPart(request, 'lease');
      if (!LEASE_ID.test(id)) throw invalid('A lease is named by 8 to 32 hex digits in lowercase.');
      const { plugin, count, free } = await relay.readJson(request, response, leaseRequest);
      const outcome = relay.db.formIds.lease(member.project.id, {
        id,
        plugin: keyOf(plugin),
        count,
        free,
        owner: member.user,
        most: relay.limits.formIdLeases,
      });
      if ('refused' in outcome) throw new RelayError(409, 'INVALID_INPUT', REFUSALS[outcome.refused]);
      const { lease, isNew } = outcome;
      response.status(isNew ? 201 : 200).json(success(infoOf(lease, member.user)));
    },
  },
  {
    method: 'get',
    path: relayRoutes.formIds(':project'),
    access: 'viewer',
    handle: ({ relay, request, response, member }) => {
      const plugin = pluginName.safeParse(queryPart(request, 'plugin'));
      if (!plugin.success) throw invalid('plugin: name one, such as ?plugin=MyMod.esp');
      const all = relay.db.formIds.list(member.project.id, keyOf(plugin.data));
      response.json(success(all.map((lease) => infoOf(lease, member.user))));
    },
  },
  {
    method: 'delete',
    path: LEASE,
    access: 'editor',
    handle: ({ relay, request, response, member }) => {
      const { id } = member.project;
      const lease = relay.db.formIds.find(id, pathPart(request, 'lease'));
      if (!lease) throw notFound();
      if (lease.ownerId !== member.user.id && !reaches(member.role, 'owner'))
        throw denied(`${lease.ownerName} leased these. Ask them, or the project's owner.`);
      relay.db.formIds.remove(id, lease.id);
      response.json(success(infoOf(lease, member.user)));
    },
  },
];

/** Windows and the game know one file by every spelling of its name. */
const keyOf = (plugin: string): string => plugin.normalize('NFC').toLowerCase();

const REFUSALS = {
  other: 'This lease is for another plugin, or another person. Make a new id.',
  many: 'This project has as many leases of FormIDs as this relay keeps. Give some back: modsync formid release',
  full: 'Others have leased what is free of this plugin. Ask for fewer with --count, or have leases given back: modsync formid release',
} as const;

const infoOf = ({ id, plugin, from, to, ownerId, ownerName, at }: FormIdLease, user: User): LeaseInfo => ({
  leaseId: id,
  plugin,
  from,
  to,
  who: ownerName,
  mine: ownerId === user.id,
  at,
});
