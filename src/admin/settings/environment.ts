import type { Config } from '../../config/config.ts';
import { KINDS } from '../../database/database-text.ts';
import type { DatabaseAddress } from '../../database/dialect.ts';
import { mailIdentity } from '../../mail/transports.ts';
import type { StoreSettings } from '../../settings/store-settings.ts';

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

/** Says how the store was started. Passwords and keys are not among it (OWASP ASVS 5.0, 13.3.1). */
export function environmentFacts(config: Config, settings: Pick<StoreSettings, 'storeName'>) {
  const { production, host, port, dataDir, publicUrl, storeLocale, storeCurrency } = config;
  const cookieHosts = config.cookieDomain ? TEXTS.sharedHosts(config.cookieDomain) : TEXTS.ownHost;
  const providers = config.providers.map(({ name, issuer }) => `${name} (${issuer})`);
  /** @param variable the one that sets it */
  const fact = (label: string, variable: string, value: string) => ({ label, variable, value });
  return [
    fact('Kind of operation', 'NODE_ENV', production ? TEXTS.production : TEXTS.development),
    fact('Public address', 'PUBLIC_URL', publicUrl.origin),
    fact('Listens on', 'HOST, PORT', `${host} ${port}`),
    fact('Proxies', 'TRUST_PROXY', formatProxies(config)),
    fact('Certificate', 'TLS_CERT, HTTP_PORT', formatCertificate(config)),
    fact('Processes', 'WORKERS', TEXTS.processes(config.workers)),
    fact('Log', 'LOG_FILE', config.logFile ?? TEXTS.standardOutput),
    fact('Front ends elsewhere', 'ALLOWED_ORIGINS', config.allowedOrigins.join(', ') || TEXTS.noOrigins),
    fact('Cookies', 'SESSION_SAMESITE, COOKIE_DOMAIN', `${config.sessionSameSite}, ${cookieHosts}`),
    fact('Database', 'DATABASE_URL', formatDatabase(config.database)),
    fact('Data folder', 'DATA_DIR', dataDir),
    fact('Mail server', 'SMTP_URL', formatMailServer(config)),
    fact('Sender of mails', 'MAIL_FROM', mailIdentity(config, settings).mailFrom),
    fact('Logins elsewhere', 'OIDC_ISSUER', providers.join(', ') || TEXTS.noProviders),
    fact('Language and region', 'STORE_LOCALE', storeLocale),
    fact('Currency of new products', 'STORE_CURRENCY', storeCurrency),
  ];
}

/** Where the mails go: the server's host, without name and password. */
export function formatMailServer({ smtpUrl, production }: Pick<Config, 'smtpUrl' | 'production'>): string {
  if (smtpUrl) return new URL(smtpUrl).host;
  return production ? TEXTS.noServerInProduction : TEXTS.noServer;
}

function formatDatabase(database: DatabaseAddress): string {
  const kind = KINDS[database.dialect];
  if (database.dialect === 'sqlite') return `${kind}, ${database.file}`;
  const { host, pathname } = new URL(database.url);
  return `${kind}, ${host}${pathname}`;
}

function formatProxies({ trustProxy }: Pick<Config, 'trustProxy'>): string {
  if (trustProxy === false || trustProxy === 0) return TEXTS.noProxy;
  return typeof trustProxy === 'number' ? TEXTS.proxies(trustProxy) : trustProxy.join(', ');
}

function formatCertificate({ tls, httpPort }: Pick<Config, 'tls' | 'httpPort'>): string {
  if (!tls) return TEXTS.noCertificate;
  return [tls.cert, ...(httpPort === undefined ? [] : [TEXTS.redirected(httpPort)])].join(', ');
}
