import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { NEW_EMAIL as NEW_EMAIL_PAGE_TEXTS } from '../accounts/email-change/mailed-links.page.ts';
import { inTransaction } from '../database/transaction.ts';
import { paths } from '../paths.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../shared/clock.ts';
import { createEncryptor } from '../shared/crypto/encryption.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { type MailServer, startMailServer } from '../testing/mail-server.ts';
import { lastMailTo } from '../testing/mailbox.ts';
import { PASSWORD } from '../testing/people.ts';
import type { Mail } from './message.ts';
import { claimMail, findDueMails } from './outbox.table.ts';
import { messageRenderer } from './render-message.ts';
import { createSender, LEASE } from './sender.ts';
import { createMailTransport, mailIdentity } from './transports.ts';

let server: MailServer;
let app: TestApp;
beforeAll(async () => {
  server = await startMailServer();
  app = await startTestApp({
    SMTP_URL: server.url,
    PUBLIC_URL: 'http://store.example:8080',
    STORE_NAME: 'Corner, Shop & Sons',
  });
});
afterAll(async () => {
  await app.close();
  await server.goDown();
});
beforeEach(() => {
  server.behaviour = 'accept';
  server.mails.length = 0;
  server.recipients.length = 0;
  app.log.length = 0;
});
afterEach(() => app.context.db('outbox').delete());

const TOKEN = 'kJx8-secret-token-of-a-link';

function mailTo(to: string, message: Partial<Mail['message']> = {}): Mail {
  return {
    to,
    message: {
      subject: 'Please confirm your e-mail address',
      name: 'alice',
      paragraphs: ['Welcome to the store.'],
      action: { label: NEW_EMAIL_PAGE_TEXTS.button, path: paths.verifyEmail(TOKEN) },
      ...message,
    },
  };
}

async function queue(...mails: Mail[]): Promise<void> {
  const { db, mailer } = app.context;
  await inTransaction(db, async (trx) => {
    for (const mail of mails) await mailer.queue(trx, { ...mail, budget: 'unlimited' });
  });
}

const deliver = () => app.context.sender.deliverDue();

/** Lets the sender's rest pass, and the pause of what failed so far `attempts` times. */
const waitFor = (attempts: number) => app.passTime(MINUTE * 2 ** (attempts - 1));

const rows = () => app.context.db('outbox').orderBy('id');

/** The lines of the log about mails, as `level: message`. */
const logged = () => app.log.map((line) => JSON.parse(line)).map(({ level, msg }) => `${level}: ${msg}`);

const WARNING = 40;
const ERROR = 50;

/** A second process's sender on the same database. */
function anotherSender(settings: { secret?: string; smtpUrl?: string | undefined } = {}) {
  const { db, clock, logger, views, encryptor, config } = app.context;
  const { smtpUrl, secret } = { smtpUrl: config.smtpUrl, ...settings };
  return createSender({
    db,
    clock,
    logger,
    encryptor: secret ? createEncryptor(secret) : encryptor,
    render: messageRenderer(views, { settings: app.context.settings, publicUrl: config.publicUrl }),
    transport: createMailTransport(smtpUrl, mailIdentity(config, app.context.settings), undefined),
  });
}

