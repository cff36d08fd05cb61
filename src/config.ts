import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import type { ProviderSettings } from './accounts/federation/providers.ts';
import {
  integer,
  isCurrency,
  isLocale,
  isMailServer,
  isProxyAddress,
  isSender,
  protocolOf,
} from './config-checks.ts';
import { cookieDomain, cookieProblems, originList, sameSite } from './config-origins.ts';
import { readProviders } from './config-providers.ts';
import type { DatabaseAddress } from './database/dialect.ts';
import {
  CONTROL_CHARACTERS,
  type FixedSettings,
  LONGEST_STORE_NAME,
  MEMBERSHIPS,
  TWO_FACTOR_REQUIREMENTS,
} from './settings/store-settings.ts';
import type { SameSite } from './web/cookies.ts';

/**
 * Every setting of the store, read from the environment (and a `.env` file, which the environment
 * overrules), checked once and typed. No other file reads the environment.
 */
export interface Config {
  production: boolean;
  host: string;
  port: number;
  dataDir: string;
  database: DatabaseAddress;
  /** Undefined outside production when none was given: then one is made and kept in the data folder. */
  secretKey: string | undefined;
  publicUrl: URL;
  /** For Express's `trust proxy`: how many proxies stand in front, or their addresses. */
  trustProxy: number | string[] | false;
  /** The origins of front ends elsewhere that may talk to the APIs from a browser. */
  allowedOrigins: readonly string[];
  sessionSameSite: SameSite;
  /** Whose subdomains share the cookies; undefined: no other host gets them. */
  cookieDomain: string | undefined;
  logLevel: string;
  bcryptCost: number;
  storeCurrency: string;
  storeLocale: string;
  /** Where mail goes: `smtp://` or `smtps://`. Undefined: nowhere in production, elsewhere into a folder. */
  smtpUrl: string | undefined;
  /** The sender of every mail: an address, or a name and an address. Undefined: the store's name, at its host. */
  mailFrom: string | undefined;
  /** OpenID providers by which one can log in, such as Google. */
  providers: readonly ProviderSettings[];
  /** What admins could change in the back office, had the environment not set it. */
  fixed: FixedSettings;
}

/** One or more settings are wrong; the message says each in a sentence. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const settings = z.object({
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
  ALLOWED_ORIGINS: originList.optional(),
  SESSION_SAMESITE: sameSite.default('lax'),
  COOKIE_DOMAIN: cookieDomain.optional(),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
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

/** The least bcrypt cost that a store on the open internet may use (OWASP Password Storage Cheat Sheet). */
const LEAST_PRODUCTION_COST = 10;

/**
 * Reads the settings.
 *
 * @param environment by default that of the process, over the `.env` file of the working folder
 * @throws ConfigError that names every wrong setting
 */
export function readConfig(environment: NodeJS.ProcessEnv = { ...readDotEnv(), ...process.env }): Config {
  // `PORT=` in a .env file means "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = settings.safeParse(given);
  if (!read.success) {
    throw new ConfigError(
      read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`).join(' '),
    );
  }
  const env = read.data;
  const production = env.NODE_ENV === 'production';
  const dataDir = resolve(env.DATA_DIR);
  const publicUrl = env.PUBLIC_URL ?? new URL(`http://localhost:${env.PORT}`);

  const { providers, problems: providerProblems } = readProviders(given, production);

  const problems = [
    production && !env.SECRET_KEY && 'SECRET_KEY must be set in production (32 bytes or more, kept secret).',
    production &&
      env.BCRYPT_COST < LEAST_PRODUCTION_COST &&
      `BCRYPT_COST must be at least ${LEAST_PRODUCTION_COST} in production.`,
    publicUrl.protocol === 'https:' &&
      env.TRUST_PROXY === undefined &&
      'PUBLIC_URL is https, so a proxy must stand in front: TRUST_PROXY must be set, or nobody can log in.',
    ...cookieProblems(publicUrl, {
      sameSite: env.SESSION_SAMESITE,
      domain: env.COOKIE_DOMAIN,
      providers: providers.length > 0,
    }),
    ...providerProblems,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new ConfigError(problems.join(' '));

  return {
    production,
    host: env.HOST,
    port: env.PORT,
    dataDir,
    database: parseDatabaseUrl(env.DATABASE_URL ?? `sqlite:${join(dataDir, 'gatehouse.db')}`),
    secretKey: env.SECRET_KEY,
    publicUrl,
    trustProxy: env.TRUST_PROXY ?? false,
    allowedOrigins: env.ALLOWED_ORIGINS ?? [],
    sessionSameSite: env.SESSION_SAMESITE,
    cookieDomain: env.COOKIE_DOMAIN,
    logLevel: env.LOG_LEVEL,
    bcryptCost: env.BCRYPT_COST,
    storeCurrency: env.STORE_CURRENCY,
    storeLocale: env.STORE_LOCALE,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    providers,
    fixed: {
      ...(env.STORE_NAME && { storeName: env.STORE_NAME }),
      ...(env.MEMBERSHIP && { membership: env.MEMBERSHIP }),
      ...(env.REQUIRE_2FA && { require2fa: env.REQUIRE_2FA }),
    },
  };
}

/**
 * Reads a DATABASE_URL: `sqlite:` and a path, `postgres://…` or `mysql://…`.
 *
 * @throws ConfigError when it is none of them
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  if (/^sqlite:(?!\/\/).+/.test(text)) {
    const file = text.slice('sqlite:'.length);
    return { dialect: 'sqlite', file: file === ':memory:' ? file : resolve(file) };
  }
  const protocol = protocolOf(text);
  if (protocol === 'postgres:' || protocol === 'postgresql:') return { dialect: 'postgres', url: text };
  if (protocol === 'mysql:' || protocol === 'mariadb:')
    return { dialect: 'mysql', url: text.replace(/^mariadb:/, 'mysql:') };
  throw new ConfigError('DATABASE_URL must start with sqlite: and a path, postgres:// or mysql://.');
}

function readDotEnv(): NodeJS.Dict<string> {
  return existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
}
