/** Files that are kept under the hash of what they hold. */
import { hash } from 'node:crypto';
import { lfsObjectName } from '../../../shared/lfsObject.ts';
import { join } from '../../../shared/paths.ts';
import { isUntouched } from '../../fileStat.ts';
import type { FileToKeep, KeptFile } from '../../index.ts';
import { publish } from '../publish.ts';
import { readInto } from '../readInto.ts';
import { statOf } from '../stat.ts';

/** A new buffer costs as much as reading the file, so one is used again; not by a file that is larger. Bytes. */
const USUAL = 1 << 20;
let usual: Uint8Array | undefined;

/** See `Disk.keepHashed`. The content is written before anyone else has a turn on this thread. */
export async function keepHashed({
  path,
  stat,
  objects,
  temporary,
}: FileToKeep): Promise<KeptFile | undefined> {
  const { size } = stat;
  usual ??= new Uint8Array(USUAL);
  const content = size > USUAL ? new Uint8Array(size) : usual.subarray(0, size);
  if (readInto(path, content) !== size) return undefined;
  const after = statOf(path);
  if (!isUntouched(stat, after)) return undefined;
  const sha256 = hash('sha256', content);
  if (size === 0) return { sha256, isNew: false };
  const target = join(objects, lfsObjectName(sha256));
  const there = statOf(target);
  if (there?.kind === 'file' && there.size === size) return { sha256, isNew: false };
  await publish(target, content, { temporary });
  return { sha256, isNew: true };
}
