import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import express from 'express';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SECOND } from '../clock.ts';
import { fetchTrusting, type TestCertificate, writeCertificate } from '../testing/https.ts';
import { sendRaw } from '../testing/raw.ts';
import { readCertificate } from '../tls/certificate.ts';
import { closeHttpServer, createHttpServer } from './http-server.ts';
import { changeCertificate } from './https-server.ts';

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
  const publicUrl = new URL('https://store.example:8443');
  server = createHttpServer(app, { certificate: readCertificate(certificate.files), publicUrl }) as Server;
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

describe('who comes with http to the port of https', () => {
  const plain = () => `http://127.0.0.1:${port}`;

  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'is sent to the public address, with the same method: %s',
    async (method) => {
      const { status, headers } = await sendRaw(plain(), [`${method} /store?q=a%20b&page=2 HTTP/1.1`], '');
      expect(status).toBe(308);
      expect(headers.get('location')).toBe('https://store.example:8443/store?q=a%20b&page=2');
      expect(headers.get('connection')).toBe('close');
      expect(headers.has('set-cookie')).toBe(false);
    },
  );

  test.each([
    ['//evil.example/path', 'https://store.example:8443//evil.example/path'],
    ['/\\evil.example', 'https://store.example:8443//evil.example'],
    ['http://evil.example/path?x=1', 'https://store.example:8443/path?x=1'],
    ['odd://evil.example', 'https://store.example:8443/'],
    ['*', 'https://store.example:8443/'],
    ['/%0d%0aSet-Cookie:%20a=b', 'https://store.example:8443/%0d%0aSet-Cookie:%20a=b'],
    ['/@evil.example', 'https://store.example:8443/@evil.example'],
  ])('is sent nowhere else, whatever is asked for: %s', async (path, target) => {
    const method = path === '*' ? 'OPTIONS' : 'GET';
    const { status, headers } = await sendRaw(plain(), [`${method} ${path} HTTP/1.1`]);
    expect([status, headers.get('location')]).toEqual([308, target]);
  });

  test('is not sent to the host that the request names', async () => {
    const head = ['GET / HTTP/1.1', 'X-Forwarded-Host: evil.example', 'Forwarded: host=evil.example'];
    const answer = await sendRaw(`http://localhost:${port}`, head);
    expect(answer.headers.get('location')).toBe('https://store.example:8443/');
  });

  test('and asks before sending a body is told before it is sent', async () => {
    const { socket, closed } = await dial();
    socket.write(
      'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n',
    );
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 308 /);
    await closed;
  });

  test.each([
    ['what is neither', '\x80\x2e\x01\x03\x01'],
    ['what is no method', 'LETMEIN / HTTP/1.1\r\n\r\n'],
    ['a head that is too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`],
  ])('and sends %s is refused', async (_what, bytes) => {
    const { socket, closed } = await dial();
    socket.write(Buffer.from(bytes, 'latin1'));
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 4(00|31) /);
    await closed;
  });
});

describe('a connection', () => {
  afterEach(() => vi.useRealTimers());

  test.each([
    ['says nothing', ''],
    ['begins with http and stops', 'GET / HTTP/1.1\r\n'],
  ])('that %s is cut off after ten seconds', async (_what, bytes) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { socket, closed } = await dial();
    if (bytes) {
      socket.write(bytes);
      // One that came later and was answered: so the first has been read.
      await sendRaw(`http://127.0.0.1:${port}`, ['GET / HTTP/1.1']);
    }
    expect(socket.closed).toBe(false);
    vi.advanceTimersByTime(10 * SECOND);
    await closed;
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

  test('connections that have said nothing, half of a greeting, or no request yet, do not hold it up', async () => {
    const silent = await dial();
    const halfway = await dial();
    halfway.socket.write(Buffer.from([22, 3, 1, 2, 0, 1, 0]));
    const plain = await dial();
    plain.socket.write('GET / HTTP/1.1\r\n');
    const idle = await shakeHands();
    const ended = Promise.all([silent.closed, halfway.closed, plain.closed, once(idle, 'close')]);
    idle.on('error', () => undefined);
    expect(await closeHttpServer(server)).toBe(true);
    await ended;
  });
});
