import { text, utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import type { Disk, Keys } from '../index.ts';
import type { Keyring } from './keyring.ts';

/** A secret, or a word that the keyring has it. */
type Kept = string | { readonly in: 'keyring' };

const isKept = (value: unknown): value is Kept =>
  typeof value === 'string' ||
  (typeof value === 'object' && value !== null && 'in' in value && value.in === 'keyring');

/**
 * Secrets in the system's keyring, where there is one that takes them; the others in one owner-only file of the home folder,
 * which also knows which are in the keyring.
 */
export function nodeKeys(disk: Disk, home: string, keyring?: Keyring): Keys {
  const path = join(home, 'credentials.json');

  async function load(): Promise<Record<string, Kept>> {
    const bytes = await disk.read(path);
    if (!bytes) return {};
    try {
      const parsed: unknown = JSON.parse(text(bytes));
      if (typeof parsed === 'object' && parsed !== null) {
        return Object.fromEntries(
          Object.entries(parsed).filter((entry): entry is [string, Kept] => isKept(entry[1])),
        );
      }
    } catch {
      // falls through to the same complaint as any other wrong content
    }
    throw new SyncError(
      'INVALID_CONFIG',
      `${path} is not readable as JSON. Mend it, or remove it and log in again.`,
      { data: { path } },
    );
  }

  async function change(edit: (secrets: Record<string, Kept>) => void): Promise<void> {
    const lock = await disk.lockFile(path);
    try {
      const secrets = await load();
      edit(secrets);
      await lock.commit(utf8(`${JSON.stringify(secrets, null, 2)}\n`), { secret: true });
    } finally {
      await lock.release();
    }
  }

  /** Whether the keyring has it now: one that takes a secret and does not give it back is none. */
  async function toKeyring(name: string, secret: string): Promise<boolean> {
    if (!keyring) return false;
    try {
      await keyring.set(name, secret);
      return (await keyring.get(name)) === secret;
    } catch {
      return false;
    }
  }

  return {
    async get(name) {
      const kept = (await load())[name];
      if (kept === undefined || typeof kept === 'string') return kept;
      // a keyring that is gone, or locked for good, is as if nobody had signed in: they are asked to
      return await keyring?.get(name).catch(() => undefined);
    },
    async set(name, secret) {
      const kept: Kept = (await toKeyring(name, secret)) ? { in: 'keyring' } : secret;
      await change((secrets) => {
        secrets[name] = kept;
      });
    },
    async remove(name) {
      if (typeof (await load())[name] === 'object') await keyring?.remove(name).catch(() => undefined);
      await change((secrets) => delete secrets[name]);
    },
    names: async () => Object.keys(await load()),
  };
}
