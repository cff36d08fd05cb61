import { formatDevice } from '../../shared/format/devices.ts';

const TEXTS = {
  unknown: 'An unknown program',
  none: 'None is logged in',
  clients: (count: number) => (count === 1 ? '1 program is logged in' : `${count} programs are logged in`),
  tokens: (count: number) => (count === 1 ? '1 personal access token' : `${count} personal access tokens`),
};

/**
 * Says how much an account is used by API clients.
 *
 * @param clients how many are logged in
 * @param tokens how many personal access tokens are good
 */
export function formatClientCount(clients: number, tokens: number): string {
  const loggedIn = clients === 0 ? TEXTS.none : TEXTS.clients(clients);
  return tokens === 0 ? loggedIn : `${loggedIn}, ${TEXTS.tokens(tokens)}`;
}

/** The first product of a User-Agent header, without its version (RFC 9110, 10.1.5). */
const PRODUCT = /^([A-Za-z][\w .-]{0,39}?)(?:\/|$)/;

/**
 * Says which API client a User-Agent header names: a browser as `formatDevice` does, of any other its first name, such as
 * `curl`. For its member's own page alone: a client may call itself what it likes.
 */
export function formatClient(userAgent: string): string {
  const browser = formatDevice(userAgent);
  if (browser !== formatDevice('')) return browser;
  const [, product] = PRODUCT.exec(userAgent) ?? [];
  return product === undefined || product === 'Mozilla' ? TEXTS.unknown : product.trim();
}
