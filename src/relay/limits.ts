/** The bounds that the relay keeps to. Each has a default that suits a team on one machine; all can be configured. */

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

export const defaultLimits = {
  /** Bytes of a JSON body. */
  json: 2 * MIB,
  /** Bytes of a push (packed, and its commands). */
  push: 4 * GIB,
  /** Bytes of a fetch request: what a client wants and has. */
  fetchRequest: 64 * MIB,
  /** Bytes of one asset. */
  asset: 64 * GIB,
  /** Bytes that a project may keep here, history and assets; 0: as many as there is room for. */
  projectBytes: 0,
  /** Bytes of the disk that are left free: nothing is taken in when there are fewer. */
  freeBytes: 256 * MIB,
  /** Objects in one LFS batch. */
  batchObjects: 1000,
  /** Bytes of a bundle of small assets, either way. */
  bundle: 64 * MIB,
  /** Paths that one hint lists. */
  changedPaths: 500,
  /** Requests that one address may make in a minute; transfers of assets that a batch allowed are not counted. */
  requestsPerMinute: 6000,
  /** Wrong tokens and invite codes from one address in a minute; whoever tries more has to wait. */
  guessesPerMinute: 30,
  /** Messages and locks of one project in a minute: each of them is an event that everyone is sent. */
  changesPerMinute: 3000,
  /** Connections at once, in all. */
  connections: 10_000,
  /** Connections at once from one address; those of a trusted proxy are not counted. */
  connectionsPerAddress: 2000,
  /** Followers of one project's feed at once. */
  followersPerProject: 5000,
  /** Processes of git at once; more wait for their turn. */
  gitAtOnce: 64,
  /** Bytes that wait for a slow reader of the feed before it is cut off. */
  feedBacklog: MIB,
  /** Events of a project's feed that are kept, at least; older ones go after `eventDays`. */
  eventsKept: 10_000,
  /** Days after which events may go. */
  eventDays: 90,
  /** Leases of FormIDs that a project has at once. */
  formIdLeases: 10_000,
  /** Bytes of what GitHub delivers of one event; it sends 25 MB at most. */
  webhook: 5 * MIB,
  /** Days for which deliveries are remembered: one that comes again is dropped. */
  deliveryDays: 30,
  /** Milliseconds for a feed's first message. */
  feedHelloMs: 10_000,
  heartbeatMs: 25_000,
  /** Milliseconds without a byte on a connection before it is closed. */
  idleMs: 300_000,
  /** Milliseconds that running requests get when the relay closes. */
  shutdownMs: 10_000,
  /** Seconds that an LFS action can be used. */
  capabilitySeconds: 3600,
};

export type Limits = Readonly<typeof defaultLimits>;
