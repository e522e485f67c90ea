/** `gc`, asked for: the relay that runs does it, or where none runs, one that is started for that alone. */
import { access } from 'node:fs/promises';
import { hasCode, SyncError } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/progress.ts';
import { folderLayout } from '../dataFolder.ts';
import { holdFile } from '../db/db.ts';
import { type RelayOptions, startRelay } from '../server.ts';
import { askForUpkeep } from './requests.ts';
import type { UpkeepReport } from './schedule.ts';

/** @throws SyncError `NOT_FOUND` without a relay's data */
export async function collect(options: RelayOptions, { signal }: CallOptions = {}): Promise<UpkeepReport> {
  const folder = folderLayout(options.dataDir);
  await access(folder.database).catch((cause) => {
    throw new SyncError(
      'NOT_FOUND',
      `There is no relay's data in ${folder.path}. Name its folder with --data.`,
      {
        cause,
      },
    );
  });
  const isServed = () => {
    try {
      holdFile(folder.lock)();
      return false;
    } catch (error) {
      if (hasCode(error, 'FILE_BUSY')) return true;
      throw error;
    }
  };
  const { graceDays } = options;
  if (isServed())
    return await askForUpkeep(folder, graceDays === undefined ? {} : { graceDays }, isServed, signal);

  const { tls: _, publicUrl: __, ...rest } = options;
  // As a relay that only this machine can find: the folder is held, and everything is in its place.
  const relay = await startRelay({ ...rest, host: '127.0.0.1', port: 0, upkeepHours: 0 });
  try {
    return await relay.runUpkeep();
  } finally {
    await relay.close();
  }
}
