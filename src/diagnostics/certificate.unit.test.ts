import { chmodSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY } from '../shared/clock.ts';
import { type TestCertificate, writeCertificate } from '../testing/https.ts';
import { checkCertificate } from './certificate.ts';

let made: TestCertificate;
beforeAll(async () => {
  made = await writeCertificate({ hosts: ['store.example', '*.wild.example'], days: [-1, 90] });
});
afterAll(() => rmSync(dirname(made.files.cert), { recursive: true }));

const found = (days = 0, host = 'store.example') =>
  checkCertificate(
    { tls: made.files, publicUrl: new URL(`https://${host}:8443`) },
    Date.now() + days * DAY,
  ).map(({ level, message }) => `${level} ${message}`);

test('none is needed', () => {
  expect(checkCertificate({ tls: undefined, publicUrl: new URL('http://localhost') })).toMatchObject([
    { check: 'certificate', level: 'ok' },
  ]);
});

test.each([
  [0, /^ok The certificate is for store.example and ends on 20/],
  [75, /^ok/],
  [77, /^warning The certificate ends on 20/],
  [91, /^failure The certificate ended on 20/],
  [-2, /^failure The certificate counts from 20.* on/],
])('in %d days: %s', (days, words) => {
  expect(found(days)).toEqual([expect.stringMatching(words)]);
});

test.each([
  ['shop.wild.example', /^ok/],
  ['wild.example', /^failure The certificate is not for wild.example/],
  ['store.example.org', /^failure The certificate is not for/],
  ['127.0.0.1', /^failure The certificate is not for/],
])('for %s: %s', (host, words) => {
  expect(found(0, host)).toEqual([expect.stringMatching(words)]);
});

test.each([
  [0o600, 'ok'],
  [0o640, 'ok'],
  [0o660, 'failure'],
  [0o644, 'failure'],
  [0o602, 'failure'],
])('a key of mode %o: %s', (mode, level) => {
  chmodSync(made.files.key, mode);
  expect(found()[0]).toMatch(new RegExp(`^${level}`));
  chmodSync(made.files.key, 0o600);
});

test('everything that is wrong is said at once', () => {
  expect(found(100, 'other.example')).toHaveLength(2);
});

test('files that cannot be used keep the store from starting', () => {
  const tls = { ...made.files, key: made.files.cert };
  expect(checkCertificate({ tls, publicUrl: new URL('https://store.example') })).toMatchObject([
    { level: 'failure', refused: true, message: expect.stringContaining('TLS_KEY') },
  ]);
});
