/** Leases of object ids at a relay. One that is too old to know them, and another host at such an address, has none. */
import type { FormIdLeases } from '../ports/index.ts';
import { hasCode } from '../shared/errors.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { RelayApi } from './relayApi.ts';

export function relayFormIds(api: RelayApi, projectId: ProjectId): FormIdLeases {
  const known = async <T>(asked: Promise<T>): Promise<T | undefined> => {
    try {
      return await asked;
    } catch (error) {
      if (hasCode(error, 'NOT_FOUND') || hasCode(error, 'REMOTE_PROTOCOL')) return undefined;
      throw error;
    }
  };
  return {
    lease: ({ leaseId, plugin, count, free }, options) =>
      known(api.leaseFormIds(projectId, leaseId, { plugin, count, free: [...free] }, options)),
    list: (plugin, options) => known(api.formIdLeases(projectId, plugin, options)),
    release: (leaseId, options) => known(api.releaseFormIds(projectId, leaseId, options)),
  };
}
