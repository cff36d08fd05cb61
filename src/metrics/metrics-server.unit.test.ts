import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../testing/ports.ts';
import { sendRaw } from '../testing/raw.ts';
import { type MetricsServer, openMetricsPort } from './metrics-server.ts';
import { scraper } from './scrape.ts';

const TOKEN = 'quarry-lantern-sail-nine-and-two-fifths';

let opened: MetricsServer | undefined;
afterEach(() => opened?.close());

/** @returns where it is */
async function open(token?: string): Promise<string> {
  const port = await freePort();
  const scrape = scraper(async () => [], token);
  opened = await openMetricsPort({ metrics: { host: '127.0.0.1', port } }, { scrape });
  return `http://127.0.0.1:${port}`;
}

test('gives metrics at one address to GET and HEAD, and knows nothing else', async () => {
  const url = await open();
  const ask = async (method: string, path: string) => {
    const answer = await fetch(url + path, { method });
    return [answer.status, answer.headers.get('allow')];
  };
  expect(await ask('GET', '/metrics')).toEqual([200, null]);
  expect(await ask('GET', '/metrics?name=up')).toEqual([200, null]);
  expect(await ask('HEAD', '/metrics')).toEqual([200, null]);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect(await ask(method, '/metrics')).toEqual([405, 'GET, HEAD']);
  for (const path of ['/', '/login', '/healthz', '/metrics/', '/METRICS', '/%6detrics'])
    expect(await ask('GET', path)).toEqual([404, null]);
  expect((await sendRaw(url, ['GET http://elsewhere.example/metrics HTTP/1.1'])).status).toBe(404);
});

test('asks for the token where there is one', async () => {
  const url = await open(TOKEN);
  const status = async (headers: Record<string, string>) =>
    (await fetch(`${url}/metrics`, { headers })).status;
  expect(await status({})).toBe(401);
  expect(await status({ authorization: `Bearer ${TOKEN}x` })).toBe(401);
  expect(await status({ authorization: `bearer ${TOKEN}` })).toBe(200);
  expect((await fetch(`${url}/metrics?token=${TOKEN}`)).status).toBe(401);
});

test('says why when the port is taken', async () => {
  const url = new URL(await open());
  const metrics = { host: '127.0.0.1', port: Number(url.port) };
  const again = openMetricsPort({ metrics }, { scrape: scraper(async () => [], undefined) });
  await expect(again).rejects.toThrow('EADDRINUSE');
});

test('closes though somebody keeps a connection and asks for nothing', async () => {
  const url = new URL(await open());
  const socket = connect(Number(url.port), '127.0.0.1');
  socket.on('error', () => undefined);
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  socket.write('GET /metrics HTTP/1.1\r\n');
  await opened?.close();
  await ended;
});
