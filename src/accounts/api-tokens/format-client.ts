import { formatDevice } from '../../shared/format/devices.ts';

const UNKNOWN = 'An unknown program';

const TEXTS = {
  programs: (count: number) =>
    count === 0
      ? 'None is logged in'
      : count === 1
        ? '1 program is logged in'
        : `${count} programs are logged in`,
  tokens: (count: number) => (count === 1 ? '1 personal access token' : `${count} personal access tokens`),
};

/**
 * Says in words how much an account is used by programs.
 *
 * @param programs how many are logged in
 * @param tokens how many personal access tokens are good
 */
export function formatPrograms(programs: number, tokens: number): string {
  return tokens === 0 ? TEXTS.programs(programs) : `${TEXTS.programs(programs)}, ${TEXTS.tokens(tokens)}`;
}

/** The first product of a User-Agent header, without its version (RFC 9110, 10.1.5). */
const PRODUCT = /^([A-Za-z][\w .-]{0,39}?)(?:\/|$)/;

/**
 * Says in words which program a User-Agent header names: a browser as `formatDevice` does, of any other its first name,
 * such as `curl`. For its member's own page alone: a program may call itself what it likes.
 */
export function formatProgram(userAgent: string): string {
  const browser = formatDevice(userAgent);
  if (browser !== formatDevice('')) return browser;
  const [, product] = PRODUCT.exec(userAgent) ?? [];
  return product === undefined || product === 'Mozilla' ? UNKNOWN : product.trim();
}
