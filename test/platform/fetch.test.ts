import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { nodeFetch } from '../../src/platform/node/fetch.ts';

/** lib.dom does not know what Node asks of a streamed body. */
interface Streamed extends RequestInit {
  readonly duplex?: 'half';
}
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(answer: Answer): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  // listening on an address, not on a pipe
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** By shape: the platform's errors are of another realm than a test's. */
const causeOf = (answer: Promise<unknown>): Promise<{ readonly message: string; readonly code?: string }> =>
  answer.then(
    () => Promise.reject(new Error('it went well')),
    ({ cause }) => cause,
  );

const pieces = (count: number, length: number, onCancel = () => {}) => {
  let left = count;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (left-- > 0) controller.enqueue(new Uint8Array(length).fill(left));
        else controller.close();
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
};

describe.each([
  ["the platform's fetch", fetch],
  ['our own', nodeFetch],
])('over %s', (_, send) => {
  test('status, headers and bytes of an answer are what the server gave', async () => {
    const bytes = Buffer.alloc(3_000_000, 'assets');
    const url = await serve((request, response) => {
      response.writeHead(207, {
        'x-asked': `${request.method} ${request.headers['x-mine']}`,
        'x-two': ['a', 'b'],
      });
      response.end(bytes);
    });
    const answer = await send(url, { headers: { 'X-Mine': 'here' }, redirect: 'manual' });
    expect([answer.status, answer.ok, answer.url]).toEqual([207, true, url]);
    expect([answer.headers.get('x-asked'), answer.headers.get('X-Two')]).toEqual(['GET here', 'a, b']);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('an answer that came compressed is read as it was', async () => {
    const url = await serve((_request, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync('words'));
    });
    expect(await (await send(url)).text()).toBe('words');
  });

  test('an answer without a body has none', async () => {
    const url = await serve((_request, response) => void response.writeHead(204).end());
    expect((await send(url)).body).toBeNull();
  });

  test('bytes go out with their length, a stream with the one that was said, or in chunks', async () => {
    const url = await serve(async (request, response) => {
      const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
      const body = await buffer(request);
      response.end(JSON.stringify([length, chunked, body.length]));
    });
    const post = async (init: Streamed) =>
      await (await send(url, { method: 'POST', ...init, redirect: 'error' })).json();
    expect(await post({ body: new Uint8Array(1000) })).toEqual(['1000', null, 1000]);
    expect(await post({ body: 'words' })).toEqual(['5', null, 5]);
    const headers = { 'content-length': '3000000' };
    expect(await post({ body: pieces(3, 1_000_000), headers, duplex: 'half' })).toEqual([
      '3000000',
      null,
      3_000_000,
    ]);
    expect(await post({ body: pieces(3, 1_000_000), duplex: 'half' })).toEqual([null, 'chunked', 3_000_000]);
  });

  test('a redirect is followed, shown or refused, as the caller says', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/there') response.end('there');
      else response.writeHead(302, { location: '/there' }).end('elsewhere');
    });
    const followed = await send(url);
    expect([followed.url, await followed.text()]).toEqual([`${url}there`, 'there']);
    const shown = await send(url, { redirect: 'manual' });
    expect([shown.status, shown.headers.get('location')]).toEqual([302, '/there']);
    expect((await causeOf(send(url, { redirect: 'error' }))).message).toMatch(/redirect/);
  });

  test('nobody there, and a connection that breaks off, are told with their cause', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 1_000_000 });
      response.write(new Uint8Array(1000), () => response.destroy());
    });
    const answer = await send(url);
    expect((await causeOf(answer.arrayBuffer())).code).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
    // what listened there a moment ago
    const nobody = await serve(() => {});
    for (const close of closing.splice(0)) close();
    const refused = await causeOf(send(nobody, { method: 'POST', redirect: 'manual' }));
    expect(refused.code).toBe('ECONNREFUSED');
  });

  test('an abort ends a request, and an answer in its middle, with its own reason', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/silent') return;
      response.writeHead(200);
      response.write('begun');
    });
    const ends = async (work: (signal: AbortSignal) => Promise<unknown>) => {
      const stop = new AbortController();
      const working = work(stop.signal);
      stop.abort(new Error('enough'));
      await expect(working).rejects.toThrow('enough');
    };
    await ends((signal) => send(`${url}silent`, { signal }));
    await ends(async (signal) => {
      const { body } = await send(url, { signal });
      const reader = body!.getReader();
      for (;;) await reader.read();
    });
    await expect(send(url, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  test('a server that answers before it has heard all is heard, and the source is let go', async () => {
    const url = await serve((_request, response) => void response.writeHead(413).end('too much'));
    let letGo = () => {};
    const gone = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const request: Streamed = {
      method: 'PUT',
      body: pieces(10_000, 1 << 16, letGo),
      duplex: 'half',
      redirect: 'error',
    };
    const answer = await send(url, request);
    expect([answer.status, await answer.text()]).toEqual([413, 'too much']);
    await gone;
  });

  test('a reader who leaves early closes the connection', async () => {
    let closed = () => {};
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const url = await serve((_request, response) => {
      response.once('close', closed);
      response.write(new Uint8Array(1 << 20));
    });
    const reader = (await send(url)).body!.getReader();
    await reader.read();
    await reader.cancel();
    await isClosed;
  });

  test('a source that fails is the reason, and the server sees no whole request', async () => {
    let whole = 0;
    const url = await serve((request) => {
      request
        .on('error', () => undefined)
        .on('end', () => whole++)
        .resume();
    });
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('the disk')),
    });
    const request: Streamed = { method: 'POST', body, duplex: 'half', redirect: 'error' };
    await expect(send(url, request)).rejects.toThrow();
    expect(whole).toBe(0);
  });
});

test('a status that HTTP does not know is a failure, and its connection is closed', async () => {
  const url = await serve((request, response) => {
    request.socket.once('close', () => closed());
    response.writeHead(999, { 'content-length': '100000' });
    response.write('half');
  });
  let closed = () => {};
  const isClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  expect((await causeOf(nodeFetch(url))).message).toContain('999');
  await isClosed;
});
