import { join, resolve } from 'node:path';
import type { z } from 'zod';
import type { DatabaseAddress } from '../database/dialect.ts';
import type { FixedSettings } from '../settings/store-settings.ts';
import { readEnvFile } from './env-file.ts';
import { mistypedNames } from './names.ts';
import { cookieProblems } from './origins.ts';
import { type ProviderSettings, readProviders } from './providers.ts';
import { environmentSettings, protocolOf } from './settings.ts';

/** The least bcrypt cost that a store on the open internet may use (OWASP Password Storage Cheat Sheet). */
const LEAST_PRODUCTION_COST = 10;

const TEXTS = {
  noKey: 'SECRET_KEY must be set in production (32 bytes or more, kept secret).',
  cheapHash: `BCRYPT_COST must be at least ${LEAST_PRODUCTION_COST} in production.`,
  noProxy:
    'PUBLIC_URL is https, so a proxy must stand in front: TRUST_PROXY must be set, or nobody can log in. Or let the store speak https itself: TLS_CERT and TLS_KEY.',
  httpUrl: 'TLS_CERT is set, so PUBLIC_URL must start with https://, or nobody can log in.',
  half: 'TLS_CERT and TLS_KEY belong together: a certificate, with its chain, and its key, as PEM files.',
  redirectAlone: 'HTTP_PORT redirects to https, so TLS_CERT and TLS_KEY must be set.',
  samePort: (name: string) => `${name} must be another port than PORT.`,
};

/** With a certificate on this port people are sent from http to https on the usual ports without HTTP_PORT being set. */
const HTTPS_PORT = 443;
const USUAL_HTTP_PORT = 80;

/** One or more settings are wrong; the message says each in a sentence. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads the settings. No other file reads the environment.
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
  const { providers, problems } = readProviders(given, read.data.NODE_ENV === 'production');
  const settings = settingsOf(read.data, providers);
  const wrong = [...mistyped, ...problemsOf(settings, read.data), ...problems];
  if (wrong.length > 0) throw new ConfigError(wrong.join(' '));
  const { DATABASE_URL = `sqlite:${join(settings.dataDir, 'gatehouse.db')}` } = read.data;
  return { ...settings, database: parseDatabaseUrl(DATABASE_URL) };
}

/** Every setting of the store, checked once and typed. */
export type Config = Settings & { database: DatabaseAddress };

type Settings = ReturnType<typeof settingsOf>;

type Given = z.infer<typeof environmentSettings>;

function settingsOf(env: Given, providers: readonly ProviderSettings[]) {
  const { PORT, TLS_CERT, TLS_KEY } = env;
  const tls = TLS_CERT && TLS_KEY ? { cert: resolve(TLS_CERT), key: resolve(TLS_KEY) } : undefined;
  return {
    production: env.NODE_ENV === 'production',
    host: env.HOST,
    port: PORT,
    dataDir: resolve(env.DATA_DIR),
    /** Undefined outside production when none was given: then one is made and kept in the data folder. */
    secretKey: env.SECRET_KEY,
    publicUrl: env.PUBLIC_URL ?? new URL(`${tls ? 'https' : 'http'}://localhost:${PORT}`),
    /** For Express's `trust proxy`: how many proxies stand in front, or their addresses. */
    trustProxy: env.TRUST_PROXY ?? (false as const),
    allowedOrigins: env.ALLOWED_ORIGINS ?? [],
    sessionSameSite: env.SESSION_SAMESITE,
    /** Whose subdomains share the cookies; undefined: no other host gets them. */
    cookieDomain: env.COOKIE_DOMAIN,
    /** The PEM files with which the store itself speaks https. Undefined: it speaks http, maybe behind a proxy. */
    tls,
    /** A second port, whose visitors are sent to https. */
    httpPort: env.HTTP_PORT ?? (tls && PORT === HTTPS_PORT ? USUAL_HTTP_PORT : undefined),
    workers: env.WORKERS,
    /** Where the log goes instead of standard output: an absolute path. */
    logFile: env.LOG_FILE === undefined ? undefined : resolve(env.LOG_FILE),
    /** Who may read the metrics: nobody while there is neither a port of their own nor a token. */
    metrics: { host: env.METRICS_HOST, port: env.METRICS_PORT, token: env.METRICS_TOKEN },
    logLevel: env.LOG_LEVEL,
    bcryptCost: env.BCRYPT_COST,
    storeCurrency: env.STORE_CURRENCY,
    storeLocale: env.STORE_LOCALE,
    /** Where mail goes: `smtp://` or `smtps://`. Undefined: nowhere in production, elsewhere into a folder. */
    smtpUrl: env.SMTP_URL,
    /** The sender of every mail: an address, or a name and an address. Undefined: the store's name, at its host. */
    mailFrom: env.MAIL_FROM,
    providers,
    /** What admins could change in the back office, had the environment not set it. */
    fixed: {
      ...(env.STORE_NAME && { storeName: env.STORE_NAME }),
      ...(env.MEMBERSHIP && { membership: env.MEMBERSHIP }),
      ...(env.REQUIRE_2FA && { require2fa: env.REQUIRE_2FA }),
    } as FixedSettings,
  };
}

function problemsOf(settings: Settings, { TLS_CERT, TLS_KEY, HTTP_PORT, PORT }: Given): string[] {
  const { production, publicUrl, tls, metrics } = settings;
  return [
    production && !settings.secretKey && TEXTS.noKey,
    production && settings.bcryptCost < LEAST_PRODUCTION_COST && TEXTS.cheapHash,
    publicUrl.protocol === 'https:' && settings.trustProxy === false && !tls && TEXTS.noProxy,
    publicUrl.protocol === 'http:' && tls && TEXTS.httpUrl,
    (TLS_CERT === undefined) !== (TLS_KEY === undefined) && TEXTS.half,
    HTTP_PORT !== undefined && !tls && TEXTS.redirectAlone,
    HTTP_PORT === PORT && TEXTS.samePort('HTTP_PORT'),
    metrics.port === PORT && TEXTS.samePort('METRICS_PORT'),
    ...cookieProblems(settings),
  ].filter((problem) => typeof problem === 'string');
}

const SERVERS = /^(postgres|postgresql|mysql|mariadb):$/;

/** Reads `sqlite:` and a path, `postgres://…` or `mysql://…`. @throws ConfigError also without a database's name */
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

/** The process's environment over the `.env` file here. @throws ConfigError when not all of that is settings */
export function readEnvironment(): NodeJS.ProcessEnv {
  const { values, problems } = readEnvFile();
  if (problems.length > 0) throw new ConfigError(problems.join(' '));
  return { ...values, ...process.env };
}
