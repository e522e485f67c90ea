/**
 * Downloads of assets, beside a bare Express with `send` that serves the same files of the same folder: two servers, in
 * turn. The client is a socket that throws away what it reads, so that the servers are what is measured.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { compare } from './measure.mjs';

const PROJECT = 'bench-downloads';
const BARE = fileURLToPath(new URL('bareSend.mjs', import.meta.url));
/** `count`: downloads that make one sample, over all connections. */
const KINDS = [
  { size: 200_000, count: 800 },
  { size: 10_000_000, count: 40 },
  { size: 300_000_000, count: 8 },
];
const CONNECTIONS = [1, 8];

export const downloadCases = {
  async downloads({ ground, runs: most }) {
    const runs = Math.max(most, 5);
    const json = (url, body, authorization = `Bearer ${ground.token}`) =>
      fetch(url, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then((answer) => answer.json());
    await json(`${ground.url}/api/projects`, { projectId: PROJECT, name: 'Bench' });
    const batch = async (operation, object) => {
      const asked = { operation, objects: [object] };
      const { objects } = await json(`${ground.url}/${PROJECT}.git/info/lfs/objects/batch`, asked);
      return objects[0].actions[operation];
    };
    const bare = await ground.serve([BARE, ground.path('relay', 'lfs', PROJECT)]);
    const rows = [];
    for (const { size, count } of KINDS) {
      const bytes = randomFillSync(Buffer.alloc(size));
      const oid = createHash('sha256').update(bytes).digest('hex');
      const { href, header } = await batch('upload', { oid, size });
      const put = await fetch(href, { method: 'PUT', headers: header, body: bytes });
      if (put.status !== 200) throw new Error(`${href} answered ${put.status}`);
      const ours = await batch('download', { oid, size });
      const theirs = `${bare.said.url}/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`;
      for (const connections of CONNECTIONS) {
        const many = { connections, count, size };
        const sides = await compare({
          runs,
          git: () => measured(bare.pid, () => download(theirs, {}, many)),
          ours: () => measured(ground.relayPid, () => download(ours.href, ours.header, many)),
        });
        rows.push({
          name: `${count} × ${size / 1e6} MB, ${connections} at once, beside express and send`,
          ...sides,
          budget: 1,
        });
      }
    }
    bare.stop();
    return rows;
  },
};

/** @returns milliseconds, and those that the server's process worked meanwhile; where Linux says so */
async function measured(pid, work) {
  const before = cpu(pid);
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  const after = cpu(pid);
  return { ms, cpu: before === undefined || after === undefined ? undefined : after - before };
}

/** Clock ticks, of 10 ms nearly everywhere. */
function cpu(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

async function download(url, header, { connections, count, size }) {
  let left = count;
  const next = () => left-- > 0;
  await Promise.all(Array.from({ length: connections }, () => reader(new URL(url), header, size, next)));
}

/** One connection that asks again and again, as long as there is something to ask for. */
function reader({ hostname, port, host, pathname }, header, size, next) {
  const lines = Object.entries({ Host: host, ...header }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return new Promise((resolve, reject) => {
    let head = '';
    let missing = 0;
    const ask = () => {
      if (!next()) return socket.end();
      head = '';
      missing = -1;
      socket.write(request);
    };
    const read = (length, buffer) => {
      if (missing >= 0) missing -= length;
      else {
        head += buffer.latin1Slice(0, length);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return true;
        if (!head.startsWith('HTTP/1.1 200')) socket.destroy(new Error(head.slice(0, 100)));
        missing = size - (head.length - end - 4);
      }
      if (missing === 0) ask();
      return true;
    };
    const socket = connect({
      port: Number(port),
      host: hostname,
      onread: { buffer: Buffer.alloc(1 << 20), callback: read },
    });
    socket.once('connect', ask).once('close', resolve).once('error', reject);
  });
}
