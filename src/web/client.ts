import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import ipaddr from 'ipaddr.js';
import { isLoopback, networkOf } from '../shared/networks.ts';
import { readBrowserCookie } from './cookies.ts';

/** What the tables hold of each. A proxy may report anything for an address, a client anything for a browser. */
const LONGEST_ADDRESS = 45;
const LONGEST_USER_AGENT = 255;

export type Client = ReturnType<typeof clientOf>;

/** Who asks, for throttles and the sessions table. */
export function clientOf(req: Request) {
  const address = req.ip ?? '';
  return {
    /** Behind a proxy it is the forwarded one only where TRUST_PROXY says so. */
    address: address.slice(0, LONGEST_ADDRESS),
    /**
     * What throttles count by: an IPv4 address, or the /64 network of an IPv6 one, because one subscriber
     * has all of a /64 (RFC 6177) and could come from a new address each time.
     */
    network: networkOf(address),
    userAgent: (req.get('user-agent') ?? '').slice(0, LONGEST_USER_AGENT),
    browserToken: readBrowserCookie(req),
  };
}

/** What proxies add. One on this machine that adds none of them cannot be told from a browser here. */
const FORWARDED = /^(x-forwarded-.+|x-real-ip|forwarded|via)$/;

/**
 * Whether a request comes from this machine itself: over a loopback address, through no proxy, whatever TRUST_PROXY says, and
 * to a name of this machine. Any other name is that of a page elsewhere which has led a browser here (DNS rebinding), or the
 * store's own, by which a tunnel or a proxy without such headers brings strangers.
 */
export function isLoopbackClient({
  socket,
  headers,
}: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } }): boolean {
  const { remoteAddress = '' } = socket;
  if (!ipaddr.isValid(remoteAddress) || ipaddr.process(remoteAddress).range() !== 'loopback') return false;
  if (Object.keys(headers).some((name) => FORWARDED.test(name))) return false;
  const url = `http://${headers.host ?? ''}`;
  if (!URL.canParse(url)) return false;
  return isLoopback(new URL(url).hostname);
}
