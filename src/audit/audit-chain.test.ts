import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { BOB, clearLog, linkFive, NOW, readAfter, writeEvent, writeFive } from '../testing/audit.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { record } from './audit.ts';
import { type Break, linkAudit, verifyChain } from './audit-chain.ts';
import { readHead, readLinkedAfter } from './audit-log.table.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => clearLog(database.db));

const row = (sequence: number) => database.db('audit_log').where({ sequence });
const GUEST = { action: 'login.failed', actor: { kind: 'guest' } } as const;

describe('linking', () => {
  test('chains each row to the one before, in the order in which they were written', async () => {
    await linkFive(database.db);
    const rows = await readLinkedAfter(database.db, 0, 10);
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(rows.map(({ id }) => id)).toEqual((await readAfter(database.db, 0, 10)).map(({ id }) => id));
    expect(rows.map(({ previousHash }) => previousHash)).toEqual([
      '',
      ...rows.slice(0, -1).map(({ hash }) => hash),
    ]);
    expect(await verifyChain(database.db)).toEqual({
      ok: true,
      rows: 5,
      erased: 0,
      unlinked: 0,
      head: { sequence: 5, hash: rows[4]?.hash },
    });
  });

  test('goes on where it ended, and does nothing where nothing is new', async () => {
    await linkFive(database.db);
    const head = await readHead(database.db);
    await linkAudit(database.db);
    expect(await readHead(database.db)).toEqual(head);
    await writeEvent(database.db, GUEST);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 5, unlinked: 1 });
    await linkAudit(database.db);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 6, unlinked: 0 });
  });

  test('puts a row whose transaction ended late behind those that came before it', async () => {
    await writeFive(database.db);
    const late = await database.db('audit_log').where('action', 'role.changed').first();
    await database.db('audit_log').where({ id: late.id }).delete();
    await linkAudit(database.db);
    await database.db('audit_log').insert(late);
    await linkAudit(database.db);
    expect(await row(5).first()).toMatchObject({ id: late.id, at: NOW });
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 5 });
  });

  test('in batches leaves a sound chain wherever it ends', async () => {
    for (let round = 0; round < 5; round += 1) await writeFive(database.db);
    await linkAudit(database.db, 4);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 25, unlinked: 0 });
  });

  test('that fails in a batch leaves the batches before it, and is done again', async () => {
    for (let round = 0; round < 2; round += 1) await writeFive(database.db);
    // The number that the eighth row would get is taken: its batch cannot be linked.
    const blocker = { at: NOW, action: 'x', actor_kind: 'guest', personal_hash: '', sequence: 8 };
    await database.db('audit_log').insert(blocker);
    await expect(linkAudit(database.db, 4)).rejects.toThrow();
    expect(await readHead(database.db)).toMatchObject({ sequence: 4 });
    await database.db('audit_log').where('action', 'x').delete();
    await linkAudit(database.db, 4);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 10, unlinked: 0 });
  });

  test('by several at once, while rows are added, makes one unbroken chain', async () => {
    const writers = Array.from({ length: 60 }, (_, id) =>
      writeEvent(database.db, { action: 'login.succeeded', actor: { kind: 'member', id }, subjectId: id }),
    );
    const linkers = Array.from({ length: 5 }, () => linkAudit(database.db, 7));
    const [meanwhile] = await Promise.all([verifyChain(database.db), ...writers, ...linkers]);
    expect(meanwhile).toMatchObject({ ok: true });
    await Promise.all([linkAudit(database.db, 7), linkAudit(database.db, 7)]);
    await linkAudit(database.db);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 60, unlinked: 0 });
    const rows = await readLinkedAfter(database.db, 0, 100);
    expect(new Set(rows.map(({ subjectId }) => subjectId)).size).toBe(60);
  });

  test('of a log without its head, or with one that was set back, makes no fork', async () => {
    await linkFive(database.db);
    await writeEvent(database.db, GUEST);
    await database.db('audit_head').update({ sequence: 2, hash: (await row(2).first()).hash });
    await expect(linkAudit(database.db)).rejects.toThrow();
    await database.db('audit_head').delete();
    await linkAudit(database.db);
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 1, problem: 'changed' });
    expect(await readLinkedAfter(database.db, 0, 10)).toHaveLength(5);
  });
});

