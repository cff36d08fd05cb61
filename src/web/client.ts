import type { Request } from 'express';
import ipaddr from 'ipaddr.js';
import { readBrowserCookie } from './browser-cookie.ts';

/** Who asks, for throttles and the sessions table. */
export interface Client {
  /** The address as text. Behind a proxy it is the forwarded one only where TRUST_PROXY says so. */
  address: string;
  /**
   * What throttles count by: an IPv4 address, or the /64 network of an IPv6 one, because one subscriber
   * has all of a /64 (RFC 6177) and could come from a new address each time.
   */
  network: string;
  userAgent: string;
  /** The secret by which the browser is known from earlier sign-ins; undefined when it is new. */
  browserToken: string | undefined;
}

/** What the tables hold of each. A proxy may report anything for an address, a program anything for a browser. */
const LONGEST_ADDRESS = 45;
const LONGEST_USER_AGENT = 255;

const BITS_PER_PART = 16;

/** In bits, narrow to wide. */
const IPV6_PREFIXES = [64, 56, 48] as const;

export function clientOf(req: Request): Client {
  const address = req.ip ?? '';
  return {
    address: address.slice(0, LONGEST_ADDRESS),
    network: networkOf(address),
    userAgent: (req.get('user-agent') ?? '').slice(0, LONGEST_USER_AGENT),
    browserToken: readBrowserCookie(req),
  };
}

export function networkOf(address: string): string {
  return networksOf(address)[0];
}

/**
 * The networks of an address, narrow to wide: of IPv6 also the /56 and the /48, as much as one subscriber is often given
 * (RFC 6177); of IPv4 the address alone. What is no address is its own.
 */
export function networksOf(address: string): readonly [string, ...string[]] {
  if (!ipaddr.isValid(address)) return [address];
  const ip = ipaddr.process(address);
  if (ip.kind() === 'ipv4') return [ip.toString()];
  const { parts } = ip as ipaddr.IPv6;
  const [narrow, ...wider] = IPV6_PREFIXES;
  return [prefixOf(parts, narrow), ...wider.map((bits) => prefixOf(parts, bits))];
}

/** A network, as in `network` above, and those around it, narrow to wide. */
export function networksAround(network: string): readonly string[] {
  return networksOf(network.replace(/\/64$/, ''));
}

/** The widest network that is counted around one: of IPv6 its /48, of IPv4 the address itself. */
export function widestAround(network: string): string {
  return networksAround(network).at(-1) ?? network;
}

/** The first bits of an IPv6 address, as text. */
function prefixOf(parts: readonly number[], bits: number): string {
  const kept = parts.slice(0, Math.ceil(bits / BITS_PER_PART)).map((part, index) => {
    const free = Math.max(0, (index + 1) * BITS_PER_PART - bits);
    return ((part >> free) << free).toString(16);
  });
  return `${kept.join(':')}::/${bits}`;
}
