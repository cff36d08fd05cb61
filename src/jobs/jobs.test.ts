import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { saveKnownBrowser } from '../accounts/credentials/known-browsers.table.ts';
import { makeLink } from '../accounts/links.ts';
import { inTransaction } from '../database/transaction.ts';
import { DAY, HOUR } from '../shared/clock.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson } from '../testing/people.ts';
import { cleanUp, startJobs } from './jobs.ts';
import { BACKGROUND, createLease, type Lease } from './lease.ts';

const PACE = { heartbeat: 20, often: 10, seldom: DAY };
const LOOK_AGAIN = 5;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
afterEach(() => {
  app.log.length = 0;
});

/** The background of one process, in a hurry. */
function start(sender: Partial<TestApp['context']['sender']> = {}, lease?: Lease): () => Promise<void> {
  const { context } = app;
  const own = { ...context, sender: { ...context.sender, close: async () => undefined, ...sender } };
  return startJobs(own, lease ?? createLease(context.db, BACKGROUND), PACE);
}

const queueMail = (to: string) =>
  inTransaction(app.context.db, (trx) =>
    app.context.mailer.queue(trx, {
      to,
      budget: 'unlimited',
      message: { subject: 'Hello', name: 'alice', paragraphs: [] },
    }),
  );

const mailsLeft = async () => (await app.context.db('outbox').whereNotNull('encrypted_mail')).length;

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
    await cleanUp(app.context);
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
  const stop = start({
    async deliverDue() {
      rounds += 1;
      if (broken) throw new Error('The disk is full.');
    },
  });
  while (rounds < 2) await sleep(LOOK_AGAIN);
  broken = false;
  const before = rounds;
  while (rounds === before) await sleep(LOOK_AGAIN);
  await stop();
  const said = app.log.map((line) => JSON.parse(line)).map(({ job, msg }) => `${job}: ${msg}`);
  expect(said).toEqual(['mail: background job failed', 'mail: background job works again']);
});

test('mails are sent without anybody asking, until the end', async () => {
  await queueMail('alice@example.org');
  const stop = start({ close: app.context.sender.close });
  while ((await mailsLeft()) > 0) await sleep(LOOK_AGAIN);
  await stop();
  await queueMail('bob@example.org');
  await app.context.sender.deliverDue();
  expect(await mailsLeft()).toBe(1);
});

test('a process that has not the lease does nothing, and begins when it gets it', async () => {
  let held = false;
  let looks = 0;
  const isHeld = () => {
    looks += 1;
    return held;
  };
  const lease = { renew: async () => held, isHeld, release: async () => undefined };
  let rounds = 0;
  const deliverDue = async () => {
    rounds += 1;
    // It is another's turn before the next one.
    held = false;
  };
  const stop = start({ deliverDue }, lease);
  while (looks < 20) await sleep(LOOK_AGAIN);
  expect(rounds).toBe(0);
  held = true;
  while (rounds < 1) await sleep(LOOK_AGAIN);
  await stop();
  expect(rounds).toBe(1);
});

test('of two processes one sends, and the other one as soon as that has ended', async () => {
  const sentBy: string[] = [];
  const senderOf = (name: string) => ({ deliverDue: async () => void sentBy.push(name) });
  const stopFirst = start(senderOf('first'));
  while (sentBy.length < 1) await sleep(LOOK_AGAIN);
  const stopSecond = start(senderOf('second'));
  while (sentBy.length < 3) await sleep(LOOK_AGAIN);
  await stopFirst();
  expect(new Set(sentBy)).toEqual(new Set(['first']));
  while (!sentBy.includes('second')) await sleep(LOOK_AGAIN);
  await stopSecond();
  expect(sentBy.lastIndexOf('first')).toBeLessThan(sentBy.indexOf('second'));
});

test('a process that finds the database away logs that once, and works when it is back', async () => {
  let away = true;
  let held = false;
  let asked = 0;
  const lease = {
    async renew() {
      asked += 1;
      if (away) throw new Error('nobody there');
      held = true;
      return held;
    },
    isHeld: () => held,
    release: async () => undefined,
  };
  await queueMail('carol@example.org');
  const left = await mailsLeft();
  const deliverDue = async () => void (await app.context.db('outbox').delete());
  const stop = start({ deliverDue }, lease);
  while (asked < 3) await sleep(LOOK_AGAIN);
  expect(await mailsLeft()).toBe(left);
  away = false;
  while ((await mailsLeft()) > 0) await sleep(LOOK_AGAIN);
  await stop();
  expect(app.log.map((line) => JSON.parse(line).msg)).toEqual([
    'it is not known which process works in the background',
  ]);
});
