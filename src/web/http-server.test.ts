import { once } from 'node:events';
import { connect } from 'node:net';
import express from 'express';
import { expect, test } from 'vitest';
import { closeHttpServer, createHttpServer } from './http-server.ts';

async function listen(app: express.Express) {
  const server = createHttpServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : 0 };
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
  const closed = closeHttpServer(server);
  answer();
  expect(await (await request).text()).toBe('done');
  expect(await closed).toBe(true);
});
