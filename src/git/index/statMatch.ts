/**
 * Whether a file on disk can still be the one that an index entry was made from, as Git decides it.
 *
 * Source: git 2.39 read-cache.c (ie_match_stat, match_stat_data), racy-git documentation.
 */
import type { FileStat } from '../../platform/index.ts';
import { MODE } from '../../shared/git.ts';
import { EMPTY_BLOB, type IndexEntry, indexStat } from './IndexEntry.ts';

export interface StatConfig {
  /** `core.trustctime` */
  readonly trustCtime: boolean;
  /** `core.filemode`: the executable bit on disk means something. */
  readonly fileMode: boolean;
  /** `core.symlinks`: links are links, not small files. */
  readonly symlinks: boolean;
  /** `core.checkstat=minimal` */
  readonly minimal: boolean;
}

/**
 * `same`: nothing changed, the content need not be read. `unsure`: only the content can tell. `resized`: it changed,
 * unless a conversion stands between file and blob. `changed`: kind or mode differ.
 */
export type StatVerdict = 'same' | 'unsure' | 'resized' | 'changed';

/** @param indexSeconds when the index was written: a file as young as that may have changed unnoticed */
export function compareStat(
  entry: IndexEntry,
  stat: FileStat,
  indexSeconds: number,
  config: StatConfig,
): StatVerdict {
  if (entry.mode === MODE.symlink) {
    if (stat.kind !== 'symlink' && (config.symlinks || stat.kind !== 'file')) return 'changed';
  } else {
    if (stat.kind !== 'file') return 'changed';
    if (config.fileMode && (entry.mode === MODE.executable) !== ((stat.mode & 0o100) !== 0)) return 'changed';
  }
  const known = entry.stat;
  const now = indexStat(stat);
  if (known.size !== now.size) return known.size === 0 ? 'unsure' : 'resized';
  // Git marks an entry it does not trust with size 0.
  if (known.size === 0 && entry.id !== EMPTY_BLOB) return 'unsure';
  if (known.mtimeSeconds !== now.mtimeSeconds) return 'unsure';
  if (config.minimal) return isRacy(entry, indexSeconds) ? 'unsure' : 'same';
  // Some writers leave nanoseconds out.
  if (known.mtimeNanoseconds !== 0 && known.mtimeNanoseconds !== now.mtimeNanoseconds) return 'unsure';
  if (config.trustCtime) {
    if (known.ctimeSeconds !== now.ctimeSeconds) return 'unsure';
    if (known.ctimeNanoseconds !== 0 && known.ctimeNanoseconds !== now.ctimeNanoseconds) return 'unsure';
  }
  if (known.uid !== now.uid || known.gid !== now.gid) return 'unsure';
  // Git for Windows stores 0.
  if (known.ino !== 0 && known.ino !== now.ino) return 'unsure';
  return isRacy(entry, indexSeconds) ? 'unsure' : 'same';
}

/** Clocks of file systems tick more coarsely than their nanoseconds claim, but not by as much as this. Seconds. */
export const TICK = 0.1;

/**
 * The file was changed so shortly before the index was written that another change may hide behind the same time. By
 * whole seconds, as Git compares them, where the disk knows no fractions.
 * @param indexSeconds 0: it was not written
 */
export function isRacy(
  { stat }: { readonly stat: Pick<FileStat, 'mtimeSeconds' | 'mtimeNanoseconds'> },
  indexSeconds: number,
): boolean {
  if (indexSeconds === 0) return false;
  if (Number.isInteger(indexSeconds)) return stat.mtimeSeconds >= indexSeconds;
  const oldest = indexSeconds - TICK;
  // a time without a fraction may be one of a disk that has none
  if (stat.mtimeNanoseconds === 0) return stat.mtimeSeconds >= Math.floor(oldest);
  return stat.mtimeSeconds + stat.mtimeNanoseconds / 1e9 > oldest;
}
