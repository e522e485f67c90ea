/**
 * A long way to a server, of a few lines: holds back each request for a while. What a client sends first after an answer
 * waits; everything else flows.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** @returns {Promise<{url: string, close: () => Promise<void>}>} @param {string} url of the server @param {number} ms */
export async function delaying(url, ms) {
  const { hostname, port } = new URL(url);
  const server = createServer((client) => {
    const behind = connect(Number(port), hostname);
    let isAsking = false;
    const send = (bytes) => {
      if (!behind.destroyed && !behind.write(bytes)) client.pause();
    };
    client.on('data', (bytes) => {
      if (isAsking) return send(bytes);
      isAsking = true;
      client.pause();
      setTimeout(() => {
        client.resume();
        send(bytes);
      }, ms);
    });
    behind.on('drain', () => client.resume());
    behind.on('data', (bytes) => {
      isAsking = false;
      if (!client.write(bytes)) behind.pause();
    });
    client.on('drain', () => behind.resume());
    client.on('end', () => behind.end());
    behind.on('end', () => client.end());
    const pairs = [
      [client, behind],
      [behind, client],
    ];
    for (const [one, other] of pairs) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
