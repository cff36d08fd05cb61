import { deviceWords } from '../device-words.ts';

const UNKNOWN = 'An unknown program';

/** The first product of a User-Agent header, without its version (RFC 9110, 10.1.5). */
const PRODUCT = /^([A-Za-z][\w .-]{0,39}?)(?:\/|$)/;

/**
 * Says in words which program a User-Agent header names: a browser as `deviceWords` does, of any other its first name,
 * such as `curl`. For its member's own page alone: a program may call itself what it likes.
 */
export function programWords(userAgent: string): string {
  const browser = deviceWords(userAgent);
  if (browser !== deviceWords('')) return browser;
  const [, product] = PRODUCT.exec(userAgent) ?? [];
  return product === undefined || product === 'Mozilla' ? UNKNOWN : product.trim();
}
