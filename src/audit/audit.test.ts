import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type AuditEvent, personalOf, record, verifyChain } from './audit.ts';
import { erasePersonalOf, readAbout, readAfter, readHead } from './audit-log.table.ts';

const NOW = 1_800_000_000_000;
const ALICE = 11;
const BOB = 12;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db('audit_log').delete();
  await database.db('audit_head').update({ sequence: 0, hash: '' });
});

const row = (sequence: number) => database.db('audit_log').where({ sequence });
const write = (event: AuditEvent) => inTransaction(database.db, (trx) => record(trx, NOW, event));

/** Writes five rows: of alice, of bob, of alice by bob, of nobody, of bob by an operator. */
async function writeFive(): Promise<void> {
  const client = { address: '192.0.2.1', userAgent: 'Firefox' };
  await write({ action: 'login.succeeded', actor: { kind: 'member', id: ALICE }, subjectId: ALICE, client });
  await write({ action: 'login.failed', actor: { kind: 'guest' }, subjectId: BOB, client });
  const details = { from: 'user', to: 'moderator' };
  await write({ action: 'role.changed', actor: { kind: 'member', id: BOB }, subjectId: ALICE, details });
  await write({ action: 'login.failed', actor: { kind: 'guest' }, client });
  await write({ action: 'account.disabled', actor: { kind: 'operator', name: 'root' }, subjectId: BOB });
}

describe('a row', () => {
  test('tells who did what to whom, when, from where, and is chained to the one before', async () => {
    await writeFive();
    const rows = await readAfter(database.db, 0, 10);
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(rows.map(({ previousHash }) => previousHash)).toEqual([
      '',
      ...rows.slice(0, -1).map(({ hash }) => hash),
    ]);
    expect(rows[0]).toMatchObject({
      at: NOW,
      action: 'login.succeeded',
      actorKind: 'member',
      actorId: ALICE,
      subjectId: ALICE,
    });
    expect(rows.map(personalOf)).toMatchObject([
      { address: '192.0.2.1', userAgent: 'Firefox' },
      { address: '192.0.2.1' },
      { details: { from: 'user', to: 'moderator' } },
      {},
      { operator: 'root' },
    ]);
    expect(await verifyChain(database.db)).toEqual({
      ok: true,
      rows: 5,
      erased: 0,
      head: { sequence: 5, hash: rows[4]?.hash },
    });
  });

  test('that tells the same as another does not show it by its hash', async () => {
    const event: AuditEvent = { action: 'login.failed', actor: { kind: 'guest' } };
    await write(event);
    await write(event);
    const [one, two] = await readAfter(database.db, 0, 10);
    expect(one?.personalHash).not.toBe(two?.personalHash);
  });

  test('is read with those of its person alone, the newest first', async () => {
    await writeFive();
    const rows = await readAbout(database.db, ALICE, { limit: 10, offset: 0 });
    expect(rows.map(({ action }) => action)).toEqual(['role.changed', 'login.succeeded']);
  });

  test('of a transaction that was undone is not there, and leaves no gap', async () => {
    await writeFive();
    const undone = inTransaction(database.db, async (trx) => {
      await record(trx, NOW, { action: 'never.happened', actor: { kind: 'system' } });
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    await write({ action: 'login.failed', actor: { kind: 'guest' } });
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 6 });
    expect(await database.db('audit_log').where('action', 'never.happened').first()).toBeUndefined();
  });
});

test('thirty who write at once make one unbroken chain', async () => {
  const writers = Array.from({ length: 30 }, (_, id) =>
    write({ action: 'login.succeeded', actor: { kind: 'member', id }, subjectId: id }),
  );
  const [meanwhile] = await Promise.all([verifyChain(database.db), ...writers]);
  expect(meanwhile).toMatchObject({ ok: true });
  expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 30 });
  const rows = await readAfter(database.db, 0, 100);
  expect(new Set(rows.map(({ subjectId }) => subjectId)).size).toBe(30);
});

