/** Where a person's own state lives: identity, known projects, credentials. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { diskPath } from './native.ts';

export function homeFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const given = environment.MODSYNC_HOME;
  if (given) return diskPath(given);
  const home = environment.HOME ?? homedir();
  if (process.platform === 'win32')
    return diskPath(join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'modsync'));
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'modsync');
  return join(environment.XDG_CONFIG_HOME ?? join(home, '.config'), 'modsync');
}
