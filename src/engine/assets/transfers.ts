import { TransferQueue, type TransferSettings } from '../../assets/index.ts';
import type { AssetStore } from '../../ports/index.ts';
import type { Project } from '../project/Project.ts';

/** The queue between a project's cache and a store, with `lfs.concurrenttransfers` where somebody set it. */
export async function queueFor(
  project: Project,
  store: AssetStore,
  settings: TransferSettings = {},
): Promise<TransferQueue> {
  const { concurrency } = await project.lfs();
  return new TransferQueue(store, project.cache, {
    ...(concurrency !== undefined && { concurrency }),
    ...settings,
  });
}
