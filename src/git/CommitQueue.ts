import type { Commit } from '../shared/git.ts';

interface Item {
  readonly commit: Commit;
  readonly turn: number;
}

/** Commits, the newest by committer date first; of equal dates, the one that came first. A binary heap. */
export class CommitQueue {
  readonly #heap: Item[] = [];
  #turns = 0;

  get size(): number {
    return this.#heap.length;
  }

  push(commit: Commit): void {
    const heap = this.#heap;
    const item = { commit, turn: this.#turns++ };
    let at = heap.length;
    heap.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  peek(): Commit | undefined {
    return this.#heap[0]?.commit;
  }

  pop(): Commit | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last) return undefined;
    if (heap.length > 0) {
      heap[0] = last;
      for (let at = 0; ; ) {
        let first = at;
        for (const child of [2 * at + 1, 2 * at + 2]) {
          if (child < heap.length && this.#before(child, first)) first = child;
        }
        if (first === at) break;
        this.#swap(at, first);
        at = first;
      }
    }
    return top.commit;
  }

  #before(a: number, b: number): boolean {
    const x = this.#heap[a] as Item;
    const y = this.#heap[b] as Item;
    const order = y.commit.committer.seconds - x.commit.committer.seconds;
    return order === 0 ? x.turn < y.turn : order < 0;
  }

  #swap(a: number, b: number): void {
    const item = this.#heap[a] as Item;
    this.#heap[a] = this.#heap[b] as Item;
    this.#heap[b] = item;
  }
}
