import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SECOND } from '../shared/clock.ts';
import { sendRaw } from '../testing/raw.ts';
import { closeHttpServer } from './http-server.ts';
import { createRedirectingServer } from './https-redirect.ts';

let server: Server;
let port: number;
beforeEach(async () => {
  server = createRedirectingServer(new URL('https://store.example:8443'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  vi.useRealTimers();
  await closeHttpServer(server);
});

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

test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  'who comes with http is sent to the public address, with the same method: %s',
  async (method) => {
    const { status, headers } = await sendRaw(
      `http://127.0.0.1:${port}`,
      [`${method} /store?q=a%20b&page=2 HTTP/1.1`],
      '',
    );
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
])('who comes with http is sent nowhere else, whatever is asked for: %s', async (path, target) => {
  const method = path === '*' ? 'OPTIONS' : 'GET';
  const { status, headers } = await sendRaw(`http://127.0.0.1:${port}`, [`${method} ${path} HTTP/1.1`]);
  expect([status, headers.get('location')]).toEqual([308, target]);
});

test('nobody is sent to the host that the request names', async () => {
  const head = ['GET / HTTP/1.1', 'X-Forwarded-Host: evil.example', 'Forwarded: host=evil.example'];
  const answer = await sendRaw(`http://localhost:${port}`, head);
  expect(answer.headers.get('location')).toBe('https://store.example:8443/');
});

test('who asks before sending a body is told before it is sent', async () => {
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
])('%s is refused', async (_what, bytes) => {
  const { socket, closed } = await dial();
  socket.write(Buffer.from(bytes, 'latin1'));
  expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 4(00|31) /);
  await closed;
});

test.each([
  ['says nothing', ''],
  ['begins with http and stops', 'GET / HTTP/1.1\r\n'],
])('a connection that %s is cut off after ten seconds', async (_what, bytes) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { socket, closed } = await dial();
  socket.write(bytes);
  expect(socket.closed).toBe(false);
  vi.advanceTimersByTime(10 * SECOND);
  await closed;
});
