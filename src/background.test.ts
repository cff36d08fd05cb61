import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { saveKnownBrowser } from './accounts/known-browsers.table.ts';
import { makeLink } from './accounts/links.ts';
import { startBackground } from './background.ts';
import { DAY, HOUR } from './clock.ts';
import { inTransaction } from './database/transaction.ts';
import { sweep } from './sweeping.ts';
import { startTestApp, type TestApp } from './testing/app.ts';
import { addPerson } from './testing/people.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
afterEach(() => {
  app.log.length = 0;
});

const queueMail = (to: string) =>
  inTransaction(app.context.db, (trx) =>
    app.context.mailer.queue(trx, { to, message: { subject: 'Hello', name: 'alice', paragraphs: [] } }),
  );

const mailsLeft = async () => (await app.context.db('outbox').whereNotNull('sealed_mail')).length;

test('sweeping removes what is long over, and nothing that still counts', async () => {
  const { db, clock } = app.context;
  const count = async (table: string) => (await db(table)).length;
  const userId = await addPerson(app.context, 'alice');
  await inTransaction(db, async (trx) => {
    await makeLink(trx, clock(), { purpose: 'reset-password', userId });
    const browser = { tokenHash: 'a'.repeat(64), userId, lastSeenAt: clock(), address: '', userAgent: '' };
    await saveKnownBrowser(trx, browser, clock() + DAY);
  });
  await queueMail('alice@example.org');
  await app.context.sender.deliverDue();
  await queueMail('bob@example.org');

  const left = async () => {
    await sweep(app.context);
    return [await count('known_browsers'), await count('account_links'), await count('outbox')];
  };
  expect(await left()).toEqual([1, 1, 2]);
  app.passTime(DAY);
  expect(await left()).toEqual([0, 1, 2]);
  // A link that is just too old can still be told from one that never was.
  app.passTime(6 * DAY);
  expect(await left()).toEqual([0, 1, 2]);
  app.passTime(HOUR);
  expect(await left()).toEqual([0, 0, 2]);
  // What was sent goes; what still waits stays, however long.
  app.passTime(23 * DAY);
  expect(await left()).toEqual([0, 0, 1]);
});

test('what fails is logged once and tried again until it works', async () => {
  let rounds = 0;
  let broken = true;
  const sender = {
    async deliverDue() {
      rounds += 1;
      if (broken) throw new Error('The disk is full.');
    },
    close: async () => undefined,
  };
  const stop = startBackground({ ...app.context, sender });
  while (rounds < 2) await sleep(20);
  broken = false;
  while (rounds < 3) await sleep(20);
  await stop();
  const said = app.log.map((line) => JSON.parse(line)).map(({ job, msg }) => `${job}: ${msg}`);
  expect(said).toEqual(['mail: background job failed', 'mail: background job works again']);
});

test('mails are sent without anybody asking, until the end', async () => {
  await queueMail('alice@example.org');
  const stop = startBackground(app.context);
  while ((await mailsLeft()) > 0) await sleep(20);
  await stop();
  await queueMail('bob@example.org');
  await app.context.sender.deliverDue();
  expect(await mailsLeft()).toBe(1);
});
