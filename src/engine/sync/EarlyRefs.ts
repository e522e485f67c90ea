import type { Remote, RemoteRefs } from '../../ports/index.ts';

/** Asked longer ago, others may well have pushed since: a push onto that would be refused. Milliseconds. */
const OLD = 2000;

/** The remote's refs, asked for while the working copy is looked at: neither waits for the other. */
export class EarlyRefs {
  readonly #connect: () => Promise<Remote | undefined>;
  readonly #signal: AbortSignal | undefined;
  #asked: { readonly at: number; readonly refs: Promise<RemoteRefs | undefined> } | undefined;

  constructor(connect: () => Promise<Remote | undefined>, signal: AbortSignal | undefined) {
    this.#connect = connect;
    this.#signal = signal;
  }

  /** Once; a failure shows to whoever takes the answer. */
  ask(): void {
    if (this.#asked) return;
    const refs = this.#connect().then((remote) =>
      remote?.history.listRefs({ ...(this.#signal && { signal: this.#signal }) }),
    );
    refs.catch(() => undefined);
    this.#asked = { at: performance.now(), refs };
  }

  /** `undefined`: nobody asked, or too long ago. @throws SyncError as `listRefs` does */
  async take(): Promise<RemoteRefs | undefined> {
    const asked = this.#asked;
    this.#asked = undefined;
    return asked && performance.now() - asked.at < OLD ? await asked.refs : undefined;
  }
}
