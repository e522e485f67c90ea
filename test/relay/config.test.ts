/** How a relay is set up, and that a real one does as it was told. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { readConfig } from '../../src/relay/index.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { temporaryFolder } from '../support/host.ts';
import { Running } from '../support/processes.ts';
import { startTestRelay } from '../support/relay.ts';

function fileOf(content: unknown): string {
  const path = join(temporaryFolder('config'), 'relay.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('settings', () => {
  test('the command line comes before the environment, and that before the file', async () => {
    const file = fileOf({
      host: '10.0.0.1',
      port: 1,
      log: 'warn',
      limits: { asset: '10 GiB', connections: 7 },
    });
    const environment = {
      MODSYNC_RELAY_CONFIG: file,
      MODSYNC_RELAY_HOST: '10.0.0.2',
      MODSYNC_RELAY_PORT: '2',
    };
    const { options } = await readConfig(undefined, environment, { port: 3 });
    expect(options).toEqual({
      host: '10.0.0.2',
      port: 3,
      log: 'warn',
      limits: { asset: 10 * 2 ** 30, connections: 7 },
    });
  });

  test('certificate and key may come from two places; paths in a file start there', async () => {
    const file = fileOf({ data: 'data', tls: { cert: 'a.pem', key: '/etc/b.pem' } });
    const folder = join(file, '..');
    expect(await readConfig(file, { MODSYNC_RELAY_TLS_KEY: '/etc/c.pem' }, {})).toEqual({
      data: join(folder, 'data'),
      options: { tls: { cert: join(folder, 'a.pem'), key: '/etc/c.pem' } },
    });
  });

  test('every fault is named', async () => {
    const file = fileOf({
      port: 70_000,
      hosts: 'x',
      trustedProxies: ['here'],
      limits: { json: 'much', batchObjects: 0, unknown: 1, freeBytes: 0 },
    });
    const error = await readConfig(file, {}, {}).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'INVALID_CONFIG' });
    const { message } = error as Error;
    for (const fault of ['port', 'hosts', 'trustedProxies', 'limits.json', 'limits.batchObjects', 'unknown'])
      expect(message).toContain(fault);
    expect(message).not.toContain('freeBytes');
  });

  test.each([
    ['nothing at that path', '/no/such/file.json'],
    ['no JSON', fileOf('{ port: 1 }')],
  ])('%s is said', (_, path) =>
    expect(readConfig(path, {}, {})).rejects.toMatchObject({ code: 'INVALID_CONFIG' }),
  );

  test('a key without a certificate is said', () =>
    expect(readConfig(undefined, { MODSYNC_RELAY_TLS_KEY: '/etc/b.pem' }, {})).rejects.toMatchObject({
      message: expect.stringContaining('tls.cert'),
    }));
});

test('the command takes its settings from a file and the environment, and logs no secret', async () => {
  const home = temporaryFolder('home');
  const config = fileOf({ data: 'kept', log: 'debug', limits: { requestsPerMinute: 50 } });
  const env = { ...process.env, MODSYNC_HOME: home, MODSYNC_RELAY_PORT: '0', MODSYNC_RELAY_CONFIG: config };
  const serving = new Running(['serve'], { env });
  let log = '';
  serving.child.stderr?.on('data', (text) => {
    log += text;
  });
  const { url, dataDir, ownerToken } = (await serving.next('the relay', ({ url }) => url !== undefined)) as {
    url: string;
    dataDir: string;
    ownerToken: string;
  };
  expect(dataDir).toBe(join(config, '..', 'kept'));
  const authorization = { authorization: `Bearer ${ownerToken}` };
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(url + path, {
      ...init,
      headers: { 'content-type': 'application/json', ...authorization, ...init.headers },
    });
  const json = (body: unknown) => ({ method: 'POST', body: JSON.stringify(body) });
  await ask('/api/projects', json({ projectId: 'logged', name: 'Logged' }));
  const { data } = (await (await ask('/api/projects/logged/invites', { method: 'POST' })).json()) as {
    data: { code: string };
  };
  await ask(`/join/${data.code}`);
  await ask('/api/invites/accept', json({ code: data.code, name: 'X' }));
  await ask(`/no/${ownerToken}`);
  await ask(`/api/projects/${ownerToken}`);
  await ask(`/assets/${ownerToken}/${ownerToken}`);
  await ask(`/api/whoami?token=${ownerToken}`, { headers: { cookie: `t=${ownerToken}` } });
  await ask('/api/projects', { method: 'POST', body: `{"${ownerToken}"` });
  let status = 200;
  for (let i = 0; i < 60 && status !== 429; i++) status = (await ask('/api/whoami')).status;
  expect(status).toBe(429);
  expect(await serving.end('SIGTERM')).toBe(0);
  expect(log).toContain('"route":"/join/:code"');
  expect(log).not.toContain(ownerToken);
  expect(log).not.toContain(ownerToken.slice(3));
  expect(log).not.toContain(data.code);
});

const canMakeCertificates = spawnSync('openssl', ['version']).status === 0;
(canMakeCertificates ? test : test.skip)(
  'with a certificate it speaks TLS, and takes up a renewed one',
  async () => {
    const folder = temporaryFolder('tls');
    const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    const certify = (name: string) => {
      const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
      const args = [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
      ];
      expect(spawnSync('openssl', [...args, ...subject, '-keyout', tls.key, '-out', tls.cert]).status).toBe(
        0,
      );
    };
    certify('first');
    const relay = await startTestRelay({ tls });
    expect(relay.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    /** By a client that trusts this certificate alone. */
    const whoAmI = async () => {
      const ca = await readFile(tls.cert);
      return new Promise<{ status: number | undefined; name: string }>((resolve, reject) => {
        const headers = { authorization: `Bearer ${relay.ownerToken}` };
        const sent = request(`${relay.url}${relayRoutes.whoAmI}`, { ca, headers, agent: false }, (answer) => {
          answer.resume();
          // It came over TLS: the request was to https.
          const { subject } = (answer.socket as TLSSocket).getPeerCertificate();
          resolve({ status: answer.statusCode, name: String(subject.CN) });
        });
        sent.on('error', reject).end();
      });
    };
    expect(await whoAmI()).toEqual({ status: 200, name: 'first' });
    certify('second');
    await relay.relay.renewCertificate();
    expect(await whoAmI()).toEqual({ status: 200, name: 'second' });
    writeFileSync(tls.cert, 'nonsense');
    await expect(relay.relay.renewCertificate()).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await expect(startTestRelay({ tls })).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  },
);
