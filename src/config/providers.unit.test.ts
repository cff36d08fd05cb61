import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const GOOGLE = {
  OIDC_ISSUER: 'https://accounts.google.com',
  OIDC_CLIENT_ID: 'shop',
  OIDC_CLIENT_SECRET: 'hush',
  OIDC_NAME: 'Google',
};
const OTHER = {
  OIDC_4_ISSUER: 'http://localhost:8080/realms/club',
  OIDC_4_CLIENT_ID: 'shop',
  OIDC_4_CLIENT_SECRET: 'hush',
  OIDC_4_NAME: 'Büro der Genossen',
};
const PRODUCTION = { NODE_ENV: 'production', SECRET_KEY: 'qX7-vR2mLp9_ZtK4wYb8NcJd3HfGs6Ua' };

test('providers are read with and without a number, and none is needed', () => {
  expect(readConfig({}).providers).toEqual([]);
  expect(readConfig({ ...GOOGLE, ...OTHER }).providers).toEqual([
    {
      slug: 'google',
      name: 'Google',
      issuer: 'https://accounts.google.com/',
      clientId: 'shop',
      clientSecret: 'hush',
    },
    expect.objectContaining({ slug: 'buro-der-genossen', issuer: 'http://localhost:8080/realms/club' }),
  ]);
});

test.each([
  [
    'half a provider',
    { OIDC_ISSUER: GOOGLE.OIDC_ISSUER, OIDC_NAME: 'G' },
    'OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must',
  ],
  ['a name of no letters', { ...GOOGLE, OIDC_NAME: '…' }, 'OIDC_NAME must be one line'],
  ['a name too long', { ...GOOGLE, OIDC_NAME: 'G'.repeat(41) }, 'OIDC_NAME must be one line'],
  ['an issuer that is no URL', { ...GOOGLE, OIDC_ISSUER: 'google' }, 'OIDC_ISSUER must be a URL'],
  ['http elsewhere', { ...GOOGLE, OIDC_ISSUER: 'http://accounts.google.com' }, 'OIDC_ISSUER must be a URL'],
  ['http in production', { ...PRODUCTION, ...OTHER }, 'OIDC_4_ISSUER must be a URL'],
  ['the document instead', { ...GOOGLE, OIDC_ISSUER: 'https://a.example/.well-known/x' }, 'OIDC_ISSUER must'],
  ['one name for two', { ...GOOGLE, ...OTHER, OIDC_4_NAME: 'google' }, 'must be different names'],
  [
    'one provider twice',
    { ...GOOGLE, ...OTHER, OIDC_4_ISSUER: 'https://accounts.google.com/' },
    'different providers',
  ],
  ['cookies that stay away', { ...GOOGLE, SESSION_SAMESITE: 'strict' }, 'SESSION_SAMESITE=strict keeps'],
  ['the number 1', { OIDC_1_NAME: 'Google' }, 'OIDC_1_NAME is no setting'],
])('refused: %s', (_what, settings: Record<string, string>, message) => {
  expect(() => readConfig(settings)).toThrow(ConfigError);
  expect(() => readConfig(settings)).toThrow(message);
});
