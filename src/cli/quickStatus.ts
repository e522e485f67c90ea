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
  const asked = parsed(argv);
  if (asked === undefined) return undefined;
  try {
    const reached = await reachOwner({ disk, sockets: nodeSockets }, diskPath(asked.folder));
    if (reached.owner !== 'reached') return undefined;
    const { client } = reached;
    const status = await callsThrough(client).getSyncStatus(client.projectId);
    client.close();
    makeOutput(terminal, asked.json).answer(statusAnswer(status));
    return EXIT.done;
  } catch {
    return undefined;
  }
}

/** `undefined`: it is another command line, or one that has to be read with more care. */
function parsed(argv: readonly string[]): { readonly folder: string; readonly json: boolean } | undefined {
  let command: string | undefined;
  let folder = '.';
  let json = false;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at];
    if (word === '--json') json = true;
    else if (word === '-C' || word === '--project') folder = argv[++at] ?? '';
    else if (word === 'status' && command === undefined) command = word;
    else return undefined;
  }
  return command === undefined || folder === '' ? undefined : { folder, json };
}
