/** Who is asking: tokens and invite codes, and how a request carries a token. */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RelayContext } from '../context.ts';
import type { User } from '../db/db.ts';
import { WrongSecret } from '../http/http.ts';

export const newToken = (): string => `ms_${randomBytes(32).toString('base64url')}`;
export const newInviteCode = (): string => randomBytes(24).toString('base64url');

/**
 * What is stored and looked up in place of a secret. The secrets are random and long, so one round of SHA-256
 * suffices; and since an index finds the hash, the time of a comparison tells nothing about the secret.
 */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** `Bearer TOKEN`, or `Basic` with the token as the password of any user name, as git and git-lfs send it. */
export function sentToken(request: IncomingMessage): string | undefined {
  const [scheme, value] = (request.headers.authorization ?? '').split(/ +/, 2);
  if (scheme === undefined || value === undefined) return undefined;
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic': {
      const pair = Buffer.from(value, 'base64').toString('utf8');
      return pair.slice(pair.indexOf(':') + 1);
    }
    default:
      return undefined;
  }
}

type Secrets = Pick<RelayContext, 'db' | 'throttle'>;

export const unknownToken = () =>
  new WrongSecret(
    403,
    'ACCESS_DENIED',
    'This token is not known here. Check that it is whole and of this relay (`modsync login URL`), or ask for an invite.',
  );

/** @throws RelayError 403 when nobody has this token */
export function userOfToken({ db, throttle }: Secrets, token: string): User {
  const hash = hashSecret(token);
  const user = db.people.userByToken(hash);
  if (user === undefined) throw unknownToken();
  throttle.rightToken(hash);
  return user;
}

/** `undefined` when the request carries no credentials. @throws RelayError 403 when they are wrong */
export function userOf(secrets: Secrets, request: IncomingMessage): User | undefined {
  const token = sentToken(request);
  return token === undefined ? undefined : userOfToken(secrets, token);
}