describe('the chain shows', () => {
  const tampered: [string, (sequence: number) => Promise<unknown>, 'changed' | 'missing'][] = [
    ['another time', (sequence) => row(sequence).update({ at: NOW - 1 }), 'changed'],
    ['another action', (sequence) => row(sequence).update({ action: 'login.forged' }), 'changed'],
    ['another actor', (sequence) => row(sequence).update({ actor_kind: 'member', actor_id: 99 }), 'changed'],
    ['another person', (sequence) => row(sequence).update({ subject_id: 99 }), 'changed'],
    ['other details', (sequence) => row(sequence).update({ personal: '{"address":"::1"}' }), 'changed'],
    ['another hash', (sequence) => row(sequence).update({ hash: 'f'.repeat(64) }), 'changed'],
    ['the loss', (sequence) => row(sequence).delete(), 'missing'],
  ];
  const places: [string, number][] = [
    ['first', 1],
    ['middle', 3],
    ['last', 5],
  ];
  test.each(
    tampered.flatMap(([what, how, problem]) => places.map((at) => [what, ...at, how, problem] as const)),
  )('%s of the %s row', async (_what, _place, sequence, tamper, problem) => {
    await writeFive();
    await tamper(sequence);
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence, problem });
  });

  test('a row that was forged with hashes that fit, at the next one', async () => {
    await writeFive();
    const forged = await forge(3);
    await row(3).update(forged);
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 4, problem: 'changed' });
  });

  test('a last row that was forged with hashes that fit', async () => {
    await writeFive();
    await row(5).update(await forge(5));
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 5, problem: 'changed' });
  });

  test('the loss of all rows, and of two in a row the first', async () => {
    await writeFive();
    await database.db('audit_log').whereIn('sequence', [3, 4]).delete();
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 3, problem: 'missing' });
    await database.db('audit_log').delete();
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 1, problem: 'missing' });
  });

  test('a changed row and the loss of another, one after the other', async () => {
    await writeFive();
    const { action } = await row(2).first();
    const lost = await row(4).first();
    await row(2).update({ action: 'login.forged' });
    await row(4).delete();
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 2, problem: 'changed' });
    await row(2).update({ action });
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 4, problem: 'missing' });
    await database.db('audit_log').insert(lost);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 5 });
  });

  test.each<[string, object | undefined, number]>([
    ['set back to the beginning', { sequence: 0, hash: '' }, 1],
    ['set back by two rows', { sequence: 3 }, 4],
    ['removed', undefined, 1],
  ])('rows that are beyond a head that was %s', async (_what, head, sequence) => {
    await writeFive();
    const { hash } = await row(3).first();
    if (head) await database.db('audit_head').update({ hash, ...head });
    else await database.db('audit_head').delete();
    try {
      expect(await verifyChain(database.db)).toEqual({ ok: false, sequence, problem: 'changed' });
    } finally {
      if (!head) await database.db('audit_head').insert({ id: 1, sequence: 0, hash: '' });
    }
  });

  /** What somebody who knows how rows are hashed would put in the place of one: the same chain up to it, another event. */
  async function forge(sequence: number): Promise<Record<string, unknown>> {
    const { previous_hash } = await row(sequence).first();
    let forged: Record<string, unknown> = {};
    await inTransaction(database.db, async (trx) => {
      await trx('audit_log').where('sequence', '>=', sequence).delete();
      await trx('audit_head').update({ sequence: sequence - 1, hash: previous_hash });
      await record(trx, NOW, { action: 'login.forged', actor: { kind: 'system' } });
      forged = await trx('audit_log').where({ sequence }).first();
      throw new Error('undo');
    }).catch(() => undefined);
    return forged;
  }
});

describe('erasing a person', () => {
  test('takes what the rows tell of them, but not what they did to others, and keeps the chain', async () => {
    await writeFive();
    const before = await readHead(database.db);
    const told = async () => {
      const rows = await readAfter(database.db, 0, 10);
      return rows.filter(({ personal }) => personal !== null).map(({ sequence }) => sequence);
    };
    await inTransaction(database.db, (trx) => erasePersonalOf(trx, BOB));
    expect(await verifyChain(database.db)).toEqual({ ok: true, rows: 5, erased: 2, head: before });
    expect(await told()).toEqual([1, 3, 4]);
    await inTransaction(database.db, (trx) => erasePersonalOf(trx, ALICE));
    expect(await verifyChain(database.db)).toEqual({ ok: true, rows: 5, erased: 4, head: before });
    expect(await told()).toEqual([4]);
  });

  test('leaves what they did in the store whole: no admin takes the trail of settings and roles along', async () => {
    const actor = { kind: 'member', id: BOB } as const;
    const details = { require2fa: { from: 'staff', to: 'none' } };
    await write({ action: 'settings.changed', actor, details });
    await write({ action: 'access.denied', actor, subjectId: BOB, details: { path: '/admin' } });
    await inTransaction(database.db, (trx) => erasePersonalOf(trx, BOB));
    const [changed, denied] = await readAfter(database.db, 0, 10);
    expect(changed && personalOf(changed).details).toEqual(details);
    expect(denied?.personal).toBeNull();
  });

  test('does not hide a change of what is left of the row', async () => {
    await writeFive();
    await inTransaction(database.db, (trx) => erasePersonalOf(trx, ALICE));
    await row(1).update({ action: 'login.failed' });
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 1, problem: 'changed' });
  });
});

test.each([1, 2, 4])('a log that is read %d rows at a time is walked to its end', async (batch) => {
  await writeFive();
  expect(await verifyChain(database.db, batch)).toMatchObject({ ok: true, rows: 5 });
  for (const sequence of [5, 3, 2]) {
    await row(sequence).delete();
    expect(await verifyChain(database.db, batch)).toEqual({ ok: false, sequence, problem: 'missing' });
  }
});
