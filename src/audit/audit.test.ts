import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { ALICE, clearLog, NOW, readAfter, writeEvent, writeFive } from '../testing/audit.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type AuditEvent, personalOf, record } from './audit.ts';
import { readAbout } from './audit-log.table.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => clearLog(database.db));

describe('a row', () => {
  test('tells who did what to whom, when, from where, and is not linked yet', async () => {
    await writeFive(database.db);
    const rows = await readAfter(database.db, 0, 10);
    expect(rows[0]).toMatchObject({
      at: NOW,
      action: 'login.succeeded',
      actorKind: 'member',
      actorId: ALICE,
      subjectId: ALICE,
      sequence: null,
      previousHash: null,
      hash: null,
    });
    expect(rows.map(personalOf)).toMatchObject([
      { address: '192.0.2.1', userAgent: 'Firefox' },
      { address: '192.0.2.1' },
      { details: { from: 'user', to: 'moderator' } },
      {},
      { operator: 'root' },
    ]);
  });

  test('that tells the same as another does not show it by its hash', async () => {
    const event: AuditEvent = { action: 'login.failed', actor: { kind: 'guest' } };
    await writeEvent(database.db, event);
    await writeEvent(database.db, event);
    const [one, two] = await readAfter(database.db, 0, 10);
    expect(one?.personalHash).not.toBe(two?.personalHash);
  });

  test('is read with those of its person alone, the newest first', async () => {
    await writeFive(database.db);
    const rows = await readAbout(database.db, ALICE, { limit: 10, offset: 0 });
    expect(rows.map(({ action }) => action)).toEqual(['role.changed', 'login.succeeded']);
  });

  test('of a transaction that was undone is not there', async () => {
    const undone = inTransaction(database.db, async (trx) => {
      await record(trx, NOW, { action: 'never.happened', actor: { kind: 'system' } });
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await database.db('audit_log')).toEqual([]);
  });
});
