import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import type { Role } from '../permissions.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { lastMailTo } from '../testing/mailbox.ts';
import { PASSWORD, signIn } from '../testing/people.ts';
import { textOf } from '../testing/visitor.ts';
import { openMailFolder } from './mail-folder.ts';

describe('a store without a mail server, outside production,', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());
  const folder = () => join(app.context.config.dataDir, 'outbox');

  test('says what the page is for while there is no mail', async () => {
    const list = await app.visitor().get(paths.devOutbox());
    expect(list.status).toBe(200);
    expect(textOf(list.text)).toContain('There are none yet.');
    expect(list.text).toContain(`href="${paths.register()}"`);
  });

  test('shows a guest the mails, newest first, with links that can be followed', async () => {
    const alice = app.visitor();
    await alice.register('alice', PASSWORD);
    const { message } = await lastMailTo(app.context, 'alice@example.org');
    await app.context.sender.deliverDue();

    const guest = app.visitor();
    expect((await guest.get(paths.login())).text).toContain(`href="${paths.devOutbox()}"`);
    const list = await guest.get(paths.devOutbox());
    expect(textOf(list.text)).toContain(`${message.subject} to alice@example.org,`);
    const url = /<li[^>]*><a href="([^"]+)"/.exec(list.text)?.[1] ?? '';
    const mail = await guest.get(url);
    expect(mail.text).toContain(`<a href="http://localhost:3000${message.action?.path}">`);
    expect(textOf(mail.text)).toContain(message.paragraphs[0]);

    const html = await guest.get(`${url}/html`);
    expect(html.text).toContain(`class="button" href="http://localhost:3000${message.action?.path}"`);
    expect(html.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none';/);
    expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('keeps the files from everybody but their owner', () => {
    const [name = ''] = readdirSync(folder());
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
  });

  test.each([
    '..%2Fsecret.key',
    '..%2F..%2F..%2Fetc%2Fpasswd',
    '%2e%2e%2fsecret.key',
    '..%5Csecret.key',
    'secret.key',
    '20261120T131834673Z-2a942997-cd97-4591-a2eb-2922df3baf9c.eml',
    '__proto__',
    'x'.repeat(5_000),
  ])('has no mail %s', async (name) => {
    writeFileSync(join(folder(), 'secret.key'), 'in the folder, but no mail');
    expect((await app.visitor().get(`${paths.devOutbox()}/${name}`)).status).toBe(404);
    expect((await app.visitor().get(`${paths.devOutbox()}/${name}/html`)).status).toBe(404);
  });

  test('shows a file that is no mail as one that says nothing', async () => {
    const name = `20991231T235959999Z-${randomUUID()}.eml`;
    writeFileSync(join(folder(), name), Buffer.from([0, 255, 10, 13, 0, 60, 115]));
    for (const path of [paths.devOutbox(), paths.devMail(name), paths.devMailHtml(name)])
      expect((await app.visitor().get(path)).status).toBe(200);
  });
});

