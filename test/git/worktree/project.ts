/** A repository of a test's own with a working tree in it, and commits of what is saved there. */
import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Repository } from '../../../src/git/index.ts';
import type { TreeId } from '../../../src/shared/ids.ts';
import { gitBytes } from '../../support/gitCommand.ts';
import { patientHost, temporaryFolder } from '../../support/host.ts';

export const author = { name: 'Ann', email: 'ann@example.org', seconds: 1_700_000_000, offset: 60 };

export async function project(files: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder('checkout');
  const repository = await Repository.init(patientHost(), folder, { branch: 'main' });
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (lstatSync(join(folder, path), { throwIfNoEntry: false })?.isDirectory())
      rmSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const get = (path: string) => readFileSync(join(folder, path), 'utf8');
  const commit = async (contents: Readonly<Record<string, string | undefined>>): Promise<TreeId> => {
    for (const [path, content] of Object.entries(contents)) {
      if (content === undefined) rmSync(join(folder, path), { recursive: true });
      else put(path, content);
    }
    const made = await repository.commitWorkingTree({ message: 'x', author, allowEmpty: true });
    return made?.tree as TreeId;
  };
  const first = await commit(files);
  return { folder, repository, put, get, commit, first };
}

/** `git mktree` refuses some of these; a tree is only bytes. */
export function tree(
  folder: string,
  entries: readonly (readonly [mode: string, name: string, id: string])[],
): TreeId {
  const parts = entries.map(([mode, name, id]) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  );
  return gitBytes(folder, ['hash-object', '-t', 'tree', '--literally', '-w', '--stdin'], {
    input: Buffer.concat(parts),
  })
    .toString()
    .trim() as TreeId;
}
