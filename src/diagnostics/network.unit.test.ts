import { expect, test } from 'vitest';
import { readConfig } from '../config/config.ts';
import { isLoopback } from '../shared/networks.ts';
import { checkCookies, checkHost, checkProxy } from './network.ts';

const HTTPS = { PUBLIC_URL: 'https://store.example' };
const PRODUCTION = {
  NODE_ENV: 'production',
  SECRET_KEY: 'qX7-vR2mLp9_ZtK4wYb8NcJd3HfGs6Ua',
};

test.each([
  ['no proxy', {}, 'ok'],
  ['no proxy, open to all', { HOST: '0.0.0.0' }, 'ok'],
  ['one that reaches the store on this machine', { ...HTTPS, TRUST_PROXY: '1' }, 'ok'],
  ['one by its address', { ...HTTPS, TRUST_PROXY: '10.0.0.7', HOST: '0.0.0.0' }, 'ok'],
  ['a count, while everybody reaches the port', { ...HTTPS, TRUST_PROXY: '1', HOST: '0.0.0.0' }, 'warning'],
  ['a count, while everybody reaches it by IPv6', { ...HTTPS, TRUST_PROXY: '2', HOST: '::' }, 'warning'],
  ['one that speaks no https', { TRUST_PROXY: '1' }, 'warning'],
])('trusting %s: %s', (_what, settings: Record<string, string>, level) => {
  expect(checkProxy(readConfig(settings))).toMatchObject({ check: 'proxy', level });
});

test.each([
  ['this machine alone', {}, 'ok', /^Only this machine/],
  ['all in production', { ...PRODUCTION, HOST: '0.0.0.0' }, 'ok', /HOST is 0\.0\.0\.0\.$/],
  ['all, with the mails of a trial', { HOST: '0.0.0.0' }, 'warning', /^HOST is 0\.0\.0\.0.*\/dev\/outbox/],
  [
    'all, without',
    { HOST: '::', SMTP_URL: 'smtp://x' },
    'warning',
    /^HOST is ::[^/]*not in production[^/]*$/,
  ],
])('HOST opens the store to %s', (_what, settings: Record<string, string>, level, message) => {
  const finding = checkHost(readConfig(settings));
  expect(finding).toMatchObject({ check: 'host', level, message: expect.stringMatching(message) });
});

test.each([
  ['https', { ...HTTPS, TRUST_PROXY: '1' }, 'ok'],
  ['https in production', { ...PRODUCTION, ...HTTPS, TRUST_PROXY: '1' }, 'ok'],
  ['http on this machine', {}, 'ok'],
  ['http on another', { PUBLIC_URL: 'http://store.example' }, 'warning'],
  ['http in production', { ...PRODUCTION, PUBLIC_URL: 'http://store.example' }, 'failure'],
  ['http in production where nothing is said', PRODUCTION, 'failure'],
])('cookies over %s: %s', (_what, settings: Record<string, string>, level) => {
  expect(checkCookies(readConfig(settings))).toMatchObject({ check: 'cookies', level });
});

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.0.0.1.example.org', false],
  ['localhost.example.org', false],
  ['192.168.0.1', false],
])('%s is this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
