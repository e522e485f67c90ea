import { once } from 'node:events';
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Database } from '../../src/relay/db/db.ts';
import { startRelay } from '../../src/relay/index.ts';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { temporaryFolder } from '../support/host.ts';
import { startTestRelay } from '../support/relay.ts';

test('the owner’s token is shown on the first start, and never again', async () => {
  const relay = await startTestRelay();
  expect(relay.ownerToken).toMatch(/^ms_[A-Za-z0-9_-]{43}$/);
  const again = await relay.restart();
  expect(again.relay.ownerToken).toBeUndefined();
  const who = await again.request(relayRoutes.whoAmI, { token: relay.ownerToken });
  expect(await who.json()).toMatchObject({ success: true, data: { name: 'owner', mayCreateProjects: true } });
});

test('tokens and invite codes are stored as hashes only, in files of the relay’s user', async () => {
  const relay = await startTestRelay();
  const { projectId } = await relay.createProject('Secrets');
  const invite = await relay.request(relayRoutes.invites(projectId), {
    method: 'POST',
    token: relay.ownerToken,
  });
  const { data } = (await invite.json()) as { data: { code: string } };
  await relay.relay.close();
  for (const name of await readdir(relay.dataDir)) {
    // SQLite's log goes away when its last statement is collected: maybe now
    const content = await readFile(join(relay.dataDir, name), 'latin1').catch(() => '');
    expect(content).not.toContain(relay.ownerToken);
    expect(content).not.toContain(data.code);
  }
  expect((await stat(join(relay.dataDir, 'asset.key'))).mode & 0o077).toBe(0);
});

test('a second relay on the same data folder is refused', async () => {
  const relay = await startTestRelay();
  await expect(startRelay({ dataDir: relay.dataDir, log: 'silent' })).rejects.toMatchObject({
    code: 'FILE_BUSY',
  });
});

test('a data folder of a newer version is refused and left as it is', async () => {
  const relay = await startTestRelay();
  await relay.relay.close();
  const path = join(relay.dataDir, 'relay.sqlite');
  // The header's user version: 4 bytes at 60. Source: SQLite, "Database File Format".
  const bytes = await readFile(path);
  bytes.writeUInt32BE(1000, 60);
  await writeFile(path, bytes);
  await expect(relay.restart()).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  expect(await readFile(path)).toEqual(bytes);
});

test('a taken port and a missing git are said plainly', async () => {
  const relay = await startTestRelay();
  const port = Number(new URL(relay.url).port);
  await expect(startRelay({ dataDir: temporaryFolder('port'), port, log: 'silent' })).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringContaining('port'),
  });
});

test('an invite lets in whoever has it; someone known here stays the same person', async () => {
  const relay = await startTestRelay({ ownerName: 'Preston' });
  const { projectId } = await relay.createProject('Minutemen');
  const answer = await relay.request(relayRoutes.invites(projectId), {
    method: 'POST',
    token: relay.ownerToken,
  });
  const { data: invite } = (await answer.json()) as { data: { code: string; url: string } };
  expect(invite.url).toBe(`${relay.url}/join/${invite.code}`);
  const accept = async (name: string, token?: string) => {
    const joined = await relay.request(relayRoutes.acceptInvite, {
      method: 'POST',
      token,
      json: { code: invite.code, name },
    });
    return ((await joined.json()) as { data: { token: string; project: object } }).data;
  };
  const sturges = await accept('Sturges');
  expect(sturges.project).toMatchObject({
    projectId,
    role: 'editor',
    gitUrl: `${relay.url}/${projectId}.git`,
  });
  const again = await accept('Another name', sturges.token);
  expect(again.token).not.toBe(sturges.token);
  await accept('Preston again', relay.ownerToken);
  const members = await relay.request(relayRoutes.members(projectId), { token: again.token });
  expect(await members.json()).toMatchObject({
    data: [
      { name: 'Preston', role: 'owner' },
      { name: 'Sturges', role: 'editor' },
    ],
  });
  const wrong = await relay.request(relayRoutes.acceptInvite, {
    method: 'POST',
    json: { code: `${invite.code}x`, name: 'Gene' },
  });
  expect(wrong.status).toBe(404);
  expect(await wrong.json()).toMatchObject({ success: false, error: { code: 'INVALID_INVITE' } });
});

test('the page behind an invite says what to run, and carries nothing that runs', async () => {
  const relay = await startTestRelay({ publicUrl: 'https://mods.example.org/' });
  expect(relay.relay.url).toBe('https://mods.example.org');
  const page = await startTestRelay();
  const { projectId } = await page.createProject('A <script>alert(1)</script> mod');
  const invite = await page.request(relayRoutes.invites(projectId), {
    method: 'POST',
    token: page.ownerToken,
  });
  const { data } = (await invite.json()) as { data: { url: string } };
  const answer = await fetch(data.url);
  const html = await answer.text();
  expect(html).toContain(`modsync join ${data.url}`);
  expect(html).not.toContain('<script');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  expect((await fetch(`${data.url}x`)).status).toBe(404);
});

test('closing waits for an upload that runs, and takes no new connection', async () => {
  const relay = await startTestRelay();
  const { projectId } = await relay.createProject('Closing');
  const oid = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
  const upload = httpRequest(`${relay.url}${relayRoutes.asset(projectId, oid)}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${relay.ownerToken}`,
      'transfer-encoding': 'chunked',
      expect: '100-continue',
    },
  });
  upload.flushHeaders();
  await once(upload, 'continue');
  upload.write('hel');
  const closed = relay.relay.close();
  await expect(fetch(`${relay.url}/healthz`)).rejects.toThrow();
  const answered = once(upload, 'response');
  upload.end('lo');
  const [response] = await answered;
  expect(response.statusCode).toBe(200);
  response.resume();
  await closed;
  const kept = join(relay.dataDir, 'lfs', projectId, oid.slice(0, 2), oid.slice(2, 4), oid);
  expect(await readFile(kept, 'utf8')).toBe('hello');
});

test('a transaction that fails changes nothing', async () => {
  const folder = await mkdtemp(join(temporaryFolder('db'), 'x'));
  const db = Database.open(join(folder, 'db.sqlite'));
  const user = { id: 'u', name: 'U', mayCreateProjects: true };
  db.people.addUser(user, 'hash-1');
  // The token is taken: the second user must not stay behind without one.
  expect(() => db.people.addUser({ ...user, id: 'v' }, 'hash-1')).toThrow();
  expect(() => db.people.addToken('v', 'hash-2')).toThrow();
  db.close();
});
