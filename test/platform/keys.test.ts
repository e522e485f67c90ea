import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDisk } from '../../src/platform/node/disk.ts';
import type { Keyring } from '../../src/platform/node/keyring.ts';
import { nodeKeys } from '../../src/platform/node/keys.ts';
import { temporaryFolder } from '../support/host.ts';

/** One that keeps secrets in memory, as a desktop's does while somebody is signed in. */
function memoryKeyring(): Keyring & { readonly secrets: Map<string, string> } {
  const secrets = new Map<string, string>();
  return {
    secrets,
    get: async (name) => secrets.get(name),
    set: async (name, secret) => void secrets.set(name, secret),
    remove: async (name) => void secrets.delete(name),
  };
}

const nobody = async () => Promise.reject(new Error('There is no secret service.'));
const noKeyring: Keyring = { get: nobody, set: nobody, remove: nobody };

const fileOf = (home: string) => readFileSync(join(home, 'credentials.json'), 'utf8');

test('where there is a keyring, the token is in it and not in the file', async () => {
  const home = temporaryFolder('home');
  const keyring = memoryKeyring();
  const keys = nodeKeys(nodeDisk(), home, keyring);
  await keys.set('https://github.com', 'ghp_secret');
  expect(fileOf(home)).not.toContain('ghp_secret');
  expect(await keys.get('https://github.com')).toBe('ghp_secret');
  expect(await keys.names()).toEqual(['https://github.com']);
  // another process, later
  expect(await nodeKeys(nodeDisk(), home, keyring).get('https://github.com')).toBe('ghp_secret');
  await keys.remove('https://github.com');
  expect(keyring.secrets.size).toBe(0);
  expect(await keys.names()).toEqual([]);
});

test.each([
  ['that answers nothing but errors', noKeyring],
  ['that forgets at once', { ...memoryKeyring(), get: async () => undefined }],
  ['that is not there', undefined],
])('with a keyring %s, the token is in the file', async (_which, keyring) => {
  const home = temporaryFolder('home');
  const keys = nodeKeys(nodeDisk(), home, keyring);
  await keys.set('https://github.com', 'ghp_secret');
  expect(fileOf(home)).toContain('ghp_secret');
  expect(await nodeKeys(nodeDisk(), home).get('https://github.com')).toBe('ghp_secret');
});

test('a keyring that is gone is as if nobody had signed in', async () => {
  const home = temporaryFolder('home');
  await nodeKeys(nodeDisk(), home, memoryKeyring()).set('https://github.com', 'ghp_secret');
  const keys = nodeKeys(nodeDisk(), home, noKeyring);
  expect(await keys.get('https://github.com')).toBeUndefined();
  await keys.set('https://github.com', 'ghp_other');
  expect(await keys.get('https://github.com')).toBe('ghp_other');
});
