import { once } from 'node:events';
import { connect } from 'node:net';
import express from 'express';
import { expect, test } from 'vitest';
import { closeHttpServer, createHttpServer, drainHttpServer } from './http-server.ts';

async function listen(app: express.Express) {
  const server = createHttpServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : 0 };
}

/** A server that was asked for something, and answers it when it is told to. */
async function askSlowly() {
  const app = express();
  let answer: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    app.get('/', (_req, res) => {
      answer = () => void res.send('done');
      resolve();
    });
  });
  const { server, port } = await listen(app);
  const request = fetch(`http://127.0.0.1:${port}/`);
  await asked;
  return { server, request, answer };
}

test('a connection that a browser opened ahead and never used does not make the end an unclean one', async () => {
  const { server, port } = await listen(express());
  const unused = connect(port, '127.0.0.1');
  await once(unused, 'connect');
  const ended = once(unused, 'close');
  expect(await closeHttpServer(server)).toBe(true);
  await ended;
});

test('a request that is being answered is answered first', async () => {
  const { server, request, answer } = await askSlowly();
  const closed = closeHttpServer(server);
  answer();
  expect(await (await request).text()).toBe('done');
  expect(await closed).toBe(true);
});

test('a server that is drained answers once more on each open connection, and says that this is the last', async () => {
  const app = express();
  app.get('/', (_req, res) => void res.send('done'));
  const { server, port } = await listen(app);
  const ask = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const kept = connect(port, '127.0.0.1').setEncoding('utf8');
  kept.write(ask);
  expect(String(await once(kept, 'data'))).toContain('Connection: keep-alive');
  const drained = drainHttpServer(server);
  const refused = connect(port, '127.0.0.1');
  expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
  const ended = once(kept, 'close');
  kept.write(ask);
  expect(String(await once(kept, 'data'))).toContain('Connection: close');
  await ended;
  expect(await drained).toBe(true);
});

test('a server that is drained closes a connection on which nothing more comes', async () => {
  const { server, port } = await listen(express());
  server.keepAliveTimeout = 100;
  const unused = connect(port, '127.0.0.1');
  await once(unused, 'connect');
  const ended = once(unused, 'close');
  expect(await drainHttpServer(server)).toBe(true);
  await ended;
});

test('a request that is being answered when a server is drained is answered, and its connection ends', async () => {
  const { server, request, answer } = await askSlowly();
  const drained = drainHttpServer(server);
  answer();
  const response = await request;
  expect([response.headers.get('connection'), await response.text()]).toEqual(['close', 'done']);
  expect(await drained).toBe(true);
});
