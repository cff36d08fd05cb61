import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '../../testing/mail-server.ts';
import { checkMailServer, isStrippable } from './mail.ts';

let post: MailServer;
beforeAll(async () => {
  post = await startMailServer();
});
afterAll(() => post.goDown());

const check = (smtpUrl: string | undefined, production = false, limit?: number) =>
  checkMailServer({ smtpUrl, production }, limit);

test('no mail server is a failure in production; elsewhere the mails can be read', async () => {
  expect(await check(undefined, true)).toMatchObject([{ check: 'mail', level: 'failure' }]);
  expect(await check(undefined)).toMatchObject([
    { level: 'warning', message: expect.stringContaining('outbox') },
  ]);
});

test('one that takes mails is ok, and gets none by this', async () => {
  expect(await check(post.url, true)).toMatchObject([{ level: 'ok' }]);
  expect(post.mails).toEqual([]);
});

test('one that refuses the login is a failure that prints neither name nor password', async () => {
  const url = new URL(post.url);
  url.username = 'shop%40example.org';
  url.password = 'hush';
  const [finding] = await check(url.href);
  expect(finding).toMatchObject({ level: 'failure', advice: expect.stringContaining('SMTP_URL') });
  expect(JSON.stringify(finding)).not.toMatch(/hush|shop/);
});

test('one that is not there is a failure', async () => {
  expect(await check('smtp://127.0.0.1:1')).toMatchObject([
    { level: 'failure', message: expect.stringContaining('ECONNREFUSED') },
  ]);
});

test('one that never answers is a failure once the time is up', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  expect(await check(`smtp://127.0.0.1:${port}`, false, 50)).toMatchObject([{ level: 'failure' }]);
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test.each([
  ['smtp://mail.example', true],
  ['smtp://mail.example:587/?requireTLS=false', true],
  ['smtp://mail.example?requireTLS=true', false],
  ['smtps://mail.example', false],
  ['smtp://127.0.0.1:25', false],
])('%s can have its encryption stripped on the way: %s', (url, strippable) => {
  expect(isStrippable(url)).toBe(strippable);
});
