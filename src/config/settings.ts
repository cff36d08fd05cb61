import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import {
  CONTROL_CHARACTERS,
  LONGEST_STORE_NAME,
  MEMBERSHIPS,
  TWO_FACTOR_REQUIREMENTS,
} from '../settings/store-settings.ts';
import { cookieDomain, originList, sameSite } from './origins.ts';

const TEXTS = {
  workers: 'must be auto (one for each core) or a whole number from 1 to 64',
  token: 'must be at least 32 characters long, letters, digits and -._~+/=',
};

const PROXY_WORDS = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** An address, a network (but not the whole internet) or one of Express's words for networks. */
function isProxyAddress(text: string): boolean {
  if (!text.includes('/')) return PROXY_WORDS.has(text) || isIP(text) > 0;
  return ipaddr.isValidCIDR(text) && !text.endsWith('/0');
}

function isCurrency(code: string): boolean {
  return Intl.supportedValuesOf('currency').includes(code);
}

function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

function isMailServer(url: string): boolean {
  return /^smtps?:$/.test(protocolOf(url)) && new URL(url).hostname !== '';
}

/** An address, or a name and an address in angle brackets, on one line. */
function isSender(text: string): boolean {
  const address = /^[^<>\r\n]*<([^<>\r\n]+)>$/.exec(text)?.[1] ?? text;
  return z.email().safeParse(address).success;
}

export function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
}

const integer = (least: number, most: number) =>
  z
    .string()
    .refine((text) => isWhole(text, least, most), `must be a whole number from ${least} to ${most}`)
    .transform(Number);

const MOST_WORKERS = 64;

const workers = z
  .string()
  .refine((text) => text === 'auto' || isWhole(text, 1, MOST_WORKERS), TEXTS.workers)
  .transform((text) => (text === 'auto' ? Math.min(availableParallelism(), MOST_WORKERS) : Number(text)));

/** What may stand in an Authorization header as a bearer token (RFC 6750, 2.1), long enough not to be guessed. */
const metricsToken = z.string().regex(/^[\w.~+/=-]{32,}$/, TEXTS.token);

const port = integer(1, 65_535);

export const environmentSettings = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'], { error: 'must be development, production or test' })
    .default('development'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: integer(0, 65_535).default(3000),
  DATA_DIR: z.string().min(1).default('data'),
  DATABASE_URL: z.string().optional(),
  SECRET_KEY: z
    .string()
    .refine((key) => Buffer.byteLength(key) >= 32, 'must be at least 32 bytes long')
    .optional(),
  PUBLIC_URL: z
    .string()
    .refine((url) => /^https?:$/.test(protocolOf(url)), 'must be a URL that starts with http:// or https://')
    .transform((url) => new URL(url))
    .optional(),
  TRUST_PROXY: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine(
      (parts) => (parts.length === 1 && /^\d{1,2}$/.test(parts[0] ?? '')) || parts.every(isProxyAddress),
      'must be the number of proxies in front of the store, or their addresses with commas between',
    )
    .transform((parts) => (/^\d+$/.test(parts[0] ?? '') ? Number(parts[0]) : parts))
    .optional(),
  TLS_CERT: z.string().optional(),
  TLS_KEY: z.string().optional(),
  HTTP_PORT: port.optional(),
  WORKERS: workers.default(1),
  ALLOWED_ORIGINS: originList.optional(),
  SESSION_SAMESITE: sameSite.default('lax'),
  COOKIE_DOMAIN: cookieDomain.optional(),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
  LOG_FILE: z.string().optional(),
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: port.optional(),
  METRICS_TOKEN: metricsToken.optional(),
  BCRYPT_COST: integer(4, 16).default(12),
  STORE_NAME: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(LONGEST_STORE_NAME, `must be at most ${LONGEST_STORE_NAME} characters`)
    .refine((name) => !CONTROL_CHARACTERS.test(name), 'must be one line without control characters')
    .optional(),
  STORE_CURRENCY: z.string().refine(isCurrency, 'must be an ISO 4217 code such as INR or EUR').default('INR'),
  SMTP_URL: z.string().refine(isMailServer, 'must be a URL that starts with smtp:// or smtps://').optional(),
  MAIL_FROM: z
    .string()
    .refine(isSender, 'must be an e-mail address, or a name and one: Gatehouse <store@example.org>')
    .optional(),
  MEMBERSHIP: z.enum(MEMBERSHIPS, { error: 'must be open, verified or approval' }).optional(),
  REQUIRE_2FA: z.enum(TWO_FACTOR_REQUIREMENTS, { error: 'must be none, staff or all' }).optional(),
  // Read by `readProviders`, with those of further providers: OIDC_2_ISSUER and so on.
  OIDC_ISSUER: z.string().optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().optional(),
  STORE_LOCALE: z.string().refine(isLocale, 'must be a language tag such as en-IN').default('en-IN'),
});
