/**
 * Who a connection comes from. `X-Forwarded-For`, `-Proto` and `-Host` count only where the connection is one of a
 * proxy that the operator trusts: anybody else could write anything into them.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { SyncError } from '../../shared/errors.ts';

export interface Caller {
  /** IPv4 as such; of IPv6 the first 64 bits, which one household or server has to itself. */
  readonly address: string;
  /** `http` or `https`, as the caller sees it. */
  readonly scheme: string;
  /** Host and port, as the caller wrote them, unchecked. */
  readonly host: string | undefined;
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** Addresses and networks as people write them: `10.0.0.0/8`, `::1`, `loopback`. @throws SyncError `INVALID_CONFIG` */
export function addressList(entries: readonly string[]): (address: string) => boolean {
  // Asked twice for every request.
  if (entries.length === 0) return () => false;
  const list = new BlockList();
  for (const entry of entries.flatMap((text) => (text === 'loopback' ? LOOPBACK : [text]))) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    const longest = family === 6 ? 128 : 32;
    if (family === 0 || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= longest)))
      throw new SyncError(
        'INVALID_CONFIG',
        `"${entry}" is no address or network, such as 10.0.0.0/8 or ::1.`,
      );
    list.addSubnet(address, Number(bits ?? longest), family === 6 ? 'ipv6' : 'ipv4');
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 address that came in over an IPv6 socket is the IPv4 address. */
export const plainAddress = (address: string | undefined): string =>
  (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');

export class Callers {
  readonly isTrusted: (address: string) => boolean;

  constructor(trustedProxies: readonly string[]) {
    this.isTrusted = addressList(trustedProxies);
  }

  of(request: IncomingMessage): Caller {
    const { headers, socket } = request;
    const own = plainAddress(socket.remoteAddress);
    const scheme = 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
    if (!this.isTrusted(own)) return { address: grouped(own), scheme, host: headers.host };
    const proto = last(headers['x-forwarded-proto']);
    return {
      address: grouped(this.#forwarded(own, headers['x-forwarded-for'])),
      scheme: proto === 'https' || proto === 'http' ? proto : scheme,
      host: last(headers['x-forwarded-host']) ?? headers.host,
    };
  }

  /** Each proxy appended whom it heard from: read from the end, the first that is not one of ours. */
  #forwarded(own: string, header: string | string[] | undefined): string {
    let address = own;
    for (const hop of String(header ?? '')
      .split(',')
      .reverse()) {
      const next = plainAddress(hop.trim());
      if (!this.isTrusted(address) || isIP(next) === 0) break;
      address = next;
    }
    return address;
  }
}

const last = (header: string | string[] | undefined): string | undefined =>
  String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim() || undefined;

function grouped(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::', 2);
  const start = head === '' ? [] : head.split(':');
  const end = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros: string[] = Array(Math.max(0, 8 - start.length - end.length)).fill('0');
  return `${[...start, ...zeros, ...end].slice(0, 4).join(':')}::/64`;
}
