import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mailIdentity } from '../mail/transports.ts';
import { ConfigError, readConfig } from './config.ts';
import { TEXTS as NAMES_TEXTS } from './names.ts';
import { TEXTS as ORIGINS_TEXTS } from './origins.ts';

const SECRET = 'lantern-moss-fiddle-barn-7890123';
const PRODUCTION = { NODE_ENV: 'production', SECRET_KEY: SECRET };

/** What reading the settings says; empty when they are right. */
function complaintOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
}

describe('without any setting', () => {
  test('the store runs on this machine, on SQLite', () => {
    expect(readConfig({})).toEqual({
      production: false,
      host: '127.0.0.1',
      port: 3000,
      dataDir: resolve('data'),
      database: { dialect: 'sqlite', file: resolve('data/gatehouse.db') },
      secretKey: undefined,
      publicUrl: new URL('http://localhost:3000'),
      trustProxy: false,
      allowedOrigins: [],
      sessionSameSite: 'lax',
      cookieDomain: undefined,
      logLevel: 'info',
      bcryptCost: 12,
      storeCurrency: 'INR',
      storeLocale: 'en-IN',
      smtpUrl: undefined,
      mailFrom: undefined,
      providers: [],
      tls: undefined,
      httpPort: undefined,
      workers: 1,
      logFile: undefined,
      metrics: { host: '127.0.0.1', port: undefined, token: undefined },
      fixed: {},
    });
  });

  test('one that is empty counts as not there', () => {
    const names = ['PORT', 'HOST', 'DATA_DIR', 'DATABASE_URL', 'SECRET_KEY', 'PUBLIC_URL', 'TRUST_PROXY'];
    const empty = [...names, 'NODE_ENV', 'LOG_LEVEL', 'BCRYPT_COST', 'STORE_NAME', 'STORE_CURRENCY'];
    empty.push('SMTP_URL', 'MAIL_FROM', 'MEMBERSHIP', 'REQUIRE_2FA');
    empty.push('ALLOWED_ORIGINS', 'SESSION_SAMESITE', 'COOKIE_DOMAIN', 'TLS_CERT', 'TLS_KEY', 'HTTP_PORT');
    empty.push('WORKERS', 'LOG_FILE', 'METRICS_HOST', 'METRICS_PORT', 'METRICS_TOKEN');
    expect(readConfig(Object.fromEntries(empty.map((name) => [name, ''])))).toEqual(readConfig({}));
  });

  test('what is not ours is ignored', () => {
    expect(readConfig({ PATH: '/bin', port: '1', PORTS: '2' })).toEqual(readConfig({}));
  });
});

describe('a name that is one letter beside that of a setting', () => {
  test.each([
    ['SMTP_URI', 'SMTP_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABASEURL', 'DATABASE_URL'],
    ['WORKERSS', 'WORKERS'],
    ['LOG_FIEL', 'LOG_FILE'],
    ['OIDC_ISUER', 'OIDC_ISSUER'],
    ['OIDC_4_CLIENT_IDS', 'OIDC_4_CLIENT_ID'],
    ['TEST_MYSQL_URI', 'TEST_MYSQL_URL'],
  ])('is refused: %s, for %s', (name, meant) => {
    expect(complaintOf({ [name]: 'hush' })).toBe(`${name} is not a setting. Did you mean ${meant}?`);
  });

  test('is told with all else that is wrong', () => {
    expect(complaintOf({ SMTP_URI: 'x', PORT: 'abc' })).toBe(
      `${NAMES_TEXTS.unknown('SMTP_URI')} Did you mean SMTP_URL? PORT must be a whole number from 0 to 65535.`,
    );
  });

  test.each([
    'HOSTS',
    'PORTS',
    'MAILFROM',
    'DATABASE_PASSWORD',
    'SMTP_PORT',
    'STORE_HOST',
    'smtp_uri',
    'NODE_OPTIONS',
  ])('is not %s, which may be of another program', (name) => {
    expect(complaintOf({ [name]: 'x' })).toBe('');
  });

  test('does no harm while it is empty', () => {
    expect(complaintOf({ SMTP_URI: '' })).toBe('');
  });
});

