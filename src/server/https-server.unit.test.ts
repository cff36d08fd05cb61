import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import express from 'express';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readCertificate } from '../shared/crypto/certificate.ts';
import { fetchTrusting, type TestCertificate, writeCertificate } from '../testing/https.ts';
import { changeCertificate, closeHttpServer, createHttpServer, createHttpsServer } from './http-server.ts';

let certificate: TestCertificate;
let other: TestCertificate;
beforeAll(async () => {
  certificate = await writeCertificate();
  other = await writeCertificate({ hosts: ['127.0.0.1', 'localhost'] });
});

let server: Server;
let port: number;
let release: () => void;
/** Resolves when somebody asks for /slow. */
let asked: Promise<void>;
beforeEach(async () => {
  const app = express();
  let arrived: () => void;
  asked = new Promise((resolve) => {
    arrived = resolve;
  });
  app.get('/slow', (_req, res) => {
    release = () => void res.send('done');
    arrived();
  });
  app.get('/', (req, res) => void res.send(`${req.protocol} ${req.secure}`));
  app.post('/digest', (req, res) => {
    const hash = createHash('sha256');
    req.on('data', (part) => hash.update(part)).on('end', () => res.send(hash.digest('hex')));
  });
  server = createHttpServer(app, readCertificate(certificate.files)) as Server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => closeHttpServer(server));

async function shakeHands(options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', ca: [certificate.cert, other.cert], ...options });
  await once(socket, 'secureConnect');
  return socket;
}

/** A connection on which nothing was said yet, and that the server knows of. */
async function dial(): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const known = once(server, 'connection');
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.resume();
  await known;
  return { socket, closed };
}

describe('https', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is spoken in %s, for HTTP/1.1 (ASVS 12.1.1)',
    async (version) => {
      const ALPNProtocols = ['h2', 'http/1.1'];
      const socket = await shakeHands({ minVersion: version, maxVersion: version, ALPNProtocols });
      expect([socket.getProtocol(), socket.alpnProtocol]).toEqual([version, 'http/1.1']);
      socket.destroy();
    },
  );

  test.each(['TLSv1', 'TLSv1.1'] as const)('is not spoken in %s (ASVS 12.1.1)', async (version) => {
    const versions = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(shakeHands(versions)).rejects.toThrow(/protocol version/);
  });

  test('is known to the app as such', async () => {
    const answer = await fetchTrusting(certificate.cert)(`https://localhost:${port}/`, {});
    expect([answer.status, await answer.text()]).toEqual([200, 'https true']);
  });

  test('brings long bodies whole and in order', async () => {
    const body = randomBytes(2_000_000).toString('base64');
    const init = { method: 'POST', body };
    const answer = await fetchTrusting(certificate.cert)(`https://localhost:${port}/digest`, init);
    expect(await answer.text()).toBe(createHash('sha256').update(body).digest('hex'));
  });

  test('goes on with another certificate, and the connections that are open with theirs', async () => {
    const before = await shakeHands();
    changeCertificate(server, readCertificate(other.files));
    const after = await shakeHands();
    const fingerprints = [certificate, other].map(({ files }) => readCertificate(files).fingerprint);
    expect([before, after].map((socket) => socket.getPeerCertificate().fingerprint256)).toEqual(fingerprints);
    before.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(String(await once(before, 'data'))).toMatch(/^HTTP\/1\.1 200/);
    const oldProtocol = shakeHands({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' });
    await expect(oldProtocol).rejects.toThrow();
    for (const socket of [before, after]) socket.destroy();
  });
});

test('who comes with http to the port of https gets no answer, and the store goes on', async () => {
  const { socket, closed } = await dial();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await closed;
  expect(socket.bytesRead).toBeLessThan(10);
  expect((await fetchTrusting(certificate.cert)(`https://localhost:${port}/`, {})).status).toBe(200);
});

describe('a connection', () => {
  test('that says nothing is cut off', async () => {
    const hasty = createHttpsServer({}, () => undefined, readCertificate(certificate.files), 50);
    await new Promise<void>((resolve) => hasty.listen(0, '127.0.0.1', resolve));
    const socket = connect((hasty.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    await once(socket, 'close');
    hasty.close();
  });

  test('that ends without a word, or is broken off in the handshake, leaves nothing behind', async () => {
    const silent = await dial();
    silent.socket.end();
    await silent.closed;
    const broken = await dial();
    broken.socket.write(Buffer.from([22, 3, 1, 2, 0, 1, 0]));
    broken.socket.resetAndDestroy();
    await broken.closed;
    expect((await fetchTrusting(certificate.cert)(`https://localhost:${port}/`, {})).status).toBe(200);
  });
});

describe('at the end', () => {
  test('a request that is being answered is answered first', async () => {
    const request = fetchTrusting(certificate.cert)(`https://localhost:${port}/slow`, {});
    await asked;
    const closed = closeHttpServer(server);
    release();
    expect(await (await request).text()).toBe('done');
    expect(await closed).toBe(true);
  });

  test('connections that have said nothing, half of a greeting, or no request, do not hold it up', async () => {
    const silent = await dial();
    const halfway = await dial();
    halfway.socket.write(Buffer.from([22, 3, 1, 2, 0, 1, 0]));
    const idle = await shakeHands();
    const ended = Promise.all([silent.closed, halfway.closed, once(idle, 'close')]);
    idle.on('error', () => undefined);
    const gone = once(server, 'close');
    expect(await closeHttpServer(server)).toBe(true);
    // At once, and not when the handshake has taken too long.
    await setImmediate();
    expect(await promisify(server.getConnections.bind(server))()).toBe(0);
    await Promise.all([gone, ended]);
  });
});
