/**
 * The secrets of what is followed. A webhook's secret is made from the relay's own key, so neither the database nor a
 * copy of it holds one; GitHub signs the raw bytes of each delivery with it (HMAC-SHA-256, `sha256=` and hex).
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const newNonce = (): string => randomBytes(16).toString('base64url');

const KEY_PREFIX = 'msf_';
/** For the members' working copies: it follows one project's feed, and opens nothing else. */
export const newFeedKey = (): string => `${KEY_PREFIX}${randomBytes(32).toString('base64url')}`;
export const isFeedKey = (token: string): boolean => token.startsWith(KEY_PREFIX);

export const webhookSecret = (relayKey: Uint8Array, project: string, nonce: string): string =>
  createHmac('sha256', relayKey)
    .update(JSON.stringify(['github-webhook', project, nonce]))
    .digest('base64url');

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/** `undefined` for a header that no signature looks like. */
export const sentSignature = (header: unknown): string | undefined =>
  typeof header === 'string' && SIGNATURE.test(header) ? header : undefined;

/** In a time that tells nothing about the secret. */
export function isSigned(body: Uint8Array, secret: string, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(signature.slice('sha256='.length), 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