describe('the chain shows', () => {
  const tampered: [string, (sequence: number) => Promise<unknown>, Break][] = [
    ['another time', (sequence) => row(sequence).update({ at: NOW - 1 }), 'changed'],
    ['another action', (sequence) => row(sequence).update({ action: 'login.forged' }), 'changed'],
    ['another actor', (sequence) => row(sequence).update({ actor_kind: 'member', actor_id: 99 }), 'changed'],
    ['another person', (sequence) => row(sequence).update({ subject_id: 99 }), 'changed'],
    ['other details', (sequence) => row(sequence).update({ personal: '{"address":"::1"}' }), 'changed'],
    ['another hash', (sequence) => row(sequence).update({ hash: 'f'.repeat(64) }), 'changed'],
    ['the loss', (sequence) => row(sequence).delete(), 'missing'],
    ['the unlinking', (sequence) => row(sequence).update({ sequence: null }), 'missing'],
  ];
  const places: [string, number][] = [
    ['first', 1],
    ['middle', 3],
    ['last', 5],
  ];
  test.each(
    tampered.flatMap(([what, how, problem]) => places.map((at) => [what, ...at, how, problem] as const)),
  )('%s of the %s row', async (_what, _place, sequence, tamper, problem) => {
    await linkFive(database.db);
    await tamper(sequence);
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence, problem });
  });

  test('a row that was forged with hashes that fit, at the next one', async () => {
    await linkFive(database.db);
    await row(3).update(await forge(3));
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 4, problem: 'changed' });
  });

  test('a last row that was forged with hashes that fit', async () => {
    await linkFive(database.db);
    await row(5).update(await forge(5));
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 5, problem: 'changed' });
  });

  test('the loss of all rows, and of two in a row the first', async () => {
    await linkFive(database.db);
    await database.db('audit_log').whereIn('sequence', [3, 4]).delete();
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 3, problem: 'missing' });
    await database.db('audit_log').delete();
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 1, problem: 'missing' });
  });

  test('a changed row and the loss of another, one after the other', async () => {
    await linkFive(database.db);
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
    await linkFive(database.db);
    const { hash } = await row(3).first();
    if (head) await database.db('audit_head').update({ hash, ...head });
    else await database.db('audit_head').delete();
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence, problem: 'changed' });
  });

  test('what was done to a row before it was linked, where that does not fit its own hash', async () => {
    await writeFive(database.db);
    await database.db('audit_log').where('subject_id', BOB).update({ personal: '{"address":"::1"}' });
    await linkAudit(database.db);
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 2, problem: 'changed' });
  });

  /** What somebody who knows how rows are hashed would put in the place of one: the same chain up to it, another event. */
  async function forge(sequence: number): Promise<Record<string, unknown>> {
    const kept = await database.db('audit_log');
    const head = await readHead(database.db);
    const { previous_hash } = await row(sequence).first();
    await database.db('audit_log').where('sequence', '>=', sequence).delete();
    await database.db('audit_head').update({ sequence: sequence - 1, hash: previous_hash });
    await inTransaction(database.db, (trx) =>
      record(trx, NOW, { action: 'login.forged', actor: { kind: 'system' } }),
    );
    await linkAudit(database.db);
    const { id: _id, ...forged } = await row(sequence).first();
    await database.db('audit_log').delete();
    await database.db('audit_log').insert(kept);
    await database.db('audit_head').update(head);
    return forged;
  }
});

test.each([1, 2, 4])('a log that is read %d rows at a time is walked to its end', async (batch) => {
  await linkFive(database.db);
  expect(await verifyChain(database.db, batch)).toMatchObject({ ok: true, rows: 5 });
  for (const sequence of [5, 3, 2]) {
    await row(sequence).delete();
    expect(await verifyChain(database.db, batch)).toEqual({ ok: false, sequence, problem: 'missing' });
  }
});
