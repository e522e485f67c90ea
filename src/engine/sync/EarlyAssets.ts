import type { TransferQueue } from '../../assets/index.ts';
import type { AssetRef, AssetStore, Remote } from '../../ports/index.ts';
import type { Oid } from '../../shared/ids.ts';
import type { OnProgress } from '../../shared/progress.ts';
import { queueFor } from '../assets/transfers.ts';
import type { Project } from '../project/Project.ts';
import { shownTogether } from './shownTogether.ts';

/** Fewer are not worth asking the remote about before all of them are known. */
const MANY = 100;
/** What fails goes the usual way once more, which is patient. */
const ONCE = { attempts: 1 };

interface Way {
  readonly queue: TransferQueue;
  /** The largest asset that goes together with others. Bytes. */
  readonly largest: number;
}

interface Taken {
  /** What nobody sends yet. */
  readonly left: readonly AssetRef[];
  /** Where the next transfer of some of those reports to, so that all of it shows as one. */
  readonly transfer: () => OnProgress;
  /** What was on its way has ended, well or not: `failed` must be sent again. Never rejects. */
  readonly ended: Promise<{ readonly failed: readonly AssetRef[]; readonly bytes: number }>;
}

/**
 * Small assets that are new here, sent while the rest of the working copy is still read: neither waits for the other. Only to
 * remotes that take many in one request, which are ours: they forget in time what no commit names in the end.
 */
export class EarlyAssets {
  readonly #project: Project;
  readonly #connect: () => Promise<Remote | undefined>;
  readonly #stop = new AbortController();
  readonly #begun = new Set<Oid>();
  readonly #stored = new Set<Oid>();
  readonly #shown = shownTogether((progress) => this.#onProgress?.(progress));
  #store: AssetStore | undefined;
  /** Of the store, when this began. */
  #place: string | undefined;
  #way: Promise<Way | undefined> | undefined;
  #found: AssetRef[] = [];
  #bytes = 0;
  #sending: Promise<void> | undefined;
  /** Until `take` the working copy's own progress is shown. */
  #onProgress: OnProgress | undefined;

  constructor(project: Project, connect: () => Promise<Remote | undefined>) {
    this.#project = project;
    this.#connect = connect;
  }

  /** Sends what the project's cache takes in from now on, until `take` or `end`. */
  begin(): void {
    this.#project.cache.onNew = (asset) => {
      this.#found.push(asset);
      if (this.#found.length >= MANY) this.#sending ??= this.#send();
    };
  }

  /** Nothing else begins. @param assets all that must be stored */
  async take(assets: readonly AssetRef[], onProgress: OnProgress | undefined): Promise<Taken> {
    this.#stopLooking();
    this.#onProgress = onProgress;
    // what was received meanwhile may say that assets lie elsewhere
    if ((await this.#store?.place?.()) !== this.#place) this.#begun.clear();
    const begun = assets.filter(({ oid }) => this.#begun.has(oid));
    const sending = this.#sending ?? Promise.resolve();
    return {
      left: assets.filter(({ oid }) => !this.#begun.has(oid)),
      transfer: this.#shown.begin,
      ended: sending.then(() => ({
        failed: begun.filter(({ oid }) => !this.#stored.has(oid)),
        bytes: this.#bytes,
      })),
    };
  }

  /** What is on its way is given up. */
  async end(): Promise<void> {
    this.#stopLooking();
    this.#stop.abort();
    // nobody waits for a remote that has not answered yet
    if (this.#store) await this.#sending;
  }

  #stopLooking(): void {
    this.#project.cache.onNew = undefined;
    this.#found = [];
  }

  async #send(): Promise<void> {
    try {
      this.#way ??= this.#prepare();
      const way = await this.#way;
      while (way && this.#found.length >= MANY) {
        const assets = this.#found.filter(({ size }) => size <= way.largest);
        this.#found = [];
        for (const { oid } of assets) this.#begun.add(oid);
        await this.#upload(way, assets);
      }
      if (way) this.#sending = undefined;
    } catch {
      // no failure: what is not stored goes the usual way, and fails there. `#sending` stays: once is enough
    }
  }

  async #upload({ queue }: Way, assets: readonly AssetRef[]): Promise<void> {
    const onProgress = this.#shown.begin();
    try {
      this.#bytes += (await queue.upload(assets, { signal: this.#stop.signal, onProgress })).bytes;
      for (const { oid } of assets) this.#stored.add(oid);
    } catch (error) {
      this.#shown.forget(onProgress);
      throw error;
    }
  }

  /** `undefined` where nothing is sent early. */
  async #prepare(): Promise<Way | undefined> {
    const { signal } = this.#stop;
    const store = (await this.#connect())?.assets;
    await store?.prepare?.(this.#found.slice(0, store.batchSize), 'put', { signal });
    const largest = (await store?.bundles?.('put')) ?? 0;
    if (!store || largest === 0) return undefined;
    this.#store = store;
    this.#place = await store.place?.();
    return { queue: await queueFor(this.#project, store, { retry: ONCE }), largest };
  }
}
