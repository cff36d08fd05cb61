import { KINDS } from '../../database/database-text.ts';
import type { DatabaseAddress } from '../../database/dialect.ts';
import { mailIdentity } from '../../mail/compose-mail.ts';
import type { StoreSettings } from '../../settings/store-settings.ts';

/** What the page tells of the environment that the store was started in. */
export interface Environment {
  production: boolean;
  host: string;
  port: number;
  dataDir: string;
  database: DatabaseAddress;
  publicUrl: URL;
  trustProxy: number | string[] | false;
  tls: { cert: string; key: string } | undefined;
  httpPort: number | undefined;
  workers: number;
  logFile: string | undefined;
  allowedOrigins: readonly string[];
  sessionSameSite: string;
  cookieDomain: string | undefined;
  storeCurrency: string;
  storeLocale: string;
  smtpUrl: string | undefined;
  mailFrom: string | undefined;
  providers: readonly { name: string; issuer: string }[];
}

export const TEXTS = {
  production: 'production',
  development: 'development, not for the open internet',
  noServer: 'none, mails go into the data folder',
  noServerInProduction: 'none, no mail gets out',
  noCertificate: 'none, the store itself speaks http',
  redirected: (port: number) => `from http on port ${port} as well`,
  processes: (count: number) => (count === 1 ? 'one' : String(count)),
  standardOutput: 'standard output',
  noOrigins: 'none',
  ownHost: 'for this host alone',
  sharedHosts: (domain: string) => `for all hosts of ${domain}`,
  noProviders: 'none, members log in here alone',
  noProxy: 'none, the store is reached directly',
  proxies: (count: number) => (count === 1 ? 'one proxy in front' : `${count} proxies in front`),
};

/** A setting of the environment, as the page prints it. */
export interface EnvironmentFact {
  label: string;
  /** The variable that sets it. */
  variable: string;
  value: string;
}

/** Says how the store was started. Passwords and keys are not among it (OWASP ASVS 5.0, 13.3.1). */
export function environmentFacts(
  environment: Environment,
  settings: Pick<StoreSettings, 'storeName'>,
): EnvironmentFact[] {
  const { production, host, port, dataDir, publicUrl, storeLocale, storeCurrency } = environment;
  const fact = (label: string, variable: string, value: string) => ({ label, variable, value });
  return [
    fact('Kind of operation', 'NODE_ENV', production ? TEXTS.production : TEXTS.development),
    fact('Public address', 'PUBLIC_URL', publicUrl.origin),
    fact('Listens on', 'HOST, PORT', `${host} ${port}`),
    fact('Proxies', 'TRUST_PROXY', proxyWords(environment)),
    fact('Certificate', 'TLS_CERT, HTTP_PORT', certificateWords(environment)),
    fact('Processes', 'WORKERS', TEXTS.processes(environment.workers)),
    fact('Log', 'LOG_FILE', environment.logFile ?? TEXTS.standardOutput),
    fact('Front ends elsewhere', 'ALLOWED_ORIGINS', environment.allowedOrigins.join(', ') || TEXTS.noOrigins),
    fact('Cookies', 'SESSION_SAMESITE, COOKIE_DOMAIN', cookieWords(environment)),
    fact('Database', 'DATABASE_URL', databaseWords(environment.database)),
    fact('Data folder', 'DATA_DIR', dataDir),
    fact('Mail server', 'SMTP_URL', formatMailServer(environment)),
    fact('Sender of mails', 'MAIL_FROM', mailIdentity(environment, settings).mailFrom),
    fact('Logins elsewhere', 'OIDC_ISSUER', providerWords(environment)),
    fact('Language and region', 'STORE_LOCALE', storeLocale),
    fact('Currency of new products', 'STORE_CURRENCY', storeCurrency),
  ];
}

/** Where the mails go: the server's host, without name and password. */
export function formatMailServer({
  smtpUrl,
  production,
}: Pick<Environment, 'smtpUrl' | 'production'>): string {
  if (smtpUrl) return new URL(smtpUrl).host;
  return production ? TEXTS.noServerInProduction : TEXTS.noServer;
}

function providerWords({ providers }: Pick<Environment, 'providers'>): string {
  return providers.map(({ name, issuer }) => `${name} (${issuer})`).join(', ') || TEXTS.noProviders;
}

function databaseWords(database: DatabaseAddress): string {
  const kind = KINDS[database.dialect];
  if (database.dialect === 'sqlite') return `${kind}, ${database.file}`;
  const { host, pathname } = new URL(database.url);
  return `${kind}, ${host}${pathname}`;
}

function proxyWords({ trustProxy }: Pick<Environment, 'trustProxy'>): string {
  if (trustProxy === false || trustProxy === 0) return TEXTS.noProxy;
  return typeof trustProxy === 'number' ? TEXTS.proxies(trustProxy) : trustProxy.join(', ');
}

function certificateWords({ tls, httpPort }: Pick<Environment, 'tls' | 'httpPort'>): string {
  if (!tls) return TEXTS.noCertificate;
  return [tls.cert, ...(httpPort === undefined ? [] : [TEXTS.redirected(httpPort)])].join(', ');
}

function cookieWords({ sessionSameSite, cookieDomain }: Environment): string {
  return `${sessionSameSite}, ${cookieDomain ? TEXTS.sharedHosts(cookieDomain) : TEXTS.ownHost}`;
}
