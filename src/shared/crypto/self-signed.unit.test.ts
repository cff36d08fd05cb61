import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LOCAL_HOSTS } from '../../testing/https.ts';
import { DAY, systemClock } from '../clock.ts';
import { readCertificate } from './certificate.ts';
import { keepSelfSigned } from './self-signed.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'gatehouse-tls-')), 'tls');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

test('is made once, for every name of this machine, no longer than browsers take, with both files for their owner alone', async () => {
  const { files, isNew, fingerprint } = await keepSelfSigned(folder, LOCAL_HOSTS, systemClock);
  const certificate = readCertificate(files);
  expect(isNew).toBe(true);
  expect(LOCAL_HOSTS.every(certificate.isFor)).toBe(true);
  expect(certificate.until - certificate.from).toBeLessThanOrEqual(397 * DAY);
  if (process.platform !== 'win32') {
    for (const file of Object.values(files)) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  }
  expect(await keepSelfSigned(folder, LOCAL_HOSTS, systemClock)).toEqual({
    files,
    fingerprint,
    isNew: false,
  });
});

test.each([
  ['it nearly ends', LOCAL_HOSTS, 390],
  ['it has ended', LOCAL_HOSTS, 500],
  ['the clock was ahead when it was made', LOCAL_HOSTS, -20],
  ['it is not for the host of PUBLIC_URL', [...LOCAL_HOSTS, 'store.example'], 0],
])('is made anew when %s', async (_why, hosts, days) => {
  const { fingerprint } = await keepSelfSigned(folder, LOCAL_HOSTS, systemClock);
  const renewed = await keepSelfSigned(folder, hosts, () => Date.now() + days * DAY);
  expect(renewed.isNew).toBe(true);
  expect(renewed.fingerprint).not.toBe(fingerprint);
});

test('is made anew when its files were damaged, or a start was killed between the two', async () => {
  const { files } = await keepSelfSigned(folder, LOCAL_HOSTS, systemClock);
  const oldKey = readFileSync(files.key);
  writeFileSync(files.cert, 'x');
  expect((await keepSelfSigned(folder, LOCAL_HOSTS, systemClock)).isNew).toBe(true);
  writeFileSync(files.key, oldKey);
  expect((await keepSelfSigned(folder, LOCAL_HOSTS, systemClock)).isNew).toBe(true);
  readCertificate(files);
});
