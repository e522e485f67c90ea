/** Puts a relay together from its parts, starts it, and takes it down without dropping what is in flight. */
import { randomUUID } from 'node:crypto';
import { type Level, pino } from 'pino';
import { hashSecret, newToken } from './access/auth.ts';
import { createApp } from './app.ts';
import { ReceivedBundles } from './assets/receivedBundles.ts';
import { Usage } from './assets/usage.ts';
import type { RelayContext } from './context.ts';
import { emptyTemporary, openDataFolder } from './dataFolder.ts';
import { Database, holdFile } from './db/db.ts';
import { FeedHub } from './feed/feed.ts';
import { type FeedSockets, serveFeedSockets } from './feed/feedSocket.ts';
import { Announcer } from './git/announce.ts';
import { Gate } from './git/gate.ts';
import { Git } from './git/gitProcess.ts';
import { addressList, Callers } from './http/callers.ts';
import { Connections } from './http/connections.ts';
import { baseUrlOf, jsonReader } from './http/http.ts';
import { type Listener, listen, makeListener, type TlsFiles } from './http/listener.ts';
import { oneByOne } from './http/oneByOne.ts';
import { Throttle } from './http/throttle.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { Metrics } from './operate/metrics.ts';
import { scheduleUpkeep, type Upkeep, type UpkeepOptions, type UpkeepReport } from './upkeep/schedule.ts';

export interface RelayOptions extends UpkeepOptions {
  /** Made when it is not there. One relay at a time serves it. */
  readonly dataDir: string;
  /** 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  /** How clients reach it, when that differs from what it listens on: behind a proxy. */
  readonly publicUrl?: string;
  /** Display name of the owner that the first start makes. */
  readonly ownerName?: string;
  /** Structured lines on stderr; `info` unless told otherwise. */
  readonly log?: Level | 'silent';
  /** Absolute path of git; found on the PATH unless given. */
  readonly gitPath?: string;
  readonly limits?: Partial<Limits>;
  /** Addresses and networks (`10.0.0.0/8`, `loopback`) whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies?: readonly string[];
  /** Who may read /metrics, as addresses and networks; `loopback` unless told otherwise. */
  readonly metricsFor?: readonly string[];
  /** Refuses pushes whose assets are not here, unless it is false: for the copy of a history that has lost some. */
  readonly requireAssets?: boolean;
  /** PEM files; without them it speaks plain HTTP. */
  readonly tls?: TlsFiles;
}

export interface Relay {
  /** Without a slash at the end. */
  readonly url: string;
  /** On the very first start only: it is stored hashed, and never shown again. */
  readonly ownerToken?: string;
  /** What it cannot do here, for whoever runs it. */
  readonly warnings: readonly string[];
  /** What it does by itself every so often, now. */
  runUpkeep(): Promise<UpkeepReport>;
  /** Reads the certificate again; it does so every hour by itself. @throws SyncError `INVALID_CONFIG` */
  renewCertificate(): Promise<void>;
  /** Resolves when running requests are answered, hints are stored, and the data folder is let go. */
  close(): Promise<void>;
}

const STDERR = 2;
const UNCHECKED_PUSHES =
  'Pushes are not checked for assets that were never sent: git can run no hook from this data folder (Windows, or a disk ' +
  'that is mounted noexec). Keep the data elsewhere, or set "requireAssets" to false if that is meant.';
const SECOND_LOOK_MS = 30_000;

