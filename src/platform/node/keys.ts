import { text, utf8 } from '../../shared/bytes.ts';
import { SyncError } from '../../shared/errors.ts';
import { join } from '../../shared/paths.ts';
import type { Disk, Keys } from '../index.ts';

/** Secrets in one owner-only file of the home folder. */
export function fileKeys(disk: Disk, home: string): Keys {
  const path = join(home, 'credentials.json');

  async function load(): Promise<Record<string, string>> {
    const bytes = await disk.read(path);
    if (!bytes) return {};
    try {
      const parsed: unknown = JSON.parse(text(bytes));
      if (typeof parsed === 'object' && parsed !== null) {
        return Object.fromEntries(
          Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
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

  async function change(edit: (secrets: Record<string, string>) => void): Promise<void> {
    const lock = await disk.lockFile(path);
    try {
      const secrets = await load();
      edit(secrets);
      await lock.commit(utf8(`${JSON.stringify(secrets, null, 2)}\n`), { secret: true });
    } finally {
      await lock.release();
    }
  }

  return {
    get: async (name) => (await load())[name],
    set: (name, secret) => change((secrets) => (secrets[name] = secret)),
    remove: (name) => change((secrets) => delete secrets[name]),
    names: async () => Object.keys(await load()),
  };
}
