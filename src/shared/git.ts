/** Git's own words, as every room uses them. Only `src/git` knows how they are stored. */
import type { BlobId, CommitId, TreeId } from './ids.ts';
import type { Person } from './types.ts';

export const MODE = {
  file: 0o100644,
  executable: 0o100755,
  symlink: 0o120000,
  submodule: 0o160000,
  tree: 0o040000,
} as const;
export type FileMode =
  | typeof MODE.file
  | typeof MODE.executable
  | typeof MODE.symlink
  | typeof MODE.submodule;

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

export interface GitObject {
  readonly type: ObjectType;
  readonly data: Uint8Array;
}

/** What a tree says of one path. */
export interface TreeFile {
  readonly mode: FileMode;
  readonly id: BlobId;
}

/** One path that differs between two trees. */
export interface TreeChange {
  readonly path: string;
  readonly before?: TreeFile;
  readonly after?: TreeFile;
}

export interface Signature extends Person {
  /** Seconds since 1970. */
  readonly seconds: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

export interface Commit {
  readonly id: CommitId;
  readonly tree: TreeId;
  readonly parents: readonly CommitId[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}
