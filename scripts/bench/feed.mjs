/**
 * A hint to a thousand followers, from the request that makes it to the last of them, beside a bare `ws` broadcast of
 * as many bytes: two servers, one after the other in turn, the followers of both in this process.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

const FOLLOWERS = 1000;
const ROUNDS = 200;
/** What is not counted: both servers are still being compiled. */
const WARM_UP = 10;
const PROJECT = 'bench-feed';
const BARE = fileURLToPath(new URL('bareBroadcast.mjs', import.meta.url));

export const feedCases = {
  async feed({ ground }) {
    const bare = await ground.serve([BARE]);
    const headers = { authorization: `Bearer ${ground.token}`, 'content-type': 'application/json' };
    const post = async (url, body, more = {}) => {
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body), ...more });
      await answer.arrayBuffer();
      if (answer.status !== 201) throw new Error(`${url} answered ${answer.status}`);
    };
    await post(`${ground.url}/api/projects`, { projectId: PROJECT, name: 'Bench' }, { headers });
    const memoryBefore = residentMemory(ground.relayPid);
    const feed = `${ground.url.replace('http', 'ws')}/api/projects/${PROJECT}/feed`;
    const theirs = await followers(bare.said.url.replace('http', 'ws'));
    const ours = await followers(feed, { type: 'hello', token: ground.token });
    const memory = residentMemory(ground.relayPid);

    const change = () => ({
      changeId: randomUUID(),
      projectId: PROJECT,
      kind: 'message',
      author: 'owner',
      timestamp: new Date().toISOString(),
      message: 'x'.repeat(200),
    });
    const times = { bare: [], relay: [] };
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const bareTook = await theirs.round(() =>
        post(bare.said.url, { type: 'change', cursor: round, change: change() }),
      );
      const relayTook = await ours.round(() =>
        post(`${ground.url}/api/projects/${PROJECT}/changes`, change(), { headers }),
      );
      if (round < WARM_UP) continue;
      times.bare.push(...bareTook);
      times.relay.push(...relayTook);
    }
    theirs.close();
    ours.close();
    bare.stop();
    return [50, 99].map((percent) => ({
      name: `hint to ${FOLLOWERS} followers, p${percent}, beside bare ws`,
      git: { ms: percentile(times.bare, percent) },
      ours: {
        ms: percentile(times.relay, percent),
        ...(memory && memoryBefore && { memory: (memory - memoryBefore) / FOLLOWERS }),
      },
      ...(percent === 99 && { budget: 1.3 }),
    }));
  },
};

async function followers(url, hello) {
  let arrived = () => {};
  const sockets = await Promise.all(
    Array.from({ length: FOLLOWERS }, async () => {
      const socket = new WebSocket(url, { perMessageDeflate: false });
      await once(socket, 'open');
      if (hello) {
        socket.send(JSON.stringify(hello));
        // the relay's `ready`
        await once(socket, 'message');
      }
      socket.on('message', () => arrived());
      return socket;
    }),
  );
  return {
    /** Milliseconds until each of them heard. */
    async round(send) {
      const took = [];
      const started = performance.now();
      await Promise.all([
        new Promise((resolve) => {
          arrived = () => {
            if (took.push(performance.now() - started) === FOLLOWERS) resolve();
          };
        }),
        send(),
      ]);
      return took;
    },
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}

function percentile(times, percent) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))];
}

/** Of another process, in bytes; where Linux says so. */
function residentMemory(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  } catch {
    return undefined;
  }
}
