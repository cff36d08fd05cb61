import { copyFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { paths } from '../paths.ts';
import { readCertificate } from '../shared/crypto/certificate.ts';
import { fetchTrusting, type TestCertificate, writeCertificate } from '../testing/https.ts';
import { PASSWORD } from '../testing/people.ts';
import { freePort } from '../testing/ports.ts';
import { openWorkplace, type Program, type Workplace } from '../testing/program.ts';
import { sendRaw } from '../testing/raw.ts';
import { Visitor } from '../testing/visitor.ts';

// Some start several processes, which takes long on a machine that has much else to do.
vi.setConfig({ testTimeout: 90_000 });
afterAll(() => vi.resetConfig());

let place: Workplace;
let first: TestCertificate;
let second: TestCertificate;
let tls: Record<string, string>;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
  first = await writeCertificate({ folder: place.folder });
  second = await writeCertificate();
  tls = { TLS_CERT: first.files.cert, TLS_KEY: first.files.key };
});
afterAll(() => place.clear());

// One store's life: each test goes on where the one before it stopped.

let program: Program;
let url: string;
let httpPort: number;

test('a store with a certificate is open at https alone, on the port that the system chose', async () => {
  httpPort = await freePort();
  program = place.start({ ...tls, HTTP_PORT: String(httpPort), LOG_LEVEL: 'info' });
  url = await program.open();
  expect(url).toMatch(/^https:\/\/localhost:\d+$/);
  expect(program.out.stdout).toContain(`Set one up at ${url}/setup/`);
});

test('whoever comes with http to HTTP_PORT is sent there, whichever host they name', async () => {
  for (const path of [paths.store(), paths.alive()]) {
    const { status, headers, text } = await sendRaw(`http://127.0.0.1:${httpPort}`, [`GET ${path} HTTP/1.1`]);
    expect([status, headers.get('location'), text]).toEqual([308, url + path, '']);
  }
});

test('people register and log in over https, with Secure cookies of this host alone (ASVS 3.3.1, 12.2.1)', async () => {
  const visitor = new Visitor(url, fetchTrusting(first.cert));
  await visitor.register('alice', PASSWORD);
  const login = await visitor.logIn('alice', PASSWORD);
  expect(login.location).toBe(paths.store());
  expect([...visitor.cookies.keys()]).not.toHaveLength(0);
  for (const cookie of login.headers.getSetCookie()) expect(cookie).toMatch(/^__Host-.*; Secure/);
  expect((await visitor.follow(login)).text).toContain('Welcome back, alice.');
});

/** The fingerprint of the certificate that a new connection is shown. */
function shownFingerprint(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
  });
}

async function logged(pattern: RegExp): Promise<void> {
  while (!pattern.test(program.out.stdout)) await sleep(20);
}

test('on SIGHUP it takes the renewed files, and keeps the old ones when those are broken', async () => {
  copyFileSync(second.files.cert, first.files.cert);
  program.process.kill('SIGHUP');
  await logged(/is not that of the first certificate.*The certificate that was in use stays so/);
  expect(await shownFingerprint()).not.toBe(readCertificate(second.files).fingerprint);
  copyFileSync(second.files.key, first.files.key);
  program.process.kill('SIGHUP');
  await logged(/The certificate was read again; it ends \d{4}-\d\d-\d\d/);
  expect(await shownFingerprint()).toBe(readCertificate(second.files).fingerprint);
});

test('it ends cleanly', async () => {
  expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(program.out.stderr).toBe('');
});

test('several processes speak it together, on both ports', async () => {
  first = await writeCertificate({ folder: place.folder });
  program = place.start({ ...tls, HTTP_PORT: String(httpPort), WORKERS: '2' });
  url = await program.open();
  for (let time = 0; time < 4; time += 1) {
    expect(
      (await fetchTrusting(first.cert)(url + paths.login(), { headers: { connection: 'close' } })).status,
    ).toBe(200);
    const { headers } = await sendRaw(`http://127.0.0.1:${httpPort}`, [`GET ${paths.store()} HTTP/1.1`]);
    expect(headers.get('location')).toBe(url + paths.store());
  }
  expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('it does not start with the key of another certificate', async () => {
  await writeCertificate({ folder: place.folder });
  copyFileSync(second.files.key, first.files.key);
  const started = place.start(tls);
  expect(await started.ended).toEqual({ code: 1, signal: null });
  expect(started.out.stderr).toMatch(/^Gatehouse did not start: The key in TLS_KEY \S+ is not that of .*\n$/);
});

test('it does not start where another program has its HTTP_PORT', async () => {
  await writeCertificate({ folder: place.folder });
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const started = place.start({ ...tls, HTTP_PORT: String((other.address() as AddressInfo).port) });
  expect(await started.ended).toEqual({ code: 1, signal: null });
  expect(started.out.stderr).toMatch(/EADDRINUSE.*Set HTTP_PORT to a free address\.\n$/);
  other.close();
});
