/**
 * Between pushes and the removal of objects. A push passes the gate before git sees the end of it, and leaves when it
 * has ended: what git checks to be there, in between, stays there until the ref is written. Removal has the gate for
 * itself, one project at a time; pushes that come meanwhile wait.
 */
import type { ProjectId } from '../../shared/ids.ts';

interface Passage {
  inside: number;
  closed: boolean;
  /** Called whenever `inside` or `closed` changes. */
  readonly waiting: Set<() => void>;
}

export class Gate {
  readonly #passages = new Map<ProjectId, Passage>();

  /** @returns what leaves */
  async enter(project: ProjectId): Promise<() => void> {
    const passage = this.#passage(project);
    await this.#until(passage, () => !passage.closed);
    passage.inside++;
    return () => {
      passage.inside--;
      this.#changed(passage);
    };
  }

  /** Waits for those inside, and lets nobody in before the work is done. */
  async alone<T>(project: ProjectId, work: () => Promise<T>): Promise<T> {
    const passage = this.#passage(project);
    await this.#until(passage, () => !passage.closed);
    passage.closed = true;
    try {
      await this.#until(passage, () => passage.inside === 0);
      return await work();
    } finally {
      passage.closed = false;
      this.#changed(passage);
    }
  }

  #passage(project: ProjectId): Passage {
    const passage = this.#passages.get(project) ?? { inside: 0, closed: false, waiting: new Set() };
    this.#passages.set(project, passage);
    return passage;
  }

  async #until(passage: Passage, condition: () => boolean): Promise<void> {
    while (!condition())
      await new Promise<void>((resolve) => {
        passage.waiting.add(resolve);
      });
  }

  #changed(passage: Passage): void {
    const woken = [...passage.waiting];
    passage.waiting.clear();
    for (const wake of woken) wake();
  }
}
