/** What whoever runs a relay types beside `modsync serve` itself. */
import { appendFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { relayRoutes } from '../../src/shared/wire/relay.ts';
import { user } from '../support/cli.ts';
import { temporaryFolder } from '../support/host.ts';
import { startTestRelay } from '../support/relay.ts';

const oid = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

test('a backup of a relay that runs is restored elsewhere and verified; gc is done by the relay, or without one', async () => {
  const relay = await startTestRelay();
  const { projectId } = await relay.createProject('Operated');
  await relay.request(relayRoutes.asset(projectId, oid), {
    method: 'PUT',
    token: relay.ownerToken,
    body: 'hello',
  });
  const operator = user('Operator');
  const [backup, data] = [temporaryFolder('backup'), join(temporaryFolder('restored'), 'data')];

  expect((await operator.type('serve', 'backup', backup, '--data', relay.dataDir)).out).toMatch(
    /1 project, 1 asset/,
  );
  const again = await operator.type('serve', 'backup', backup, '--data', relay.dataDir, '--json');
  expect(again.data).toMatchObject({ assets: 1, copied: 0 });
  expect((await operator.type('serve', 'restore', backup, '--data', data)).code).toBe(0);
  expect((await operator.type('serve', 'restore', backup, '--data', data, '--json')).json.error?.code).toBe(
    'INVALID_INPUT',
  );
  expect((await operator.type('serve', 'verify', '--data', data)).out).toMatch(/all is well/);
  const asked = await operator.type('serve', 'gc', '--data', relay.dataDir, '--json');
  expect(asked.data).toMatchObject({ projects: 1, failed: 0, assets: 0, waiting: 1 });
  expect(await readdir(join(relay.dataDir, 'requests'))).toEqual([]);
  const collected = await operator.type('serve', 'gc', '--data', data, '--json');
  expect(collected.data).toMatchObject({ projects: 1, failed: 0, assets: 0, waiting: 1 });

  const now = await operator.type('serve', 'gc', '--data', relay.dataDir, '--grace', '0', '--json');
  expect(now.data).toMatchObject({ assets: 1, bytes: 5, waiting: 0 });

  appendFileSync(join(data, 'lfs', projectId, '2c', 'f2', oid), '!');
  const damaged = await operator.type('serve', 'verify', '--data', data, '--json');
  expect([damaged.code, damaged.data.problems]).toEqual([
    1,
    [expect.objectContaining({ kind: 'asset-damaged', oid })],
  ]);
});

test('without a folder, or with none that holds a relay’s data, nothing is made', async () => {
  const operator = user('Operator');
  const nothing = join(temporaryFolder('nothing'), 'here');
  expect((await operator.type('serve', 'backup')).code).toBe(2);
  for (const words of [['backup', temporaryFolder('b')], ['verify'], ['gc']])
    expect((await operator.type('serve', ...words, '--data', nothing, '--json')).json.error?.code).toBe(
      'NOT_FOUND',
    );
  expect(await readdir(join(nothing, '..'))).toEqual([]);
});
