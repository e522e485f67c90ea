/**
 * `modsync status` beside a running watch: shells and editors ask it all the time. It goes straight to the owner, before
 * the rest of the command line is loaded; whatever is out of the ordinary is left to the ordinary way.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { nodeSockets } from '../platform/node/localSockets.ts';
import { diskPath, native } from '../platform/node/native.ts';
import { callsThrough, type Neighbourhood, reachOwner } from '../rpc/reach.ts';
import { statusAnswer } from './commands/status.ts';
import { EXIT } from './exit.ts';
import { makeOutput } from './output.ts';
import type { Terminal } from './terminal.ts';

const disk: Neighbourhood['disk'] = {
  // where there is no file, this throws, and there is no owner
  read: async (path) => readFileSync(native(path)),
  isThere: async (path) => lstatSync(native(path), { throwIfNoEntry: false }) !== undefined,
};

/** @returns the exit code; `undefined`: nothing has been said, and the ordinary way is to be gone */
export async function quickStatus(argv: readonly string[], terminal: Terminal): Promise<number | undefined> {
  const words = new Set(argv);
  const json = words.delete('--json');
  if (!words.delete('status') || words.size > 0 || argv.length > 2) return undefined;
  try {
    const reached = await reachOwner({ disk, sockets: nodeSockets }, diskPath('.'));
    if (reached.owner !== 'reached') return undefined;
    const { client } = reached;
    const status = await callsThrough(client).getSyncStatus(client.projectId);
    client.close();
    makeOutput(terminal, json).answer(statusAnswer(status));
    return EXIT.done;
  } catch {
    return undefined;
  }
}
