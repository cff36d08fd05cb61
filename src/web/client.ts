import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

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
}

const IPV6_NETWORK_PARTS = 4;

export function clientOf(req: Request): Client {
  const address = req.ip ?? '';
  return { address, network: networkOf(address), userAgent: req.get('user-agent') ?? '' };
}

export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const ip = ipaddr.process(address);
  if (ip.kind() === 'ipv4') return ip.toString();
  return `${(ip as ipaddr.IPv6).parts
    .slice(0, IPV6_NETWORK_PARTS)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
