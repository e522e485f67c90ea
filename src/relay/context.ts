/** What one running relay is made of; server.ts puts it together, every handler receives it. */
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { ReceivedBundles } from './assets/receivedBundles.ts';
import type { Usage } from './assets/usage.ts';
import type { DataFolder } from './dataFolder.ts';
import type { Database } from './db/db.ts';
import type { FeedHub } from './feed/feed.ts';
import type { Announcer } from './git/announce.ts';
import type { Gate } from './git/gate.ts';
import type { Git } from './git/gitProcess.ts';
import type { Callers } from './http/callers.ts';
import type { JsonReader } from './http/http.ts';
import type { Throttle } from './http/throttle.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './operate/metrics.ts';

export interface RelayContext {
  readonly db: Database;
  readonly folder: DataFolder;
  readonly git: Git;
  readonly feed: FeedHub;
  readonly announcer: Announcer;
  readonly limits: Limits;
  readonly callers: Callers;
  readonly throttle: Throttle;
  readonly usage: Usage;
  readonly received: ReceivedBundles;
  readonly metrics: Metrics;
  readonly gate: Gate;
  /** No push lands whose assets are not here. */
  readonly requiresAssets: boolean;
  mayReadMetrics(address: string): boolean;
  /** How many are open. */
  connections(): number;
  readonly log: Logger;
  readonly readJson: JsonReader;
  /** Handlers that have not returned yet: the relay waits for them when it closes. */
  readonly running: Set<Promise<void>>;
  /** Where this caller reaches the relay, without a slash at the end. */
  baseUrl(request: IncomingMessage): string;
}
