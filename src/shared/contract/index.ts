/**
 * The contract: every call that another process may make of an engine, with what it takes and answers, and the events
 * that come by themselves. Electron's channels, the preload's methods, the local socket, the typed client and
 * docs/contract.md are all made from this table.
 *
 * Arguments are JSON: what is `undefined` is left out, `null` in the place of an argument counts as left out.
 */
import { z } from 'zod';
import type { ErrorBody } from '../errors.ts';
import type { BlobId, CommitId, Oid, ProjectId } from '../ids.ts';
import type { Channel, WindowChannel } from './channels.ts';
import * as is from './values.ts';

export * from './channels.ts';

export interface Call<Input extends z.ZodType<readonly unknown[]>, Output extends z.ZodType> {
  readonly summary: string;
  /** The arguments' names, in order. */
  readonly takes: readonly string[];
  readonly input: Input;
  readonly output: Output;
  /** It reports progress, and can be stopped. */
  readonly slow?: boolean;
}

const call = <Input extends z.ZodType<readonly unknown[]>, Output extends z.ZodType>(
  summary: string,
  takes: readonly string[],
  input: Input,
  output: Output,
  more: { readonly slow?: boolean } = {},
): Call<Input, Output> => ({ summary, takes, input, output, ...more });

const nothing = z.undefined();
const project = z.tuple([is.projectId]);
const SLOW = { slow: true };

const syncOptions = z.strictObject({
  message: z.string().max(65_536).exactOptional(),
  strategy: is.strategy.exactOptional(),
});
const subscription = z.strictObject({ subscriptionId: z.string() });

