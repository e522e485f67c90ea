/** What each call of the contract does with an engine. The arguments are checked before they come here. */
import type { CloudSyncEngine } from '../engine/index.ts';
import type { Arguments, Channel, Result } from '../shared/contract/index.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { CallOptions } from '../shared/progress.ts';
import type { ChangeFilters } from '../shared/types.ts';

/** What a session keeps for its caller. */
export interface Subscriptions {
  changes(projectId: ProjectId, filters: ChangeFilters | undefined): Promise<string>;
  activity(projectId: ProjectId): Promise<string>;
  end(subscriptionId: string): void;
}

export interface HandlerContext {
  readonly engine: CloudSyncEngine;
  readonly subscriptions: Subscriptions;
  /** Stops it, and hears of its progress. */
  readonly call: CallOptions;
}

type Handlers = {
  readonly [Name in Channel]: (
    context: HandlerContext,
    ...args: Arguments<Name>
  ) => Promise<Result<Name>> | Result<Name>;
};

export const handlers: Handlers = {
  'sync-project': ({ engine, call }, projectId, direction, options) =>
    engine.syncProject(projectId, direction, { ...options, ...call }),
  'enable-auto-sync': async ({ engine }, projectId, interval) => {
    await engine.enableAutoSync(projectId, interval);
    return undefined;
  },
  'disable-auto-sync': async ({ engine }, projectId) => {
    await engine.disableAutoSync(projectId);
    return undefined;
  },
  'share-project': ({ engine }, projectId, collaborators) => engine.shareProject(projectId, collaborators),
  'join-project': ({ engine, call }, inviteCode, folder) => engine.joinProject(inviteCode, folder, call),
  'broadcast-change': async ({ engine }, change) => {
    await engine.broadcastChange(change);
    return undefined;
  },
  'subscribe-to-changes': async ({ subscriptions }, projectId, filters) => ({
    subscriptionId: await subscriptions.changes(projectId, filters),
  }),
  'subscribe-to-activity': async ({ subscriptions }, projectId) => ({
    subscriptionId: await subscriptions.activity(projectId),
  }),
  'unsubscribe-from-changes': ({ subscriptions }, subscriptionId) => {
    subscriptions.end(subscriptionId);
    return undefined;
  },
  'detect-conflicts': ({ engine }, local, remote) => engine.detectSyncConflicts(local, remote),
  'resolve-conflict': ({ engine, call }, conflict, resolution, options) =>
    engine.resolveSyncConflict(conflict, resolution, { ...options, ...call }),
  'resolve-conflicts': ({ engine, call }, decisions, options) =>
    engine.resolveSyncConflicts(decisions, { ...options, ...call }),
  'get-project-history': ({ engine }, projectId, options) => engine.getProjectHistory(projectId, options),
  'restore-snapshot': ({ engine, call }, snapshotId, options) =>
    engine.restoreSnapshot(snapshotId, { ...options, ...call }),
  'upload-asset': ({ engine, call }, assetPath, projectId) => engine.uploadAsset(assetPath, projectId, call),
  'download-asset': ({ engine, call }, cdnUrl, localPath) => engine.downloadAsset(cdnUrl, localPath, call),
  'get-status': ({ engine }, projectId) => engine.getSyncStatus(projectId),
  'get-collaboration-session': ({ engine }, projectId) => engine.getCollaborationSession(projectId),
  'get-project-states': ({ engine }, projectId) => engine.getProjectStates(projectId),
  'list-conflicts': ({ engine }, projectId, options) => engine.listConflicts(projectId, options),
  'name-snapshot': ({ engine }, projectId, name, message) => engine.nameSnapshot(projectId, name, message),
  'diff-project': ({ engine }, projectId, from, to) => engine.diffProject(projectId, from, to),
  'list-locks': ({ engine, call }, projectId) => engine.listLocks(projectId, call),
  'lock-files': ({ engine, call }, projectId, paths) => engine.lockFiles(projectId, paths, call),
  'unlock-files': ({ engine, call }, projectId, paths, options) =>
    engine.unlockFiles(projectId, paths, { ...options, ...call }),
  'list-assets': ({ engine }, projectId, patterns) => engine.listAssets(projectId, patterns),
  'fetch-assets': ({ engine, call }, projectId, patterns) => engine.fetchAssets(projectId, patterns, call),
  'drop-assets': ({ engine, call }, projectId, patterns) => engine.dropAssets(projectId, patterns, call),
  'get-parts': ({ engine }, projectId) => engine.getParts(projectId),
  'choose-parts': ({ engine, call }, projectId, parts) => engine.chooseParts(projectId, parts, call),
  'get-disk-use': ({ engine }, projectId) => engine.getDiskUse(projectId),
};
