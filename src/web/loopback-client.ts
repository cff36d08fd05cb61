import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import { isLoopback } from '../shared/loopback.ts';

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
