/** `gc` for a relay that does not run. One that runs does the same by itself (schedule.ts). */
import { access } from 'node:fs/promises';
import { hasCode, SyncError } from '../../shared/errors.ts';
import { folderLayout } from '../dataFolder.ts';
import { type RelayOptions, startRelay } from '../server.ts';
import type { UpkeepReport } from './schedule.ts';

/** @throws SyncError `NOT_FOUND` without a relay's data, `FILE_BUSY` when a relay serves it */
export async function collect(options: RelayOptions): Promise<UpkeepReport> {
  const { database, path } = folderLayout(options.dataDir);
  await access(database).catch((cause) => {
    throw new SyncError('NOT_FOUND', `There is no relay's data in ${path}. Name its folder with --data.`, {
      cause,
    });
  });
  const { tls: _, publicUrl: __, ...rest } = options;
  // As a relay that only this process can find: the folder is held, and everything is in its place.
  const relay = await startRelay({ ...rest, host: '127.0.0.1', port: 0, upkeepHours: 0 }).catch(
    (error: unknown) => {
      if (!hasCode(error, 'FILE_BUSY')) throw error;
      throw new SyncError(
        'FILE_BUSY',
        'A relay serves this data folder, and removes by itself what nothing reaches ("upkeepHours"). Stop it to do it now.',
        { cause: error },
      );
    },
  );
  try {
    return await relay.runUpkeep();
  } finally {
    await relay.close();
  }
}
