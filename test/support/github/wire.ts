/** Small pieces of HTTP that the stand-in's parts share. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(text !== '' && { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(text);
}

/** What Git calls a password is a token at GitHub. */
export function tokenOf(header: string | undefined): string | undefined {
  const [, kind = '', value = ''] = /^(\w+)\s+(.+)$/.exec(header ?? '') ?? [];
  if (/^(bearer|token)$/i.test(kind)) return value;
  return /^basic$/i.test(kind)
    ? Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : undefined;
}

export const etagOf = (body: string | Buffer): string =>
  `W/"${createHash('sha256').update(body).digest('hex')}"`;

export async function bytesOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** A form, where it is no JSON. */
export function jsonOf(raw: Buffer): unknown {
  const text = raw.toString();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}
