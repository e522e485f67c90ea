/** Who works here: the author of snapshots, and the device that hints come from. */
import { z } from 'zod';
import { type Repository, userConfig } from '../../git/index.ts';
import type { Host } from '../../platform/index.ts';
import { toHex } from '../../shared/bytes.ts';
import type { Signature } from '../../shared/git.ts';
import { join } from '../../shared/paths.ts';
import type { Identity } from '../types.ts';
import { StateFile } from './stateFile.ts';

const schema = z.object({
  device: z.string().min(8),
  name: z.string().optional(),
  email: z.string().optional(),
});

const identityFile = (host: Host) => new StateFile(host.disk, join(host.home, 'identity.json'), schema);

/** Git's own `user.name` and `user.email` come first, then what is kept in `identity.json`, then the system's user. */
export async function identityFor(host: Host, repository?: Repository): Promise<Identity> {
  const file = identityFile(host);
  let kept = await file.read();
  if (!kept) {
    kept = { device: toHex(host.codec.randomBytes(8)) };
    await file.write(kept);
  }
  const user = host.environment.USERNAME ?? host.environment.USER ?? host.environment.LOGNAME ?? 'modder';
  const config = repository?.config ?? (await userConfig(host));
  const name = config.get('user.name') ?? kept.name ?? user;
  const email = config.get('user.email') ?? kept.email ?? `${user.replace(/\s+/g, '.')}@modsync.invalid`;
  return { device: kept.device, name: plain(name), email: plain(email) };
}

/** What a commit's author line cannot hold. */
const plain = (value: string) => value.replace(/[<>\n\0]/g, '').trim() || 'modder';

export function signatureOf({ name, email }: Identity, now = new Date()): Signature {
  return { name, email, seconds: Math.floor(now.getTime() / 1000), offset: -now.getTimezoneOffset() };
}