describe('a good value', () => {
  test.each([
    ['PORT', '0', { port: 0 }],
    ['PORT', '65535', { port: 65_535 }],
    ['HOST', '::1', { host: '::1' }],
    ['DATA_DIR', '/srv/store', { dataDir: '/srv/store' }],
    ['DATA_DIR', 'x/../y', { dataDir: resolve('y') }],
    ['SECRET_KEY', 'x'.repeat(32), { secretKey: 'x'.repeat(32) }],
    ['SECRET_KEY', '🦊'.repeat(8), { secretKey: '🦊'.repeat(8) }],
    ['PUBLIC_URL', 'http://store.example:8080', { publicUrl: new URL('http://store.example:8080') }],
    ['TRUST_PROXY', '1', { trustProxy: 1 }],
    ['TRUST_PROXY', '0', { trustProxy: 0 }],
    ['TRUST_PROXY', 'loopback', { trustProxy: ['loopback'] }],
    [
      'TRUST_PROXY',
      '10.0.0.1, 10.1.0.0/16,fd00::/8',
      { trustProxy: ['10.0.0.1', '10.1.0.0/16', 'fd00::/8'] },
    ],
    [
      'ALLOWED_ORIGINS',
      'https://shop.example, http://localhost:5173,http://[::1]:8080',
      { allowedOrigins: ['https://shop.example', 'http://localhost:5173', 'http://[::1]:8080'] },
    ],
    ['SESSION_SAMESITE', 'strict', { sessionSameSite: 'strict' }],
    ['COOKIE_DOMAIN', 'LocalHost', { cookieDomain: 'localhost' }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['BCRYPT_COST', '4', { bcryptCost: 4 }],
    ['BCRYPT_COST', '16', { bcryptCost: 16 }],
    ['STORE_NAME', '  Corner Shop ', { fixed: { storeName: 'Corner Shop' } }],
    ['STORE_NAME', 'x'.repeat(60), { fixed: { storeName: 'x'.repeat(60) } }],
    ['STORE_CURRENCY', 'EUR', { storeCurrency: 'EUR' }],
    ['STORE_LOCALE', 'de-DE', { storeLocale: 'de-DE' }],
    ['SMTP_URL', 'smtps://shop:pw@mail.example', { smtpUrl: 'smtps://shop:pw@mail.example' }],
    ['MAIL_FROM', 'shop@mail.example', { mailFrom: 'shop@mail.example' }],
    ['MAIL_FROM', 'The Shop <shop@mail.example>', { mailFrom: 'The Shop <shop@mail.example>' }],
    ['MEMBERSHIP', 'verified', { fixed: { membership: 'verified' } }],
    ['MEMBERSHIP', 'approval', { fixed: { membership: 'approval' } }],
    ['REQUIRE_2FA', 'none', { fixed: { require2fa: 'none' } }],
    ['REQUIRE_2FA', 'all', { fixed: { require2fa: 'all' } }],
  ])('of %s: %s', (name, value, part) => {
    expect(readConfig({ [name]: value })).toMatchObject(part);
  });

  test('of the data folder moves the database with it, a database of its own does not', () => {
    expect(readConfig({ DATA_DIR: '/srv/a' }).database).toEqual({
      dialect: 'sqlite',
      file: '/srv/a/gatehouse.db',
    });
    expect(readConfig({ DATA_DIR: '/srv/a', DATABASE_URL: 'sqlite:/srv/b.db' }).database).toEqual({
      dialect: 'sqlite',
      file: '/srv/b.db',
    });
  });

  test('of the store’s name and address are in the sender of its mails, without what would end the name', () => {
    const config = readConfig({ PUBLIC_URL: 'http://store.example:8080' });
    expect(mailIdentity(config, { storeName: 'The "Corner" <Shop>' }).mailFrom).toBe(
      'The Corner Shop <store@store.example>',
    );
  });

  test('of the port is in the address that people are told', () => {
    expect(readConfig({ PORT: '8080' }).publicUrl.origin).toBe('http://localhost:8080');
  });
});

describe('a wrong value is refused by name, and the message says what it must be', () => {
  const port = 'PORT must be a whole number from 0 to 65535.';
  const cost = 'BCRYPT_COST must be a whole number from 4 to 16.';
  const proxy =
    'TRUST_PROXY must be the number of proxies in front of the store, or their addresses with commas between.';
  const url = 'PUBLIC_URL must be a URL that starts with http:// or https://.';
  const smtp = 'SMTP_URL must be a URL that starts with smtp:// or smtps://.';
  const sender = 'MAIL_FROM must be an e-mail address, or a name and one: Gatehouse <store@example.org>.';
  const origins =
    'ALLOWED_ORIGINS must be origins with commas between, such as https://shop.example,http://localhost:5173: ' +
    'scheme, host and port as browsers send them, and no *.';
  const domain = 'COOKIE_DOMAIN must be a host name such as example.org.';
  const database = 'DATABASE_URL must start with sqlite: and a path, postgres:// or mysql://.';

  test.each([
    ...['abc', '-1', '65536', '80.5', '1e3', ' 80', '0x50', '٣'].map((value) => ['PORT', value, port]),
    ...['3', '17', 'twelve', '12.0'].map((value) => ['BCRYPT_COST', value, cost]),
    ...['yes', 'true', '-1', '1,2', '10.0.0.300', '10.0.0.1,', '10.0.0.0/x', '1.5'].map((value) => [
      'TRUST_PROXY',
      value,
      proxy,
    ]),
    ...['store.example', 'ftp://store.example', 'http://', '//store.example'].map((value) => [
      'PUBLIC_URL',
      value,
      url,
    ]),
    ...['sqlite:', 'sqlite://x', 'oracle://x', 'gatehouse.db', 'postgres', ':memory:'].map((value) => [
      'DATABASE_URL',
      value,
      database,
    ]),
    ...['*', 'null', 'https://*.example', 'shop.example', 'ftp://shop.example', 'https://shop.example/'].map(
      (value) => ['ALLOWED_ORIGINS', value, origins],
    ),
    ...[
      'https://shop.example:443',
      'https://Shop.example',
      'https://me@shop.example',
      'https://a.example,',
    ].map((value) => ['ALLOWED_ORIGINS', value, origins]),
    ['SESSION_SAMESITE', 'Lax', 'SESSION_SAMESITE must be lax, strict or none.'],
    ...['.example.org', 'https://example.org', '127.0.0.1', '[::1]', 'example.org:80', 'a..b'].map(
      (value) => ['COOKIE_DOMAIN', value, domain],
    ),
    ['NODE_ENV', 'prod', 'NODE_ENV must be development, production or test.'],
    ['SECRET_KEY', 'x'.repeat(31), 'SECRET_KEY must be at least 32 bytes long.'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent.'],
    ['STORE_NAME', '   ', 'STORE_NAME must not be empty.'],
    ['STORE_NAME', 'x'.repeat(61), 'STORE_NAME must be at most 60 characters.'],
    ['STORE_NAME', 'Corner\nShop', 'STORE_NAME must be one line without control characters.'],
    ['STORE_CURRENCY', 'inr', 'STORE_CURRENCY must be an ISO 4217 code such as INR or EUR.'],
    ['STORE_CURRENCY', 'RUPEES', 'STORE_CURRENCY must be an ISO 4217 code such as INR or EUR.'],
    ['STORE_LOCALE', 'en_IN', 'STORE_LOCALE must be a language tag such as en-IN.'],
    ['STORE_LOCALE', 'xx', 'STORE_LOCALE must be a language tag such as en-IN.'],
    ...['mail.example', 'http://mail.example', 'smtp:mail'].map((value) => ['SMTP_URL', value, smtp]),
    ...['shop', 'Shop <shop>', 'a@b.example\nBcc: c@d.example', '<a@b.example> x', ' '].map((value) => [
      'MAIL_FROM',
      value,
      sender,
    ]),
    ['MEMBERSHIP', 'closed', 'MEMBERSHIP must be open, verified or approval.'],
    ['REQUIRE_2FA', 'yes', 'REQUIRE_2FA must be none, staff or all.'],
  ])('%s=%s', (name = '', value = '', message = '') => {
    expect(complaintOf({ [name]: value })).toBe(message);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/24/8', 'fd00::/129'])(
    'TRUST_PROXY=%s, which Express does not take',
    (value) => {
      expect(complaintOf({ TRUST_PROXY: value })).toBe(proxy);
    },
  );

  test('and all that are wrong come at once', () => {
    expect(complaintOf({ PORT: 'abc', STORE_LOCALE: 'xx', LOG_LEVEL: 'loud' })).toBe(
      `${port} LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent. ` +
        'STORE_LOCALE must be a language tag such as en-IN.',
    );
  });

  test('and a secret that is too short is not repeated', () => {
    expect(complaintOf({ SECRET_KEY: 'hush' })).not.toContain('hush');
  });
});

describe('production', () => {
  test('runs with a secret and says so', () => {
    expect(readConfig(PRODUCTION)).toMatchObject({ production: true, secretKey: SECRET, bcryptCost: 12 });
  });

  test('asks for a secret', () => {
    const complaint = 'SECRET_KEY must be set in production (32 bytes or more, kept secret).';
    expect(complaintOf({ NODE_ENV: 'production' })).toBe(complaint);
    expect(complaintOf({ NODE_ENV: 'production', SECRET_KEY: '' })).toBe(complaint);
  });

  test('asks for a bcrypt cost of 10 at least; elsewhere tests may lower it', () => {
    expect(complaintOf({ ...PRODUCTION, BCRYPT_COST: '9' })).toBe(
      'BCRYPT_COST must be at least 10 in production.',
    );
    expect(complaintOf({ ...PRODUCTION, BCRYPT_COST: '10' })).toBe('');
    expect(complaintOf({ NODE_ENV: 'test', BCRYPT_COST: '4' })).toBe('');
  });

  test('tells all that is missing at once', () => {
    const complaint = complaintOf({
      NODE_ENV: 'production',
      BCRYPT_COST: '4',
      PUBLIC_URL: 'https://x.example',
    });
    for (const name of ['SECRET_KEY', 'BCRYPT_COST', 'TRUST_PROXY']) expect(complaint).toContain(name);
  });
});

test('an address with https asks who stands in front of the store', () => {
  const PUBLIC_URL = 'https://store.example';
  expect(complaintOf({ PUBLIC_URL })).toMatch(/^PUBLIC_URL is https, .* TRUST_PROXY must be set/);
  for (const TRUST_PROXY of ['1', 'loopback']) expect(complaintOf({ PUBLIC_URL, TRUST_PROXY })).toBe('');
});

describe('the cookies that a front end elsewhere needs', () => {
  const https = (host: string) => ({ PUBLIC_URL: `https://${host}`, TRUST_PROXY: '1' });

  test('are sent by pages of other sites over https alone', () => {
    const complaint = ORIGINS_TEXTS.sameSiteNone;
    expect(complaintOf({ SESSION_SAMESITE: 'none' })).toBe(complaint);
    expect(complaintOf({ SESSION_SAMESITE: 'none', ...https('store.example') })).toBe('');
  });

  test('are shared within a domain of the store’s own host', () => {
    const shared = (host: string, COOKIE_DOMAIN: string) => complaintOf({ COOKIE_DOMAIN, ...https(host) });
    for (const domain of ['api.example.org', 'example.org'])
      expect(shared('api.example.org', domain)).toBe('');
    for (const domain of ['org', 'ple.org', 'www.api.example.org', 'example.com']) {
      expect(shared('api.example.org', domain)).toBe(ORIGINS_TEXTS.foreignDomain('api.example.org'));
    }
  });
});
