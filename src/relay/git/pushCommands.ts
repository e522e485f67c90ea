/**
 * Reads along with a push: which ref it wants where. Source: Git's `gitprotocol-pack`, "Reference Update Request":
 * pkt-lines `old SP new SP ref`, the first one followed by NUL and capabilities, up to a flush packet; the pack
 * follows.
 */
import { isObjectId, type ObjectId } from '../../shared/ids.ts';

export interface PushCommand {
  readonly ref: string;
  /** `undefined` removes the ref. */
  readonly to: ObjectId | undefined;
}

const ZERO_ID = '0'.repeat(40);
/** A longer list goes on to git all the same, which judges it; only its author stays unknown. */
const LONGEST_LIST = 16 * 1024 * 1024;
const COMMAND = /^[0-9a-f]{40} ([0-9a-f]{40}) (refs\/[^\0\n]+)/;

export class PushCommandReader {
  #pending: Buffer = Buffer.alloc(0);
  #seen = 0;
  #done = false;
  readonly #onCommand: (command: PushCommand) => void;

  constructor(onCommand: (command: PushCommand) => void) {
    this.#onCommand = onCommand;
  }

  read(chunk: Uint8Array): void {
    if (this.#done) return;
    this.#seen += chunk.length;
    this.#pending = Buffer.concat([this.#pending, chunk]);
    let at = 0;
    while (!this.#done && at + 4 <= this.#pending.length) {
      const length = Number.parseInt(this.#pending.toString('latin1', at, at + 4), 16);
      // 0 is the flush packet; 1 to 3 have no place here, and neither has what is no number.
      if (!(length >= 4) || this.#seen > LONGEST_LIST) this.#done = true;
      else if (at + length > this.#pending.length) break;
      else {
        const [, to, ref] = COMMAND.exec(this.#pending.toString('utf8', at + 4, at + length)) ?? [];
        if (to !== undefined && ref !== undefined && isObjectId(to))
          this.#onCommand({ ref, to: to === ZERO_ID ? undefined : to });
        at += length;
      }
    }
    this.#pending = this.#done ? Buffer.alloc(0) : this.#pending.subarray(at);
  }
}
