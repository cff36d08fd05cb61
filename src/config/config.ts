import { join, resolve } from 'node:path';
import type { DatabaseAddress } from '../database/dialect.ts';
import type { FixedSettings } from '../settings/store-settings.ts';
import { readEnvFile } from './env-file.ts';
import { mistypedNames } from './names.ts';
import { cookieProblems, type SameSite } from './origins.ts';
import { type ProviderSettings, readProviders } from './providers.ts';
import { environmentSettings, protocolOf } from './settings.ts';

const TEXTS = {
  half: 'TLS_CERT and TLS_KEY belong together: a certificate, with its chain, and its key, as PEM files.',
  redirectAlone: 'HTTP_PORT redirects to https, so TLS_CERT and TLS_KEY must be set.',
  samePort: (name: string) => `${name} must be another port than PORT.`,
};

/** With a certificate on this port people are sent from http to https on the usual ports without HTTP_PORT being set. */
const HTTPS_PORT = 443;
const USUAL_HTTP_PORT = 80;

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
  allowedOrigins: readonly string[];
  sessionSameSite: SameSite;
  /** Whose subdomains share the cookies; undefined: no other host gets them. */
  cookieDomain: string | undefined;
  /** The PEM files with which the store itself speaks https. Undefined: it speaks http, and a proxy may speak https for it. */
  tls: { cert: string; key: string } | undefined;
  /** A second port, whose visitors are sent to https. */
  httpPort: number | undefined;
  workers: number;
  /** Where the log goes instead of standard output: an absolute path. */
  logFile: string | undefined;
  /** Who may read the metrics: nobody while there is neither a port of their own nor a token. */
  metrics: { host: string; port: number | undefined; token: string | undefined };
  logLevel: string;
  bcryptCost: number;
  storeCurrency: string;
  storeLocale: string;
  /** Where mail goes: `smtp://` or `smtps://`. Undefined: nowhere in production, elsewhere into a folder. */
  smtpUrl: string | undefined;
  /** The sender of every mail: an address, or a name and an address. Undefined: the store's name, at its host. */
  mailFrom: string | undefined;
  providers: readonly ProviderSettings[];
  /** What admins could change in the back office, had the environment not set it. */
  fixed: FixedSettings;
}

/** One or more settings are wrong; the message says each in a sentence. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** The least bcrypt cost that a store on the open internet may use (OWASP Password Storage Cheat Sheet). */
const LEAST_PRODUCTION_COST = 10;

/**
 * Reads the settings.
 *
 * @param environment by default that of the process, over the `.env` file of the working folder
 * @throws ConfigError that names every wrong setting, and what looks like a mistyped one
 */
export function readConfig(environment: NodeJS.ProcessEnv = readEnvironment()): Config {
  // `PORT=` in a .env file means "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = environmentSettings.safeParse(given);
  const mistyped = mistypedNames(Object.keys(given));
  if (!read.success) {
    const wrong = read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`);
    throw new ConfigError([...mistyped, ...wrong].join(' '));
  }
  const env = read.data;
  const production = env.NODE_ENV === 'production';
  const dataDir = resolve(env.DATA_DIR);
  const { PORT, TLS_CERT, TLS_KEY, HTTP_PORT } = env;
  const tls = TLS_CERT && TLS_KEY ? { cert: resolve(TLS_CERT), key: resolve(TLS_KEY) } : undefined;
  const usualHttpPort = tls && PORT === HTTPS_PORT ? USUAL_HTTP_PORT : undefined;
  const publicUrl = env.PUBLIC_URL ?? new URL(`${tls ? 'https' : 'http'}://localhost:${PORT}`);
  const { providers, problems: providerProblems } = readProviders(given, production);

  const problems = [
    ...mistyped,
    production && !env.SECRET_KEY && 'SECRET_KEY must be set in production (32 bytes or more, kept secret).',
    production &&
      env.BCRYPT_COST < LEAST_PRODUCTION_COST &&
      `BCRYPT_COST must be at least ${LEAST_PRODUCTION_COST} in production.`,
    publicUrl.protocol === 'https:' &&
      env.TRUST_PROXY === undefined &&
      !tls &&
      'PUBLIC_URL is https, so a proxy must stand in front: TRUST_PROXY must be set, or nobody can log in. ' +
        'Or let the store speak https itself: TLS_CERT and TLS_KEY.',
    publicUrl.protocol === 'http:' &&
      tls &&
      'TLS_CERT is set, so PUBLIC_URL must start with https://, or nobody can log in.',
    (TLS_CERT === undefined) !== (TLS_KEY === undefined) && TEXTS.half,
    HTTP_PORT !== undefined && !tls && TEXTS.redirectAlone,
    HTTP_PORT === PORT && TEXTS.samePort('HTTP_PORT'),
    env.METRICS_PORT === PORT && TEXTS.samePort('METRICS_PORT'),
    ...cookieProblems(publicUrl, {
      sameSite: env.SESSION_SAMESITE,
      domain: env.COOKIE_DOMAIN,
      providers: providers.length > 0,
    }),
    ...providerProblems,
  ].filter((problem) => typeof problem === 'string');
  if (problems.length > 0) throw new ConfigError(problems.join(' '));

  return {
    production,
    host: env.HOST,
    port: PORT,
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
    tls,
    httpPort: HTTP_PORT ?? usualHttpPort,
    workers: env.WORKERS,
    logFile: env.LOG_FILE === undefined ? undefined : resolve(env.LOG_FILE),
    metrics: { host: env.METRICS_HOST, port: env.METRICS_PORT, token: env.METRICS_TOKEN },
    fixed: {
      ...(env.STORE_NAME && { storeName: env.STORE_NAME }),
      ...(env.MEMBERSHIP && { membership: env.MEMBERSHIP }),
      ...(env.REQUIRE_2FA && { require2fa: env.REQUIRE_2FA }),
    },
  };
}

const SERVERS = /^(postgres|postgresql|mysql|mariadb):$/;

/**
 * Reads a DATABASE_URL: `sqlite:` and a path, `postgres://…` or `mysql://…`.
 *
 * @throws ConfigError when it is none of them, or names no database on its server
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  if (/^sqlite:(?!\/\/).+/.test(text)) {
    const file = text.slice('sqlite:'.length);
    return { dialect: 'sqlite', file: file === ':memory:' ? file : resolve(file) };
  }
  const protocol = protocolOf(text);
  if (SERVERS.test(protocol) && /^\/*$/.test(new URL(text).pathname))
    throw new ConfigError(`DATABASE_URL names no database: write ${protocol}//HOST/NAME.`);
  if (protocol === 'postgres:' || protocol === 'postgresql:') return { dialect: 'postgres', url: text };
  if (protocol === 'mysql:' || protocol === 'mariadb:')
    return { dialect: 'mysql', url: text.replace(/^mariadb:/, 'mysql:') };
  throw new ConfigError('DATABASE_URL must start with sqlite: and a path, postgres:// or mysql://.');
}

/**
 * The environment of the process, over the `.env` file of the working folder.
 *
 * @throws ConfigError when not all of that file is settings
 */
export function readEnvironment(): NodeJS.ProcessEnv {
  const { values, problems } = readEnvFile();
  if (problems.length > 0) throw new ConfigError(problems.join(' '));
  return { ...values, ...process.env };
}