describe('the test mailbox, with the administrator’s links in it,', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ TRUST_PROXY: 'loopback', PUBLIC_URL: 'http://store.example' });
    await app.visitor().register('alice', PASSWORD);
    await app.context.sender.deliverDue();
  });
  afterAll(() => app.close());

  /** As it is for somebody who came through a proxy on this machine, or says so. */
  const FORWARDED: Record<string, string>[] = [
    { 'x-forwarded-for': '203.0.113.7' },
    { 'x-forwarded-for': '127.0.0.1' },
    { forwarded: 'for=203.0.113.7' },
    { via: '1.1 proxy.example' },
  ];

  async function pages(): Promise<string[]> {
    const [mail] = (await app.context.mailFolder?.newest(1)) ?? [];
    const { name = '' } = mail ?? {};
    return [paths.devOutbox(), paths.devMail(name), paths.devMailHtml(name)];
  }

  test.each(FORWARDED)('is not there for a guest with %o, and nothing leads there', async (headers) => {
    const guest = app.visitor();
    expect((await guest.get(paths.login(), headers)).text).not.toContain(paths.devOutbox());
    const elsewhere = await guest.get('/dev/nothing', headers);
    for (const path of await pages()) {
      const answer = await guest.get(path, headers);
      expect([answer.status, answer.location]).toEqual([elsewhere.status, elsewhere.location]);
    }
  });

  test.each<Role>(['user', 'moderator'])('is not there for a %s elsewhere', async (role) => {
    const member = await signIn(app, role, role);
    const elsewhere = { 'x-forwarded-for': '203.0.113.7' };
    for (const path of await pages()) expect((await member.get(path, elsewhere)).status).toBe(404);
    expect((await member.get(paths.store(), elsewhere)).text).not.toContain(paths.devOutbox());
  });

  test('is there for an administrator, from wherever', async () => {
    const ana = await signIn(app, 'ana', 'admin');
    const elsewhere = { 'x-forwarded-for': '203.0.113.7' };
    for (const path of await pages()) expect((await ana.get(path, elsewhere)).status).toBe(200);
    expect((await ana.get(paths.store(), elsewhere)).text).toContain(`href="${paths.devOutbox()}"`);
  });

  async function statusAs(Host: string) {
    const asking = request(app.url + paths.devOutbox(), { headers: { Host } }).end();
    const [answer] = await once(asking, 'response');
    answer.resume();
    return answer.statusCode;
  }

  test('is not there by the store’s own name, by which a tunnel or a proxy brings strangers', async () => {
    expect(await statusAs('store.example')).toBe(303);
  });

  test('is not there for a page elsewhere that has led a browser of this machine here', async () => {
    expect(await statusAs('rebound.example:3000')).toBe(303);
    expect(await statusAs('localhost:3000')).toBe(200);
  });
});

test.each([
  ['a store in production', { NODE_ENV: 'production', SECRET_KEY: 'x'.repeat(32), BCRYPT_COST: '10' }],
  ['a store with a mail server', { SMTP_URL: 'smtp://127.0.0.1:9' }],
])('%s has no such page, and nothing that leads there', async (_what, settings) => {
  const app = await startTestApp(settings);
  try {
    const guest = app.visitor();
    const name = `20261120T131834673Z-${randomUUID()}.eml`;
    mkdirSync(join(app.context.config.dataDir, 'outbox'));
    writeFileSync(join(app.context.config.dataDir, 'outbox', name), 'Subject: Hi\n\nHi');
    expect((await guest.get(paths.login())).text).not.toContain(paths.devOutbox());
    const elsewhere = await guest.get('/dev/nothing');
    for (const path of [paths.devOutbox(), paths.devMail(name), paths.devMailHtml(name)]) {
      const answer = await guest.get(path);
      expect([answer.status, answer.location]).toEqual([elsewhere.status, elsewhere.location]);
    }
  } finally {
    await app.close();
  }
});

test('the folder keeps the newest 200 mails', async () => {
  const place = mkdtempSync(join(tmpdir(), 'gatehouse-outbox-'));
  try {
    const folder = openMailFolder(place);
    const mail = { to: '', subject: '', text: '', html: '' };
    for (let minute = 0; minute < 205; minute += 1) {
      const createdAt = 1_800_000_000_000 + minute * 60_000;
      const eml = Buffer.from(`Subject: ${minute}\n\n`);
      await folder.keep({ ...mail, createdAt, messageId: randomUUID() }, eml);
    }
    expect(readdirSync(place)).toHaveLength(200);
    const [newest, second] = await folder.newest(2);
    expect(newest).toMatchObject({ subject: '204', writtenAt: '2027-01-15 11:24:00' });
    expect(second?.subject).toBe('203');
    expect((await folder.newest(500)).at(-1)?.subject).toBe('5');
  } finally {
    rmSync(place, { recursive: true });
  }
});
