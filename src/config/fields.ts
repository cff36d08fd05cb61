import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** What single settings of the environment may be. */

const PROXY_WORDS = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** An address, a network (but not the whole internet) or one of Express's words for networks. */
export function isProxyAddress(text: string): boolean {
  if (!text.includes('/')) return PROXY_WORDS.has(text) || isIP(text) > 0;
  return ipaddr.isValidCIDR(text) && !text.endsWith('/0');
}

export function isCurrency(code: string): boolean {
  return Intl.supportedValuesOf('currency').includes(code);
}

export function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

export function isMailServer(url: string): boolean {
  return /^smtps?:$/.test(protocolOf(url)) && new URL(url).hostname !== '';
}

/** An address, or a name and an address in angle brackets, on one line. */
export function isSender(text: string): boolean {
  const address = /^[^<>\r\n]*<([^<>\r\n]+)>$/.exec(text)?.[1] ?? text;
  return z.email().safeParse(address).success;
}

export function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

/** A setting that is a whole number. */
export const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`);
