/** The file `packed-refs`: refs that have no file of their own. Source: git's refs/packed-backend.c. */
import { compareBytes, text, utf8 } from '../shared/bytes.ts';
import { isObjectId, type ObjectId } from '../shared/ids.ts';

export interface PackedRef {
  readonly id: ObjectId;
  /** What an annotated tag names in the end. */
  readonly peeled?: ObjectId;
}

export interface PackedRefs {
  readonly refs: ReadonlyMap<string, PackedRef>;
  /** The header says that every tag's peeled value is given: to be kept when the file is written again. */
  readonly fullyPeeled: boolean;
}

/** Lines that are not understood are left out, as Git itself would refuse them. */
export function parsePackedRefs(bytes: Uint8Array | undefined): PackedRefs {
  const refs = new Map<string, PackedRef>();
  let fullyPeeled = false;
  let last: string | undefined;
  for (const line of bytes ? text(bytes).split('\n') : []) {
    if (line.startsWith('#')) fullyPeeled ||= / fully-peeled( |$)/.test(line);
    else if (line.startsWith('^')) {
      const peeled = line.slice(1, 41);
      const ref = last === undefined ? undefined : refs.get(last);
      if (last !== undefined && ref && isObjectId(peeled)) refs.set(last, { ...ref, peeled });
    } else {
      const id = line.slice(0, 40);
      last = line.slice(41);
      if (isObjectId(id) && line[40] === ' ' && last !== '') refs.set(last, { id });
      else last = undefined;
    }
  }
  return { refs, fullyPeeled };
}

export function formatPackedRefs({ refs, fullyPeeled }: PackedRefs): Uint8Array {
  const lines = [`# pack-refs with: peeled ${fullyPeeled ? 'fully-peeled ' : ''}sorted `];
  for (const [name, { id, peeled }] of [...refs].sort(([a], [b]) => compareBytes(a, b))) {
    lines.push(`${id} ${name}`);
    if (peeled) lines.push(`^${peeled}`);
  }
  return utf8(`${lines.join('\n')}\n`);
}
