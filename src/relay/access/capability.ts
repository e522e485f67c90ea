/**
 * What an LFS action carries in its header: the right to read or write one asset of one project for a while, signed
 * by this relay, so that a transfer needs neither the user's token nor a look into the database.
 *
 * `msc_` payload `.` HMAC-SHA-256 of the payload, both base64url. The payload is a JSON array.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const payload = z.tuple([
  z.enum(['download', 'upload']),
  /** Project and oid, as the route names them. */
  z.string(),
  z.string(),
  /** Bytes of the asset. */
  z.int(),
  /** Seconds since 1970. */
  z.int(),
]);

export interface Capability {
  readonly operation: 'download' | 'upload';
  readonly project: string;
  readonly oid: string;
  readonly size: number;
}

const PREFIX = 'msc_';

export const isCapability = (token: string): boolean => token.startsWith(PREFIX);

const mac = (key: Uint8Array, body: string) => createHmac('sha256', key).update(body).digest();

export function signCapability(key: Uint8Array, capability: Capability, lifeSeconds: number): string {
  const { operation, project, oid, size } = capability;
  const expires = Math.floor(Date.now() / 1000) + lifeSeconds;
  const body = Buffer.from(JSON.stringify([operation, project, oid, size, expires])).toString('base64url');
  return `${PREFIX}${body}.${mac(key, body).toString('base64url')}`;
}

/** `undefined` when it was not signed here or has expired. */
export function readCapability(key: Uint8Array, token: string): Capability | undefined {
  const [body = '', signature = ''] = token.slice(PREFIX.length).split('.', 2);
  const expected = mac(key, body);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const parsed = payload.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  if (!parsed.success) return undefined;
  const [operation, project, oid, size, expires] = parsed.data;
  return expires * 1000 > Date.now() ? { operation, project, oid, size } : undefined;
}
