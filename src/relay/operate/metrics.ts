/**
 * What the relay counts about itself, in Prometheus' text format. No project, person or address is a label: whoever
 * reads the numbers learns how busy the relay is, and nothing about whom it serves.
 */
import type { RelayContext } from '../context.ts';

/** Seconds. */
const BUCKETS = [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

export class Metrics {
  /** By method, route and status. */
  readonly #requests = new Map<string, number>();
  readonly #seconds = new Map<string, Histogram>();
  #received = 0;
  #sent = 0;

  /** @param route the route's pattern; `none` where no route matched */
  request(method: string, route: string, status: number, seconds: number): void {
    const key = `method="${method}",route="${route}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const label = `route="${route}"`;
    const histogram = this.#seconds.get(label) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
    this.#seconds.set(label, histogram);
    histogram.sum += seconds;
    histogram.count++;
    for (const [at, bound] of BUCKETS.entries())
      if (seconds <= bound) histogram.counts[at] = (histogram.counts[at] ?? 0) + 1;
  }

  /** Of one connection, when it has ended. */
  traffic(received: number, sent: number): void {
    this.#received += received;
    this.#sent += sent;
  }

  text(relay: RelayContext, connections: number): string {
    const memory = process.memoryUsage();
    const lines = [
      ...family('modsync_requests_total', 'counter', 'Requests that were answered.', [...this.#requests]),
      ...this.#histograms(),
      ...family('modsync_connections', 'gauge', 'Open connections.', [['', connections]]),
      ...family(
        'modsync_received_bytes_total',
        'counter',
        'Bytes that came in over connections that have ended.',
        [['', this.#received]],
      ),
      ...family(
        'modsync_sent_bytes_total',
        'counter',
        'Bytes that went out over connections that have ended.',
        [['', this.#sent]],
      ),
      ...family('modsync_feed_followers', 'gauge', 'Followers of a feed.', [['', relay.feed.connected]]),
      ...family('modsync_feed_events_total', 'counter', 'Events that were published.', [
        ['', relay.feed.published],
      ]),
      ...family('modsync_feed_cut_off_total', 'counter', 'Followers that were too slow.', [
        ['', relay.feed.cutOff],
      ]),
      ...family('modsync_git_processes', 'gauge', 'Processes of git that run.', [['', relay.git.running]]),
      ...family('modsync_projects', 'gauge', 'Projects.', [['', relay.db.projects.ids().length]]),
      ...family('process_resident_memory_bytes', 'gauge', 'Memory of the process.', [['', memory.rss]]),
      ...family('process_cpu_seconds_total', 'counter', 'CPU time of the process.', [
        ['', (process.cpuUsage().user + process.cpuUsage().system) / 1e6],
      ]),
      ...family('process_start_time_seconds', 'gauge', 'When the process started.', [
        ['', Math.round(performance.timeOrigin) / 1000],
      ]),
    ];
    return `${lines.join('\n')}\n`;
  }

  #histograms(): string[] {
    const name = 'modsync_request_seconds';
    const lines = [`# HELP ${name} How long answers took.`, `# TYPE ${name} histogram`];
    for (const [label, { counts, sum, count }] of this.#seconds) {
      for (const [at, bound] of BUCKETS.entries())
        lines.push(`${name}_bucket{${label},le="${bound}"} ${counts[at]}`);
      lines.push(
        `${name}_bucket{${label},le="+Inf"} ${count}`,
        `${name}_sum{${label}} ${sum}`,
        `${name}_count{${label}} ${count}`,
      );
    }
    return lines;
  }
}

function family(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  values: readonly (readonly [labels: string, value: number])[],
): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...values.map(([labels, value]) => `${name}${labels === '' ? '' : `{${labels}}`} ${value}`),
  ];
}
