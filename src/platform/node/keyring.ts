/**
 * The operating system's keyring: Windows' Credential Manager, macOS' Keychain, the Secret Service of a Linux desktop. An
 * optional dependency, loaded at the first use.
 */

/** Each rejects where there is no keyring, where it is locked, or where nobody lets us in in time. */
export interface Keyring {
  get(name: string): Promise<string | undefined>;
  set(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
}

const SERVICE = 'modsync';
/** One that asks a person is not waited for longer. Milliseconds. */
const PATIENCE = 30_000;

export const systemKeyring: Keyring = {
  async get(name) {
    return (await (await entry(name)).getPassword(AbortSignal.timeout(PATIENCE))) ?? undefined;
  },
  async set(name, secret) {
    await (await entry(name)).setPassword(secret, AbortSignal.timeout(PATIENCE));
  },
  async remove(name) {
    await (await entry(name)).deletePassword(AbortSignal.timeout(PATIENCE));
  },
};

async function entry(name: string) {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  // what Linux's kernel keeps instead is gone after the next start
  return new AsyncEntry(SERVICE, name, { linux: { store: 'secret-service' } });
}
