/** The bounds that the relay keeps to. Each has a default that suits a team on one machine. */
export interface Limits {
  /** Bytes of a JSON body. */
  readonly json: number;
  /** Bytes of a push (packed, and its commands). */
  readonly push: number;
  /** Bytes of a fetch request: what a client wants and has. */
  readonly fetchRequest: number;
  readonly asset: number;
  readonly batchObjects: number;
  /** Paths that one hint lists. */
  readonly changedPaths: number;
  /** Bytes that wait for a slow reader of the feed before it is cut off. */
  readonly feedBacklog: number;
  /** Milliseconds for a feed's first message. */
  readonly feedHelloMs: number;
  readonly heartbeatMs: number;
  /** Milliseconds without a byte on a connection before it is closed. */
  readonly idleMs: number;
  /** Milliseconds that running requests get when the relay closes. */
  readonly shutdownMs: number;
  /** Seconds that an LFS action can be used. */
  readonly capabilitySeconds: number;
}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

export const defaultLimits: Limits = {
  json: 2 * MIB,
  push: 4 * GIB,
  fetchRequest: 64 * MIB,
  asset: 64 * GIB,
  batchObjects: 1000,
  changedPaths: 500,
  feedBacklog: MIB,
  feedHelloMs: 10_000,
  heartbeatMs: 25_000,
  idleMs: 300_000,
  shutdownMs: 10_000,
  capabilitySeconds: 3600,
};
