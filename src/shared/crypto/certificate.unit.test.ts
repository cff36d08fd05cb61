import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestCertificate, writeCertificate } from '../../testing/https.ts';
import { DAY } from '../clock.ts';
import { type CertificateFiles, readCertificate } from './certificate.ts';

let folder: string;
let made: TestCertificate;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-tls-'));
  made = await writeCertificate({ folder });
});
afterEach(() => rmSync(folder, { recursive: true }));

test('is read with its hosts, its time and its fingerprint', () => {
  const { isFor, from, until, fingerprint } = readCertificate(made.files);
  for (const host of ['localhost', '127.0.0.1', '[::1]', '::1']) expect(isFor(host)).toBe(true);
  for (const host of ['store.example', '127.0.0.2', 'localhost.example']) expect(isFor(host)).toBe(false);
  expect(until - from).toBe(91 * DAY);
  expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
});

test('comes first in its file, its chain after it', async () => {
  const chain = (await writeCertificate({ hosts: ['authority.example'] })).cert;
  writeFileSync(made.files.cert, made.cert + chain);
  expect(readCertificate(made.files).isFor('localhost')).toBe(true);
  writeFileSync(made.files.cert, chain + made.cert);
  expect(() => readCertificate(made.files)).toThrow(/is not that of the first certificate/);
});

test('that has ended or has not begun is read all the same', async () => {
  for (const days of [
    [-9, -1],
    [1, 9],
  ] as [number, number][]) {
    const { files } = await writeCertificate({ days, folder });
    expect(readCertificate(files).isFor('localhost')).toBe(true);
  }
});

const rsa = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs8', format: 'pem' });

const spoilt: [string, (files: CertificateFiles) => void, RegExp][] = [
  ['no certificate', ({ cert }) => rmSync(cert), /^TLS_CERT \S+cert.pem cannot be read \(ENOENT\)\.$/],
  ['no key', ({ key }) => rmSync(key), /^TLS_KEY \S+key.pem cannot be read \(ENOENT\)\.$/],
  [
    'a folder',
    ({ key }) => {
      rmSync(key);
      mkdirSync(key);
    },
    /^TLS_KEY .* \(EISDIR\)/,
  ],
  ['an empty certificate', ({ cert }) => writeFileSync(cert, ''), /^TLS_CERT .* holds no certificate in PEM/],
  ['a letter', ({ cert }) => writeFileSync(cert, 'Dear Alice'), /^TLS_CERT .* holds no certificate in PEM/],
  [
    'a certificate cut short',
    ({ cert }) => writeFileSync(cert, made.cert.slice(0, 200)),
    /no certificate in PEM/,
  ],
  ['an empty key', ({ key }) => writeFileSync(key, ''), /^TLS_KEY .* holds no key in PEM/],
  ['the certificate as key', ({ key }) => writeFileSync(key, made.cert), /^TLS_KEY .* holds no key in PEM/],
  [
    'a key behind a passphrase',
    ({ key }) => {
      const cipher = { cipher: 'aes-256-cbc', passphrase: 'hush' };
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }));
    },
    /or one behind a passphrase/,
  ],
  ['another key', ({ key }) => writeFileSync(key, rsa(2048)), /^The key in TLS_KEY \S+ is not that of/],
];

test.each(spoilt)('files of which one is %s are refused in one line', (_what, spoil, complaint) => {
  spoil(made.files);
  expect(() => readCertificate(made.files)).toThrow(complaint);
  expect(() => readCertificate(made.files)).not.toThrow(/\n|PRIVATE/);
});