/**
 * @throws SyncError `FILE_BUSY` when another relay serves the data folder, `INVALID_CONFIG` when git is missing, the
 * address is taken, or a newer modsync wrote the folder
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const limits = { ...defaultLimits, ...options.limits };
  const callers = new Callers(options.trustedProxies ?? []);
  const log = pino({ level: options.log ?? 'info' }, pino.destination(STDERR));
  const folder = await openDataFolder(options.dataDir);
  const letGo = holdFile(folder.lock);
  let db: Database | undefined;
  let listener: Listener | undefined;
  try {
    await emptyTemporary(folder);
    const received = await ReceivedBundles.open(folder, log);
    const git = await Git.open(folder, limits, options.gitPath);
    db = Database.open(folder.database);
    const feed = new FeedHub(db, limits);
    const announcer = new Announcer({ db, folder, git, feed, limits, log });
    listener = await makeListener(limits, options.tls, (err) =>
      log.error({ err }, 'the certificate could not be read again'),
    );
    const { server, renew, stop } = listener;
    const metrics = new Metrics();
    const connections = new Connections(server, limits, callers, metrics);
    const requireAssets = options.requireAssets ?? true;
    const requiresAssets = requireAssets && git.asksAboutPushes;
    const warnings = requireAssets && !requiresAssets ? [UNCHECKED_PUSHES] : [];
    let url = '';
    const publicUrl = options.publicUrl?.replace(/\/+$/, '');
    const relay: RelayContext = {
      db,
      folder,
      git,
      feed,
      announcer,
      limits,
      log,
      readJson: jsonReader(limits.json),
      running: new Set(),
      callers,
      throttle: new Throttle(limits),
      metrics,
      gate: new Gate(),
      requiresAssets,
      mayReadMetrics: addressList(options.metricsFor ?? ['loopback']),
      connections: () => connections.open,
      usage: new Usage(folder, limits),
      received,
      baseUrl: baseUrlOf(publicUrl, callers, () => url),
    };
    server.on('request', oneByOne(createApp(relay)));
    const sockets = serveFeedSockets(server, relay);

    const listening = await listen(listener, options.host ?? '127.0.0.1', options.port ?? 0);
    url = publicUrl ?? listening;
    // Last of what can fail: the token is shown once.
    const ownerToken = db.people.hasUsers() ? undefined : addOwner(db, options.ownerName ?? 'owner');
    log.info({ url, listening, dataDir: folder.path }, 'the relay listens');
    for (const warning of warnings) log.warn(warning);
    const stopAnnouncing = announceAll(relay);
    const upkeep = scheduleUpkeep(relay, options);

    let closing: Promise<void> | undefined;
    return {
      url,
      ...(ownerToken === undefined ? {} : { ownerToken }),
      warnings,
      renewCertificate: renew,
      runUpkeep: () => upkeep.run(),
      close: () => {
        stopAnnouncing();
        stop();
        closing ??= closeRelay(relay, server, sockets, connections, upkeep).finally(letGo);
        return closing;
      },
    };
  } catch (error) {
    listener?.stop();
    listener?.server.close();
    listener?.server.closeAllConnections();
    db?.close();
    letGo();
    throw error;
  }
}

function addOwner(db: Database, name: string): string {
  const token = newToken();
  db.people.addUser({ id: randomUUID(), name, mayCreateProjects: true }, hashSecret(token));
  return token;
}

/**
 * Tells of what was pushed just before the last relay died, project by project; and once more a little later, for a
 * git that outlived that relay and landed its push meanwhile.
 * @returns what stops it
 */
function announceAll(relay: RelayContext): () => void {
  let stopped = false;
  const announce = async () => {
    for (const id of relay.db.projects.ids()) {
      const project = stopped ? undefined : relay.db.projects.find(id);
      if (project === undefined) return;
      await relay.announcer.compare(project);
    }
  };
  const again = setTimeout(announce, SECOND_LOOK_MS);
  again.unref();
  void announce();
  return () => {
    stopped = true;
    clearTimeout(again);
  };
}

async function closeRelay(
  relay: RelayContext,
  server: Listener['server'],
  sockets: FeedSockets,
  connections: Connections,
  upkeep: Upkeep,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  connections.endSilent();
  const patience = setTimeout(() => {
    sockets.terminate();
    relay.git.close();
    server.closeAllConnections();
  }, relay.limits.shutdownMs);
  relay.feed.close();
  sockets.close();
  await upkeep.stop();
  while (relay.running.size > 0) await Promise.allSettled(relay.running);
  await closed;
  clearTimeout(patience);
  await relay.announcer.idle();
  await relay.received.close();
  relay.db.close();
}
