/**
 * How another process asks a relay that runs for its upkeep: by a file in the data folder, which only the relay's user
 * can write to. The answer is a file beside it.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { SyncError, throwIfAborted } from '../../shared/errors.ts';
import type { FolderLayout } from '../dataFolder.ts';
import type { UpkeepReport } from './schedule.ts';

/** Between two looks, by either side. */
const LOOK_MS = 1000;
const ASKED = '.asked.json';
const ANSWERED = '.answered.json';

const request = z.object({ graceDays: z.number().min(0).optional() });
export type UpkeepRequest = z.infer<typeof request>;

const answer = z.object({
  projects: z.number(),
  failed: z.number(),
  events: z.number(),
  assets: z.number(),
  bytes: z.number(),
  waiting: z.number(),
});

/** @returns what stops it */
export function answerRequests(
  folder: FolderLayout,
  run: (asked: UpkeepRequest) => Promise<UpkeepReport>,
  onFault: (error: unknown) => void,
): () => void {
  let busy = false;
  const look = async () => {
    for (const name of await readdir(folder.requests)) {
      if (!name.endsWith(ASKED)) continue;
      const path = join(folder.requests, name);
      const asked = request.parse(JSON.parse(await readFile(path, 'utf8')));
      // Before the work: a request that ends the relay must not meet it again.
      await rm(path);
      await publish(folder, name.slice(0, -ASKED.length) + ANSWERED, await run(asked));
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch(onFault)
      .finally(() => {
        busy = false;
      });
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * @param isServed whether a relay is there to answer
 * @throws SyncError `BACKEND_CONNECTION_FAILED` when the relay ends before it has answered, `ABORTED`
 */
export async function askForUpkeep(
  folder: FolderLayout,
  asked: UpkeepRequest,
  isServed: () => boolean,
  signal: AbortSignal | undefined,
): Promise<UpkeepReport> {
  const id = randomUUID();
  await publish(folder, id + ASKED, asked);
  try {
    for (;;) {
      throwIfAborted(signal);
      const served = isServed();
      const text = await readFile(join(folder.requests, id + ANSWERED), 'utf8').catch(() => undefined);
      if (text !== undefined) return answer.parse(JSON.parse(text));
      if (!served)
        throw new SyncError(
          'BACKEND_CONNECTION_FAILED',
          'The relay has ended before it was done. What it had removed was not needed; try again.',
        );
      await pause(LOOK_MS / 4);
    }
  } finally {
    for (const name of [ASKED, ANSWERED]) await rm(join(folder.requests, id + name), { force: true });
  }
}

async function publish(folder: FolderLayout, name: string, content: object): Promise<void> {
  await mkdir(folder.requests, { recursive: true });
  const written = join(folder.requests, `${name}.new`);
  await writeFile(written, JSON.stringify(content));
  await rename(written, join(folder.requests, name));
}