test('a registration’s mail goes to the address registered, whole, in the store’s name', async () => {
  const alice = app.visitor();
  await alice.get(paths.register());
  // Neither the Host header nor what a proxy is made to say of it leads the reader astray.
  await alice.post(
    paths.register(),
    { username: 'alice', email: 'alice@example.org', password: PASSWORD, password_confirmation: PASSWORD },
    { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
  );
  const queued = await lastMailTo(app.context, 'alice@example.org');
  await deliver();

  const [mail] = server.mails;
  expect(server.recipients).toEqual([['alice@example.org']]);
  expect(mail?.to).toEqual([{ address: 'alice@example.org', name: '' }]);
  expect(mail?.from).toEqual({ address: 'store@store.example', name: 'Corner, Shop & Sons' });
  expect(mail?.subject).toBe(queued.message.subject);
  expect(mail?.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
  const link = `http://store.example:8080${queued.message.action?.path}`;
  expect(mail?.text).toContain(`${link}\n`);
  expect(mail?.html).toContain(`href="${link}"`);
  for (const host of ['evil.example', new URL(app.url).host])
    expect(`${mail?.text}${mail?.html}`).not.toContain(host);
});

test('a mail whose cause is rolled back never existed', async () => {
  const { db, mailer } = app.context;
  const failing = inTransaction(db, async (trx) => {
    await mailer.queue(trx, { ...mailTo('alice@example.org'), budget: 'unlimited' });
    throw new Error('The cause failed.');
  });
  await expect(failing).rejects.toThrow('The cause failed.');
  await deliver();
  expect(server.mails).toEqual([]);
  expect(await rows()).toEqual([]);
});

test('what waits is encrypted, and what was sent is forgotten', async () => {
  await queue(mailTo('alice@example.org'));
  const secrets = /alice|example\.org|secret-token|confirm/i;
  const [waiting] = await rows();
  expect(JSON.stringify(waiting)).not.toMatch(secrets);
  expect(Buffer.from(waiting.encrypted_mail, 'base64url').toString('latin1')).not.toMatch(secrets);

  await deliver();
  const [sent] = await rows();
  expect(sent).toMatchObject({ encrypted_mail: null, due_at: null, attempts: 1, last_error: '' });
  expect(sent.sent_at).toBeGreaterThan(0);
  expect(app.log.join()).not.toMatch(secrets);
});

test('a server that is down delays mail, and nothing is lost or sent twice', async () => {
  await server.goDown();
  await queue(mailTo('alice@example.org'), mailTo('bob@example.org'), mailTo('cleo@example.org'));
  await deliver();
  await deliver();
  // It rests after the first failures instead of trying every mail in vain.
  const attempts = (await rows()).map((row) => row.attempts);
  expect(attempts.reduce((sum: number, count: number) => sum + count)).toBeLessThanOrEqual(2);
  expect(logged()).toEqual([`${WARNING}: no mail gets out`]);
  expect((await rows())[0].last_error).toBe('ECONNREFUSED CONN');

  await server.comeUp();
  waitFor(1);
  await deliver();
  await deliver();
  expect(server.recipients.flat().sort()).toEqual([
    'alice@example.org',
    'bob@example.org',
    'cleo@example.org',
  ]);
  expect(logged()).toContain('30: mails get out again');
});

test('a refusal for now is tried again, later each time', async () => {
  server.behaviour = { recipient: 450 };
  await queue(mailTo('alice@example.org'));
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    await deliver();
    const [row] = await rows();
    expect(row).toMatchObject({ attempts: attempt, sent_at: null, given_up_at: null });
    // No address, though the server repeats it.
    expect(row.last_error).toBe('EENVELOPE RCPT TO 450');
    pauses.push(row.due_at - app.context.clock());
    app.passTime(row.due_at - app.context.clock() + 1);
  }
  for (const [index, pause] of pauses.entries()) {
    const most = Math.min(MINUTE * 2 ** index, 2 * HOUR);
    expect(pause).toBeLessThanOrEqual(most);
    expect(pause).toBeGreaterThan(0.8 * most - 5 * SECOND);
  }
  server.behaviour = 'accept';
  await deliver();
  expect(server.recipients).toEqual([['alice@example.org']]);
  expect(app.log.join()).not.toContain('example.org');
});

test('a refusal for good ends it at once, loudly, and the mail is forgotten', async () => {
  server.behaviour = { recipient: 550 };
  await queue(mailTo('nobody@example.org'));
  await deliver();
  const [row] = await rows();
  expect(row).toMatchObject({ encrypted_mail: null, due_at: null, sent_at: null, attempts: 1 });
  expect(row.given_up_at).toBeGreaterThan(0);
  expect(row.last_error).toBe('EENVELOPE RCPT TO 550');
  expect(logged()).toEqual([`${ERROR}: a mail was given up`]);
  expect(app.log.join()).not.toMatch(/nobody|example\.org/);
});

test('a mail that is refused for now for a whole day is given up', async () => {
  server.behaviour = { recipient: 450 };
  await queue(mailTo('alice@example.org'));
  await deliver();
  app.passTime(DAY - MINUTE);
  await deliver();
  expect((await rows())[0].given_up_at).toBeNull();
  app.passTime(2 * MINUTE);
  await deliver();
  const [row] = await rows();
  expect(row).toMatchObject({ encrypted_mail: null, due_at: null, sent_at: null });
  expect(row.given_up_at).toBeGreaterThan(0);
});

test('that the store must log in to the mail server first is no fault of the recipient’s', async () => {
  server.behaviour = { recipient: 530 };
  await queue(mailTo('alice@example.org'));
  await deliver();
  expect((await rows())[0]).toMatchObject({ given_up_at: null, attempts: 1 });
});

test('after a day of failures a mail is given up, loudly', async () => {
  await server.goDown();
  await queue(mailTo('alice@example.org'));
  await deliver();
  // Written a day ago as well, and never tried: the sender was resting.
  await queue(mailTo('bob@example.org'));
  app.passTime(DAY - MINUTE);
  await deliver();
  expect((await rows()).map((row) => row.given_up_at)).toEqual([null, null]);
  app.passTime(2 * MINUTE);
  await deliver();
  for (const row of await rows()) {
    expect(row).toMatchObject({ encrypted_mail: null, due_at: null, sent_at: null });
    expect(row.given_up_at).toBeGreaterThan(0);
  }
  expect(logged().filter((line) => line.startsWith(`${ERROR}:`))).not.toEqual([]);
  await server.comeUp();
  app.passTime(DAY);
  await deliver();
  expect(server.mails).toEqual([]);
});

test('two senders on one database send each of 50 mails once', async () => {
  const addresses = Array.from({ length: 50 }, (_, number) => `member-${number}@example.org`);
  await queue(...addresses.map((address) => mailTo(address)));
  const other = anotherSender();
  await Promise.all([deliver(), other.deliverDue(), deliver(), other.deliverDue()]);
  expect(server.recipients.flat().sort()).toEqual(addresses.sort());
  expect((await rows()).every((row) => row.attempts === 1 && row.sent_at !== null)).toBe(true);
  await other.close();
});

test('a mail whose sender died is sent by another when the claim is over, not before, as the same mail', async () => {
  await queue(mailTo('alice@example.org'));
  const { db, clock } = app.context;
  const [mail] = await findDueMails(db, clock(), 1);
  if (!mail) throw new Error('No mail is due.');
  expect(await claimMail(db, mail, clock() + LEASE)).toBeDefined();
  expect(await claimMail(db, mail, clock() + LEASE)).toBeUndefined();
  await deliver();
  expect(server.mails).toEqual([]);

  app.passTime(LEASE);
  await deliver();
  expect(server.mails.map(({ messageId }) => messageId)).toEqual([`<${mail.messageId}@store.example>`]);
  expect(Date.parse(server.mails[0]?.date ?? '')).toBe(Math.floor(mail.createdAt / SECOND) * SECOND);
  expect((await rows())[0].attempts).toBe(2);
});

test('a mail that this store’s key does not open is kept for the day, and holds up no other', async () => {
  await queue(mailTo('alice@example.org'));
  const stranger = anotherSender({ secret: 'another secret of thirty-two bytes' });
  await stranger.deliverDue();
  expect((await rows())[0]).toMatchObject({ last_error: 'it cannot be opened', given_up_at: null });
  await queue(mailTo('bob@example.org'));
  await deliver();
  waitFor(1);
  await deliver();
  expect(server.recipients).toEqual([['bob@example.org'], ['alice@example.org']]);
  await stranger.close();
});

test('without a mail server, in production, mails wait for one', async () => {
  await queue(mailTo('alice@example.org'));
  const helpless = anotherSender({ smtpUrl: undefined });
  await helpless.deliverDue();
  expect((await rows())[0]).toMatchObject({ last_error: 'SMTP_URL is not set', given_up_at: null });
  await helpless.close();
  waitFor(1);
  await deliver();
  expect(server.recipients).toEqual([['alice@example.org']]);
});

test('line ends in what people typed begin no header and no recipient', async () => {
  const hostile = 'Hi\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>';
  await queue(
    mailTo('alice@example.org', { subject: hostile, name: hostile, paragraphs: [hostile] }),
    mailTo('alice@example.org, eve@evil.example'),
    mailTo('alice@example.org>\r\nRCPT TO:<eve@evil.example'),
  );
  await deliver();

  expect(server.recipients.flat()).not.toContain('eve@evil.example');
  const [mail] = server.mails;
  expect(mail?.headers.map(({ key }) => key)).not.toContain('bcc');
  expect(mail?.subject).toBe('Hi Bcc: eve@evil.example  <script>alert(1)</script>');
  expect(mail?.html).not.toContain('<script>');
  expect(mail?.text).toContain('<script>alert(1)</script>');
  // The other two are no addresses, and never will be.
  expect((await rows()).map((row) => row.given_up_at === null)).toEqual([true, false, false]);
});

test('a server that hangs delays no page and no end', async () => {
  server.behaviour = 'hang';
  await queue(mailTo('alice@example.org'), mailTo('bob@example.org'));
  // For less long than the default; with it, a busy machine would pass for a server that hangs.
  const sender = anotherSender({ smtpUrl: `${server.url}?socketTimeout=300` });
  const round = sender.deliverDue();
  await sleep(50);
  expect((await app.visitor().get(paths.login())).status).toBe(200);
  await round;
  await sender.close();
  expect((await rows())[0]).toMatchObject({ attempts: 1, sent_at: null, last_error: 'ETIMEDOUT CONN' });
});

test('a sender that is closed in the middle leaves the mail to whoever comes when its claim is over', async () => {
  server.behaviour = 'hang';
  await queue(mailTo('alice@example.org'));
  const leaving = anotherSender();
  const round = leaving.deliverDue();
  while ((await rows())[0].attempts === 0) await sleep(5);
  await leaving.close();
  await round;
  const [row] = await rows();
  expect(row).toMatchObject({ sent_at: null, given_up_at: null, last_error: '' });
  expect(row.due_at).toBeGreaterThan(app.context.clock() + LEASE - MINUTE);

  server.behaviour = 'accept';
  await leaving.deliverDue();
  app.passTime(LEASE);
  await deliver();
  expect(server.recipients).toEqual([['alice@example.org']]);
});
