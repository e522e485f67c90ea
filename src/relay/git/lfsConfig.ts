/** What the `.lfsconfig` of a push says. */
import { Readable } from 'node:stream';
import { parseConfig } from '../../git/index.ts';
import type { Git } from './gitProcess.ts';
import type { IncomingPush } from './incomingPush.ts';

const FILE = '.lfsconfig';
/** More than this is no settings file, and is not read on. Bytes. */
const MOST = 1 << 20;

/** Whether any of the commits that a push brings names an LFS server of its own (`lfs.url`). */
export async function namesLfsServer(
  git: Git,
  repository: string,
  { targets, environment }: IncomingPush,
): Promise<boolean> {
  const asked = Readable.from(targets.map((id) => `${id}:${FILE}\n`));
  const contents = git.startWith(repository, ['cat-file', '--batch=', '--buffer'], asked, environment);
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of contents.output) {
      pieces.push(piece);
      size += piece.length;
      if (size > MOST) break;
    }
  } finally {
    contents.stop();
  }
  const text = Buffer.concat(pieces)
    .toString('utf8')
    .split('\n')
    .filter((line) => !/^[0-9a-f]+:.lfsconfig missing$/.test(line));
  try {
    return parseConfig(text.join('\n'), FILE).some(({ key, value }) => key === 'lfs.url' && value !== '');
  } catch {
    // a file that Git cannot read either names no server
    return false;
  }
}
