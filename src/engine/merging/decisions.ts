/** What a person has decided of open conflicts, by conflict id, kept until all are decided and the merge is made. */
import { z } from 'zod';
import { MODE, type TreeFile } from '../../shared/git.ts';
import { type BlobId, isObjectId } from '../../shared/ids.ts';
import type { SyncConflict } from '../../shared/types.ts';
import type { Project } from '../project/Project.ts';
import { StateFile } from '../project/stateFile.ts';

const blobId = z.custom<BlobId>((value) => typeof value === 'string' && isObjectId(value));
const side = z.enum(['local', 'remote']);
const whole = z.union([
  z.enum(['local', 'remote', 'base']),
  /** Ours, and theirs beside it, named after this person. */
  z.object({ both: z.string() }),
  /** Another file, stored as a blob. */
  z.object({ blob: blobId, mode: z.union([z.literal(MODE.file), z.literal(MODE.executable)]) }),
]);
const inside = z.object({
  /** By number. */
  hunks: z.record(z.string(), z.enum(['local', 'remote', 'both'])).optional(),
  /** By FormID, eight digits. */
  records: z.record(z.string(), side).optional(),
});

export type WholeDecision = z.infer<typeof whole>;
export type InsideDecision = z.infer<typeof inside>;
export type Decision = WholeDecision | InsideDecision;

const decision = z.union([whole, inside]);
const schema = z.record(z.string(), decision);

/** Whether it can be kept: callers in JavaScript may say anything. */
export const isDecision = (value: unknown): value is Decision => decision.safeParse(value).success;

export const isWhole = (decision: Decision): decision is WholeDecision =>
  typeof decision === 'string' || 'blob' in decision || 'both' in decision;

/** What a decision is to people. */
export const wordFor = (decision: WholeDecision): NonNullable<SyncConflict['decided']> =>
  typeof decision === 'string' ? decision : 'both' in decision ? 'both' : 'file';

/** The file that a decision puts in the place of a conflict; `undefined` removes what is there. */
export function chosenFile(
  decision: Exclude<WholeDecision, { readonly both: string }>,
  sides: { readonly base?: TreeFile; readonly ours?: TreeFile; readonly theirs?: TreeFile },
): TreeFile | undefined {
  if (typeof decision !== 'string') {
    const isExecutable = (sides.ours ?? sides.theirs)?.mode === MODE.executable;
    return { mode: isExecutable ? MODE.executable : decision.mode, id: decision.blob };
  }
  return decision === 'local' ? sides.ours : decision === 'remote' ? sides.theirs : sides.base;
}

export class Decisions {
  readonly #file: StateFile<Record<string, Decision>>;

  constructor(project: Project) {
    this.#file = new StateFile(project.host.disk, project.stateFile('decisions.json'), schema);
  }

  async all(): Promise<ReadonlyMap<string, Decision>> {
    return new Map(Object.entries((await this.#file.read()) ?? {}));
  }

  /** Choices for places of a file join those before; a choice for the whole file replaces them, and the reverse. */
  async add(conflictId: string, decision: Decision): Promise<void> {
    const all = (await this.#file.read()) ?? {};
    const before = all[conflictId];
    const joined =
      isWhole(decision) || before === undefined || isWhole(before)
        ? decision
        : {
            hunks: { ...before.hunks, ...decision.hunks },
            records: { ...before.records, ...decision.records },
          };
    await this.#file.write({ ...all, [conflictId]: joined });
  }

  async forget(conflictId: string): Promise<void> {
    const { [conflictId]: _, ...others } = (await this.#file.read()) ?? {};
    if (Object.keys(others).length > 0) await this.#file.write(others);
    else await this.clear();
  }

  clear(): Promise<void> {
    return this.#file.remove();
  }
}