export const contract = {
  'sync-project': call(
    'One sync: snapshot, fetch, merge, assets, push. Conflicts are a result, not an error.',
    ['projectId', 'direction', 'options'],
    z.tuple([is.projectId, is.direction.optional(), syncOptions.optional()]),
    is.syncResult,
    SLOW,
  ),
  'enable-auto-sync': call(
    'Keeps the project in sync by itself. `interval`: milliseconds between looks at a remote that cannot tell.',
    ['projectId', 'interval'],
    z.tuple([is.projectId, z.number().int().min(1000).max(86_400_000).optional()]),
    nothing,
  ),
  'share-project': call(
    'An invite: whoever has it can join. The names are noted for the caller; nobody is mailed.',
    ['projectId', 'collaborators'],
    z.tuple([is.projectId, is.list(z.string().min(1).max(200), 1000).optional()]),
    is.shareResult,
  ),
  'join-project': call(
    'Accepts an invite and makes a working copy in `folder`, an absolute path.',
    ['inviteCode', 'folder'],
    z.tuple([z.string().min(1).max(4096), is.diskPath]),
    is.joinResult,
    SLOW,
  ),
  'broadcast-change': call(
    'Tells the project’s other devices. A relay passes messages on, and makes the hints of pushes itself.',
    ['change'],
    z.tuple([is.newChange]),
    nothing,
  ),
  'subscribe-to-changes': call(
    'Changes arrive as events until the caller unsubscribes, or is gone.',
    ['projectId', 'filters'],
    z.tuple([is.projectId, is.changeFilters.optional()]),
    subscription,
  ),
  'unsubscribe-from-changes': call(
    'Ends a subscription of the caller’s own. One that has ended already is no error.',
    ['subscriptionId'],
    z.tuple([z.string().min(1).max(200)]),
    nothing,
  ),
  'detect-conflicts': call(
    'What would conflict if the two states were merged. Both commits must be in the local repository.',
    ['localState', 'remoteState'],
    z.tuple([is.projectState, is.projectState]),
    is.list(is.syncConflict),
  ),
  'resolve-conflict': call(
    'Decides one conflict, or a part of it. After the last one the merge is made and sent.',
    ['conflict', 'resolution', 'options'],
    z.tuple([is.syncConflict, is.conflictResolution, syncOptions.optional()]),
    is.syncResult,
    SLOW,
  ),
  'get-project-history': call(
    'The snapshots, newest first; 100 unless `limit` says otherwise. `conflicts`: those in which any were decided.',
    ['projectId', 'options'],
    z.tuple([
      is.projectId,
      z
        .strictObject({
          limit: z.number().int().min(1).max(100_000).exactOptional(),
          conflicts: z.boolean().exactOptional(),
        })
        .optional(),
    ]),
    is.list(is.snapshot),
  ),
  'restore-snapshot': call(
    'Puts an old snapshot back as a new one: `PROJECT:COMMIT`, or with `projectId` also a name or a shortened id.',
    ['snapshotId', 'options'],
    z.tuple([is.snapshotName, z.strictObject({ projectId: is.projectId.exactOptional() }).optional()]),
    is.snapshot,
    SLOW,
  ),
  'upload-asset': call(
    'Stores one file’s bytes at the remote. The file need not be in the project’s folder.',
    ['assetPath', 'projectId'],
    z.tuple([is.assetPath, is.projectId]),
    is.cdnUrl,
    SLOW,
  ),
  'download-asset': call(
    'Brings an asset to `localPath`, an absolute path, checked by its hash. A file with other content that is there stays.',
    ['cdnUrl', 'localPath'],
    z.tuple([is.cdnUrl, is.diskPath]),
    is.storedAsset,
    SLOW,
  ),
  'get-status': call(
    'What changed here, how far ahead or behind, open conflicts, whether a sync runs. Asks nobody over the network.',
    ['projectId'],
    project,
    is.syncStatus,
  ),
  'get-collaboration-session': call(
    'Who works on the project, and who is there now, as far as its feed, its history and its locks tell.',
    ['projectId'],
    project,
    is.collaborationSession,
  ),
  'disable-auto-sync': call('Ends auto-sync, after what is being done.', ['projectId'], project, nothing),
  'subscribe-to-activity': call(
    'What auto-sync does arrives as events, until the caller unsubscribes or is gone.',
    ['projectId'],
    project,
    subscription,
  ),
  'get-project-states': call(
    'The two states that `detect-conflicts` compares: here, and the remote as of the last contact.',
    ['projectId'],
    project,
    z.strictObject({ local: is.projectState, remote: is.projectState }),
  ),
  'list-conflicts': call(
    'What waits for a decision; with `decided: true` also what is decided and waits for the rest.',
    ['projectId', 'options'],
    z.tuple([is.projectId, z.strictObject({ decided: z.boolean().exactOptional() }).optional()]),
    is.list(is.syncConflict),
  ),
  'resolve-conflicts': call(
    'Decides several conflicts of one project: all of them or none, and one sync.',
    ['decisions', 'options'],
    z.tuple([
      is.list(z.strictObject({ conflict: is.syncConflict, resolution: is.conflictResolution })),
      syncOptions.optional(),
    ]),
    is.syncResult,
    SLOW,
  ),
  'name-snapshot': call(
    'Makes a snapshot and names it: an annotated tag.',
    ['projectId', 'name', 'message'],
    z.tuple([is.projectId, z.string().min(1).max(300), z.string().max(65_536).optional()]),
    is.snapshot,
  ),
  'diff-project': call(
    'What differs between two snapshots; without `to` the files on disk, without `from` the newest snapshot.',
    ['projectId', 'from', 'to'],
    z.tuple([is.projectId, is.snapshotName.optional(), is.snapshotName.optional()]),
    is.list(is.fileDiff),
  ),
  'list-locks': call('Everyone’s locks.', ['projectId'], project, is.list(is.projectLock), SLOW),
  'lock-files': call(
    'Locks files, so that others wait.',
    ['projectId', 'paths'],
    z.tuple([is.projectId, is.list(is.projectPath, 10_000)]),
    is.list(is.fileLock),
    SLOW,
  ),
  'unlock-files': call(
    'Gives locks back; with `force` also another person’s, where the remote allows it.',
    ['projectId', 'paths', 'options'],
    z.tuple([
      is.projectId,
      is.list(is.projectPath, 10_000),
      z.strictObject({ force: z.boolean().exactOptional() }).optional(),
    ]),
    is.list(is.fileLock),
    SLOW,
  ),
  'list-assets': call(
    'The newest snapshot’s assets, and where their bytes are here. Patterns as in `.gitignore`; none: all.',
    ['projectId', 'patterns'],
    z.tuple([is.projectId, is.patterns.optional()]),
    is.list(is.assetEntry),
  ),
  'fetch-assets': call(
    'Brings assets, and puts them on disk where pointers stand.',
    ['projectId', 'patterns'],
    z.tuple([is.projectId, is.patterns.optional()]),
    is.fetchedAssets,
    SLOW,
  ),
  'drop-assets': call(
    'Frees copies in the cache of what the remote has.',
    ['projectId', 'patterns'],
    z.tuple([is.projectId, is.patterns.optional()]),
    is.droppedAssets,
    SLOW,
  ),
  'get-parts': call(
    'The parts of the project that this working copy has; both empty: all of it.',
    ['projectId'],
    project,
    is.parts,
  ),
  'choose-parts': call(
    'Chooses them, and makes the disk agree.',
    ['projectId', 'parts'],
    z.tuple([is.projectId, is.parts]),
    is.chosenParts,
    SLOW,
  ),
  'get-disk-use': call('What the working copy takes on the disk.', ['projectId'], project, is.diskUse),
} satisfies Record<Channel, Call<z.ZodType<readonly unknown[]>, z.ZodType>>;

