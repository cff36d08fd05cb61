import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import {
  ALICE,
  addErased,
  BOB,
  clearLog,
  eraseMember,
  linkFive,
  readAfter,
  writeEvent,
  writeFive,
} from '../testing/audit.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { personalOf } from './audit.ts';
import { linkAudit, verifyChain } from './audit-chain.ts';
import { ERASURE, emptyRowsAbout, readLinkedAfter } from './audit-log.table.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await clearLog(database.db);
  await database.db('users').delete();
});

const row = (sequence: number) => database.db('audit_log').where({ sequence });
const erasure = (subjectId: number) => ({ action: ERASURE, actor: { kind: 'system' }, subjectId }) as const;

/** The numbers of the rows that still tell of people. */
async function telling(): Promise<number[]> {
  const rows = await readLinkedAfter(database.db, 0, 10);
  return rows.filter(({ personal }) => personal !== null).map(({ sequence }) => sequence);
}

describe('erasing a person', () => {
  test('takes what the rows tell of them, but not what they did to others, and keeps the chain', async () => {
    await linkFive(database.db);
    await eraseMember(database.db, BOB);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 5, erased: 2, unlinked: 1 });
    expect(await telling()).toEqual([1, 3, 4]);
    await linkAudit(database.db);
    await eraseMember(database.db, ALICE);
    await linkAudit(database.db);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 7, erased: 4, unlinked: 0 });
    expect(await telling()).toEqual([4, 6, 7]);
  });

  test('leaves what they did in the store whole: no admin takes the trail of settings and roles along', async () => {
    const actor = { kind: 'member', id: BOB } as const;
    const details = { require2fa: { from: 'staff', to: 'none' } };
    await writeEvent(database.db, { action: 'settings.changed', actor, details });
    const denied = { action: 'access.denied', actor, subjectId: BOB, details: { path: '/admin' } };
    await writeEvent(database.db, denied);
    await eraseMember(database.db, BOB);
    const rows = await readAfter(database.db, 0, 10);
    expect(rows[0] && personalOf(rows[0]).details).toEqual(details);
    expect(rows[1]?.personal).toBeNull();
    await linkAudit(database.db);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, erased: 1 });
  });

  test('before any of it is linked puts the erasure behind what it emptied, whatever their ids', async () => {
    await writeFive(database.db);
    await eraseMember(database.db, BOB);
    // As where nodes of a cluster give out ids in turn.
    await database.db('audit_log').where('action', ERASURE).update({ id: 0 });
    await linkAudit(database.db, 2);
    const linked = await readLinkedAfter(database.db, 0, 10);
    expect(linked.slice(0, 2).map(({ personal }) => personal)).toEqual([null, null]);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, rows: 6, erased: 2 });
  });

  test('does not hide a change of what is left of the row', async () => {
    await linkFive(database.db);
    await eraseMember(database.db, ALICE);
    await row(1).update({ action: 'login.failed' });
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 1, problem: 'changed' });
  });
});

describe('a row that was emptied is a break', () => {
  const broken = (sequence: number) => ({ ok: false, sequence, problem: 'emptied' });
  beforeEach(() => linkFive(database.db));

  test('where the whole log was wiped', async () => {
    await database.db('audit_log').update({ personal: null });
    expect(await verifyChain(database.db)).toEqual(broken(1));
  });

  test('where nothing says that its member was erased', async () => {
    await row(3).update({ personal: null });
    expect(await verifyChain(database.db)).toEqual(broken(3));
    await addErased(database.db, ALICE);
    expect(await verifyChain(database.db)).toEqual(broken(3));
  });

  test('where it is about nobody', async () => {
    await eraseMember(database.db, BOB);
    await row(4).update({ personal: null });
    expect(await verifyChain(database.db)).toEqual(broken(4));
  });

  test('where somebody else was erased', async () => {
    await eraseMember(database.db, BOB);
    await row(1).update({ personal: null });
    expect(await verifyChain(database.db)).toEqual(broken(1));
  });

  test('where it came after the erasure', async () => {
    await eraseMember(database.db, BOB);
    await writeEvent(database.db, { action: 'login.failed', actor: { kind: 'guest' }, subjectId: BOB });
    await linkAudit(database.db);
    expect(await verifyChain(database.db)).toMatchObject({ ok: true, erased: 2 });
    await row(7).update({ personal: null });
    expect(await verifyChain(database.db)).toEqual(broken(7));
  });

  test('where the row of an erasure was forged for a member who is there, linked or not', async () => {
    await addErased(database.db, BOB);
    await database.db('users').update({ erased_at: null });
    await inTransaction(database.db, (trx) => emptyRowsAbout(trx, BOB));
    await writeEvent(database.db, erasure(BOB));
    expect(await verifyChain(database.db)).toEqual(broken(2));
    await linkAudit(database.db);
    expect(await verifyChain(database.db)).toEqual(broken(2));
  });

  test('where the row of an erasure was made of another one', async () => {
    await addErased(database.db, BOB);
    await inTransaction(database.db, (trx) => emptyRowsAbout(trx, BOB));
    await row(5).update({ action: ERASURE });
    expect(await verifyChain(database.db)).toEqual({ ok: false, sequence: 5, problem: 'changed' });
  });
});
