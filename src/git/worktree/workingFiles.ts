/** From working files to what the index would say of them: hashed, and stored where asked. */
import type { Codec, Disk, FileStat } from '../../platform/index.ts';
import { utf8 } from '../../shared/bytes.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import { type FileMode, type GitObject, MODE } from '../../shared/git.ts';
import type { BlobId, ObjectId } from '../../shared/ids.ts';
import { join } from '../../shared/paths.ts';
import type { CallOptions, OnProgress } from '../../shared/progress.ts';
import { IndexEntry, indexStat } from '../index/IndexEntry.ts';
import type { StatConfig } from '../index/statMatch.ts';
import type { ObjectStore } from '../objects/ObjectStore.ts';
import type { WorkingChange } from '../types.ts';
import type { Candidate } from './scan.ts';
import type { Reading, WorkingContent } from './WorkingContent.ts';

export interface HashContext extends CallOptions {
  readonly disk: Disk;
  readonly codec: Codec;
  readonly folder: string;
  readonly objects: Pick<ObjectStore, 'hash' | 'write'>;
  readonly content: WorkingContent;
  readonly stat: StatConfig;
}

export interface WorkingFile {
  readonly path: string;
  readonly stat: FileStat;
  readonly entry?: IndexEntry | undefined;
}

/** Larger files are hashed as a stream when nothing has to be converted. */
const STREAMED = 16 << 20;
/** Between two reports of progress. Milliseconds. */
const INTERVAL = 50;

/** What the index would call this file. Where the disk cannot say, it is what it was. */
export function modeOf(stat: FileStat, entry: IndexEntry | undefined, config: StatConfig): FileMode {
  if (stat.kind === 'symlink') return MODE.symlink;
  if (entry?.mode === MODE.symlink && !config.symlinks) return MODE.symlink;
  if (config.fileMode) return (stat.mode & 0o100) !== 0 ? MODE.executable : MODE.file;
  return entry?.mode === MODE.executable ? MODE.executable : MODE.file;
}

/** The ids that working files would get, nothing stored. Not in the map: the file is gone, or is no file now. */
export async function hashFiles(
  files: readonly WorkingFile[],
  context: HashContext,
): Promise<Map<string, BlobId>> {
  const ids = new Map<string, BlobId>();
  const { content, objects } = context;
  await content.prepare(files.map((file) => file.path));
  const whole: WorkingFile[] = [];
  const readable = files.filter(({ stat }) => stat.kind === 'file' || stat.kind === 'symlink');
  const reading = { signal: context.signal, onRead: showing(readable, context.onProgress) };
  for (const file of readable) {
    if (file.stat.kind === 'file' && file.stat.size > STREAMED && content.isPlain(file.path)) {
      const id = await hashStream(file, context, reading);
      if (id) ids.set(file.path, id);
    } else whole.push(file);
  }
  for await (const batch of content.blobs(whole.map(sized), reading)) {
    for (const { path, blob } of batch) {
      // The hash of a blob is a blob's id.
      if (blob) ids.set(path, objects.hash({ type: 'blob', data: blob }) as ObjectId as BlobId);
    }
  }
  return ids;
}

const sized = ({ path, stat }: WorkingFile) => ({ path, size: stat.size, isLink: stat.kind === 'symlink' });

/** Shows how far files are read, and the last one in any case. */
function showing(files: readonly WorkingFile[], onProgress: OnProgress | undefined): Reading['onRead'] {
  const totalFiles = files.length;
  const totalBytes = files.reduce((sum, { stat }) => sum + stat.size, 0);
  let done = 0;
  let bytes = 0;
  let shownAt = 0;
  return (length, isLast) => {
    if (isLast) done++;
    bytes += length;
    const now = performance.now();
    if (done < totalFiles && now < shownAt + INTERVAL) return;
    shownAt = now;
    onProgress?.({ phase: 'hash', files: done, totalFiles, bytes, totalBytes });
  };
}

async function hashStream(
  { path, stat }: WorkingFile,
  { disk, codec, folder }: HashContext,
  { signal, onRead }: Reading,
) {
  const digest = codec.sha1().update(utf8(`blob ${stat.size}\0`));
  let length = 0;
  for await (const chunk of disk.stream(join(folder, path))) {
    throwIfAborted(signal);
    digest.update(chunk);
    length += chunk.length;
    onRead(chunk.length, false);
  }
  onRead(stat.size - length, true);
  return length === stat.size ? (digest.hex() as BlobId) : undefined;
}

/**
 * Decides what stat data could not.
 * @returns the true changes, and entries with fresh stat data for files that turned out to be as they were
 */
export async function resolveCandidates(
  candidates: readonly Candidate[],
  context: HashContext,
): Promise<{ readonly changes: WorkingChange[]; readonly refreshed: Map<string, IndexEntry> }> {
  const { content } = context;
  await content.prepare(candidates.flatMap(({ path, verdict }) => (verdict === 'resized' ? [path] : [])));
  const doubtful = candidates.filter(
    ({ path, verdict }) => verdict === 'unsure' || (verdict === 'resized' && !content.isPlain(path)),
  );
  const files = doubtful.flatMap(({ path, stat, entry }) => (stat ? [{ path, stat, entry }] : []));
  const ids = await hashFiles(files, context);
  const changes: WorkingChange[] = [];
  const refreshed = new Map<string, IndexEntry>();
  for (const { path, entry, stat } of candidates) {
    if (entry && stat && ids.get(path) === entry.id)
      refreshed.set(path, entry.with({ stat: indexStat(stat) }));
    else if (!entry || entry.flags.intentToAdd) changes.push({ path, kind: 'added', ...(stat && { stat }) });
    else
      changes.push({ path, kind: stat ? 'modified' : 'deleted', before: entry.file, ...(stat && { stat }) });
  }
  return { changes, refreshed };
}

/**
 * Stores the content of candidates. Answers the entry that each path becomes; `undefined`: it leaves the index.
 * Files that turned out unchanged get fresh stat data.
 */
export async function stageCandidates(
  candidates: readonly Candidate[],
  context: HashContext,
): Promise<Map<string, IndexEntry | undefined>> {
  const staged = new Map<string, IndexEntry | undefined>();
  const files = new Map<string, WorkingFile>();
  for (const { path, stat, entry } of candidates) {
    if (stat) files.set(path, { path, stat, entry });
    else staged.set(path, undefined);
  }
  const all = [...files.values()];
  const reading = { signal: context.signal, onRead: showing(all, context.onProgress) };
  for await (const batch of context.content.blobs(all.map(sized), reading)) {
    const fresh: GitObject[] = [];
    for (const { path, blob } of batch) {
      const file = files.get(path);
      if (!file) continue;
      if (!blob) {
        if (file.entry) staged.set(path, undefined);
        continue;
      }
      const object: GitObject = { type: 'blob', data: blob };
      // The hash of a blob is a blob's id.
      const id = context.objects.hash(object) as ObjectId as BlobId;
      if (id !== file.entry?.id || file.entry.flags.intentToAdd) fresh.push(object);
      staged.set(
        path,
        new IndexEntry(path, modeOf(file.stat, file.entry, context.stat), indexStat(file.stat), id),
      );
    }
    await context.objects.write(fresh);
  }
  return staged;
}