/** What comes by itself. */
export const events = {
  /** To the window or process that subscribed. */
  change: z.strictObject({ subscriptionId: z.string(), change: is.projectChange }),
  activity: z.strictObject({
    subscriptionId: z.string(),
    activity: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('synced'), projectId: is.projectId, result: is.syncResult }),
      z.strictObject({
        type: z.literal('error'),
        projectId: is.projectId,
        error: is.errorBody,
        retryInMs: z.number().min(0).exactOptional(),
      }),
      z.strictObject({ type: z.literal('online'), projectId: is.projectId }),
      z.strictObject({ type: z.literal('offline'), projectId: is.projectId, message: z.string() }),
      z.strictObject({
        type: z.literal('remote-change'),
        projectId: is.projectId,
        change: is.projectChange,
      }),
    ]),
  }),
  progress: is.progress,
} as const;

export type Contract = typeof contract;
/** A call's arguments, checked. */
export type Arguments<Name extends Channel> = z.output<Contract[Name]['input']>;
export type Result<Name extends Channel> = z.output<Contract[Name]['output']>;
export type ChangeEvent = z.output<typeof events.change>;
export type ActivityNotice = z.output<typeof events.activity>;

/** How every call ends, on whatever way it came. */
export type Answer<Data> =
  | { readonly success: true; readonly data: Data }
  | { readonly success: false; readonly error: ErrorBody };

type Pascal<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Capitalize<Head>}${Pascal<Tail>}`
  : Capitalize<Text>;
export type PreloadMethod<Name extends Channel = WindowChannel> = `cloudSync${Pascal<Name>}`;

/** As a caller writes it: ids are text there, and are checked when they arrive. */
export type Written<T> = T extends ProjectId | CommitId | BlobId | Oid
  ? string
  : T extends object
    ? { [Key in keyof T]: Written<T[Key]> }
    : T;

/** `window.electron.api`, as the preload makes it. */
export type CloudSyncApi = {
  readonly [Name in WindowChannel as PreloadMethod<Name>]: (
    ...args: Written<z.input<Contract[Name]['input']>>
  ) => Promise<Answer<Result<Name>>>;
};
