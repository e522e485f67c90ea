/**
 * The names of the contract: every call, and the engine's method that answers it. Apart from its schemas (index.ts), so
 * that a client which only calls, and leaves the checking to the server, loads none of them.
 */

/** What a mod tool's window may call: Electron's channels carry these names behind `cloud-sync:`. */
export const windowChannels = {
  'sync-project': 'syncProject',
  'enable-auto-sync': 'enableAutoSync',
  'share-project': 'shareProject',
  'join-project': 'joinProject',
  'broadcast-change': 'broadcastChange',
  'subscribe-to-changes': 'subscribeToChanges',
  'unsubscribe-from-changes': 'unsubscribe',
  'detect-conflicts': 'detectSyncConflicts',
  'resolve-conflict': 'resolveSyncConflict',
  'get-project-history': 'getProjectHistory',
  'restore-snapshot': 'restoreSnapshot',
  'upload-asset': 'uploadAsset',
  'download-asset': 'downloadAsset',
  'get-status': 'getSyncStatus',
  'get-collaboration-session': 'getCollaborationSession',
} as const;

/** What the commands need besides, of the process that owns a project. */
export const commandChannels = {
  'disable-auto-sync': 'disableAutoSync',
  'subscribe-to-activity': 'subscribeToActivity',
  'get-project-states': 'getProjectStates',
  'list-conflicts': 'listConflicts',
  'resolve-conflicts': 'resolveSyncConflicts',
  'name-snapshot': 'nameSnapshot',
  'diff-project': 'diffProject',
  'list-locks': 'listLocks',
  'lock-files': 'lockFiles',
  'unlock-files': 'unlockFiles',
  'list-assets': 'listAssets',
  'fetch-assets': 'fetchAssets',
  'drop-assets': 'dropAssets',
  'get-parts': 'getParts',
  'choose-parts': 'chooseParts',
  'get-disk-use': 'getDiskUse',
} as const;

export const channels = { ...windowChannels, ...commandChannels } as const;

export type WindowChannel = keyof typeof windowChannels;
export type Channel = keyof typeof channels;

// the two tables above have no other keys
export const windowChannelNames = Object.keys(windowChannels) as readonly WindowChannel[];
export const channelNames = Object.keys(channels) as readonly Channel[];

/** Electron's names for a channel, and for the preload's method that calls it. */
export const electronChannel = <Name extends Channel>(channel: Name) => `cloud-sync:${channel}` as const;
export const CHANGE_EVENT = 'cloud-sync:change';
