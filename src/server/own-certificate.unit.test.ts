import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCertificate } from '../shared/crypto/certificate.ts';
import { certificateLines, readConfigWithOwnCertificate } from './own-certificate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-own-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (settings: Record<string, string> = {}) =>
  readConfigWithOwnCertificate({ DATA_DIR: join(folder, 'data'), ...settings });

test('a store that is tried with https is at a port of its own, with a certificate for this machine', async () => {
  const { config, certificate } = await read();
  expect(config).toMatchObject({ port: 3443, host: '127.0.0.1', httpPort: undefined });
  expect(config.publicUrl.href).toBe('https://localhost:3443/');
  expect(config.tls).toEqual(certificate.files);
  expect(readdirSync(join(folder, 'data', 'tls')).sort()).toEqual(['self-signed.crt', 'self-signed.key']);
  const [words, fingerprint] = certificateLines(certificate);
  expect(words).toContain('and new');
  expect(fingerprint).toBe(readCertificate(certificate.files).fingerprint);
  expect((await read()).certificate).toEqual({ ...certificate, isNew: false });
});

test('its certificate is for the host of PUBLIC_URL as well, a name or an address', async () => {
  for (const host of ['store.local', '192.168.0.7', '[fd00::7]']) {
    const { config } = await read({ PUBLIC_URL: `https://${host}:4443`, PORT: '4443' });
    expect(config.port).toBe(4443);
    const { isFor } = readCertificate(config.tls ?? { cert: '', key: '' });
    expect([isFor(host), isFor('localhost'), isFor('::1')]).toEqual([true, true, true]);
  }
});

test.each([
  [
    { NODE_ENV: 'production', SECRET_KEY: 'qX7-vR2mLp9_ZtK4wYb8NcJd3HfGs6Ua' },
    /^A self-signed certificate is for trying/,
  ],
  [{ TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' }, /^TLS_CERT and TLS_KEY are set: npm start/],
  [{ TLS_KEY: 'key.pem' }, /^TLS_CERT and TLS_KEY are set/],
  [{ PUBLIC_URL: 'http://store.local' }, /^PUBLIC_URL starts with http:/],
  [{ PORT: 'abc' }, /^PORT must be/],
])('nothing is made with %j', async (settings: Record<string, string>, complaint) => {
  await expect(read(settings)).rejects.toThrow(complaint);
  expect(readdirSync(folder)).toEqual([]);
});

test('a data folder that cannot be is named', async () => {
  writeFileSync(join(folder, 'data'), '');
  await expect(read()).rejects.toThrow(/cannot be kept in \S+data\/tls \(ENOTDIR.*Set DATA_DIR/);
});
