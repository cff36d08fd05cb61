import { isIP } from 'node:net';
import { z } from 'zod';

const SAME_SITES = ['lax', 'strict', 'none'] as const;

export const TEXTS = {
  origins:
    'must be origins with commas between, such as https://shop.example,http://localhost:5173: scheme, host and port as browsers send them, and no *',
  sameSite: 'must be lax, strict or none',
  domain: 'must be a host name such as example.org',
  sameSiteNone: 'SESSION_SAMESITE=none needs a PUBLIC_URL with https: browsers keep no such cookie of http.',
  strictWithProviders:
    'SESSION_SAMESITE=strict keeps the session from who comes back from a provider (OIDC_ISSUER): use lax.',
  foreignDomain: (host: string) =>
    `COOKIE_DOMAIN must be ${host}, the host of PUBLIC_URL, or a domain above it: browsers take no other.`,
};

/** An origin just as browsers send it (RFC 6454, 6.2): what a URL parser would change is no such text. */
function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^*]+$/.test(text) || !URL.canParse(text)) return false;
  return new URL(text).origin === text;
}

function isHostName(text: string): boolean {
  return isIP(text) === 0 && /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/.test(text);
}

export const originList = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine((origins) => origins.every(isOrigin), TEXTS.origins);

export const sameSite = z.enum(SAME_SITES, { error: TEXTS.sameSite });

export const cookieDomain = z.string().toLowerCase().refine(isHostName, TEXTS.domain);

/** What is wrong with the cookies, beside the address at which people reach the store. */
export function cookieProblems({
  publicUrl: { protocol, hostname },
  sessionSameSite,
  cookieDomain: domain,
  providers,
}: {
  publicUrl: URL;
  sessionSameSite: (typeof SAME_SITES)[number];
  cookieDomain: string | undefined;
  /** From these people come back, from another site, in the middle of logging in. */
  providers: readonly unknown[];
}): string[] {
  return [
    ...(sessionSameSite === 'strict' && providers.length > 0 ? [TEXTS.strictWithProviders] : []),
    ...(sessionSameSite === 'none' && protocol !== 'https:' ? [TEXTS.sameSiteNone] : []),
    ...(domain !== undefined && !isWithin(hostname, domain) ? [TEXTS.foreignDomain(hostname)] : []),
  ];
}

/** Whether a host is in a domain. One of a single name, such as `com`, has no other hosts that are ours. */
function isWithin(host: string, domain: string): boolean {
  return host === domain || (domain.includes('.') && host.endsWith(`.${domain}`));
}
