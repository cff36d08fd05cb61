import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { linkAudit } from '../audit/audit-chain.ts';
import { inTransaction } from '../database/transaction.ts';
import { paths } from '../paths.ts';
import { DAY, HOUR, MINUTE } from '../shared/clock.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { clearLog, writeEvent } from '../testing/audit.ts';
import { type FailingDatabase, openFailingDatabase } from '../testing/cable.ts';
import { type MailServer, startMailServer } from '../testing/mail-server.ts';
import { samplesOf } from '../testing/metrics.ts';

const TOKEN = 'quarry-lantern-sail-nine-and-two-fifths';

let server: MailServer;
let database: FailingDatabase;
let app: TestApp;
beforeAll(async () => {
  server = await startMailServer();
  database = await openFailingDatabase();
  app = await startTestApp({ METRICS_TOKEN: TOKEN, SMTP_URL: server.url }, database);
});
afterAll(async () => {
  await app.close();
  await server.goDown();
});

const scrape = async () =>
  (await app.visitor().get(paths.metrics(), { authorization: `Bearer ${TOKEN}` })).text;

/** The metrics as they are now: what the database said a moment ago is forgotten. */
async function metrics(): Promise<(name: string) => number | undefined> {
  app.passTime(MINUTE);
  const samples = samplesOf(await scrape());
  return (name) => samples.get(name);
}

async function queue(...addresses: string[]): Promise<void> {
  const { db, mailer } = app.context;
  const message = { subject: 'Hello', name: 'alice', paragraphs: ['Hello.'] };
  await inTransaction(db, async (trx) => {
    for (const to of addresses) await mailer.queue(trx, { to, budget: 'unlimited', message });
  });
}

test('mails are told as they wait, go out and are given up', async () => {
  let metric = await metrics();
  const queueNow = () => [
    metric('gatehouse_mails_due'),
    metric('gatehouse_mails_given_up_lately'),
    metric('gatehouse_mails_total{outcome="sent"}'),
    metric('gatehouse_mails_total{outcome="postponed"}'),
    metric('gatehouse_mails_total{outcome="given_up"}'),
  ];
  expect(queueNow()).toEqual([0, 0, 0, 0, 0]);
  expect(metric('gatehouse_mails_oldest_waiting_seconds')).toBe(0);

  await queue('alice@example.org', 'bob@example.org');
  app.passTime(2 * HOUR);
  metric = await metrics();
  expect(queueNow()).toEqual([2, 0, 0, 0, 0]);
  expect(metric('gatehouse_mails_oldest_waiting_seconds')).toBeGreaterThanOrEqual(7_200);

  await app.context.sender.deliverDue();
  server.behaviour = { recipient: 450 };
  await queue('carol@example.org');
  await app.context.sender.deliverDue();
  server.behaviour = { recipient: 550 };
  await queue('dan@example.org');
  await app.context.sender.deliverDue();
  app.passTime(-MINUTE / 2);
  metric = await metrics();
  // The postponed one waits for its time.
  expect(queueNow()).toEqual([0, 1, 2, 1, 1]);

  app.passTime(8 * DAY);
  metric = await metrics();
  expect(queueNow()).toEqual([1, 0, 2, 1, 1]);
});

test('however often metrics are asked for, the database is asked once in ten seconds', async () => {
  await metrics();
  let queries = 0;
  const count = () => {
    queries += 1;
  };
  app.context.db.on('query', count);
  try {
    await Promise.all(Array.from({ length: 20 }, scrape));
    expect(queries).toBe(0);
    await metrics();
    expect(queries).toBe(4);
  } finally {
    app.context.db.removeListener('query', count);
  }
});

test('rows of the audit log that wait long for their link are told', async () => {
  const before = (await metrics())('gatehouse_audit_rows_unlinked');
  await clearLog(app.context.db);
  await writeEvent(app.context.db, { action: 'login.failed', actor: { kind: 'guest' } });
  await app.context.db('audit_log').update({ at: app.context.clock() - MINUTE / 2 });
  // Each look at the metrics is a minute later.
  expect([before, (await metrics())('gatehouse_audit_rows_unlinked')]).toEqual([0, 1]);
  await linkAudit(app.context.db);
  expect((await metrics())('gatehouse_audit_rows_unlinked')).toBe(0);
});

test('the pool tells who uses a connection, and who waits for one', async () => {
  const { db } = app.context;
  await metrics();
  const all = db.client.pool.max;
  const held = await Promise.all(Array.from({ length: all }, () => db.transaction()));
  const waiting = db('outbox').first('id').then();
  try {
    const samples = samplesOf(await scrape());
    const state = (name: string) => samples.get(`gatehouse_database_connections{state="${name}"}`);
    expect([state('used'), state('free'), state('waiting')]).toEqual([all, 0, 1]);
  } finally {
    for (const trx of held) await trx.rollback();
    await waiting;
  }
});

test('passwords that are hashed and that wait for it are told', async () => {
  const { hasher } = app.context;
  await vi.waitUntil(() => hasher.load().running === 0, { timeout: 20_000 });
  const hashes = Promise.all(Array.from({ length: 12 }, () => hasher.hash('one of many')));
  const { running, waiting } = hasher.load();
  expect([running + waiting, running > 0, waiting > 0]).toEqual([12, true, true]);
  await hashes;
  expect(hasher.load()).toEqual({ running: 0, waiting: 0 });
  const metric = await metrics();
  expect(metric('gatehouse_password_hashes{state="running"}')).toBe(0);
});

test('while the database is away the metrics say so, without what only it knows, and the rest goes on', async () => {
  const { db } = app.context;
  // SQLite still reads when it can write no more.
  const isFile = app.address.dialect === 'sqlite';
  await (isFile ? db.schema.renameTable('outbox', 'away') : database.fail());
  let metric = await metrics();
  expect(metric('gatehouse_database_up')).toBe(0);
  expect(metric('gatehouse_mails_due')).toBeUndefined();
  expect(metric('process_cpu_seconds_total')).toBeGreaterThan(0);
  await (isFile ? db.schema.renameTable('away', 'outbox') : database.recover());
  metric = await metrics();
  expect(metric('gatehouse_database_up')).toBe(1);
  expect(metric('gatehouse_mails_due')).toBe(1);
});
