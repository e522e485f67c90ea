/** One process at a time: what the data folder, and upkeep in it, is held by. */
import { SyncError } from '../../shared/errors.ts';
import { connect } from './connection.ts';

/**
 * Holds a data folder for this process, by an exclusive transaction in a file of its own: the operating system lets
 * go of it however the process ends.
 * @returns what lets go of it
 * @throws SyncError `FILE_BUSY` when another relay holds it
 */
export function holdFile(path: string): () => void {
  const connection = connect(path);
  try {
    connection.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    connection.close();
    throw new SyncError(
      'FILE_BUSY',
      `Another relay serves this data folder. Stop it first, or give --data another folder.`,
      {
        data: { path },
        cause,
      },
    );
  }
  return () => connection.close();
}
