import { type AuditEvent, record } from '../audit/audit.ts';
import { linkAudit } from '../audit/audit-chain.ts';
import { AUDIT_COLUMNS, type AuditRow, ERASURE, emptyRowsAbout } from '../audit/audit-log.table.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';

export const NOW = 1_800_000_000_000;
export const ALICE = 11;
export const BOB = 12;

/** Begins the log anew. */
export async function clearLog(db: Database): Promise<void> {
  await db('audit_log').delete();
  await db('audit_head').delete();
  await db('audit_head').insert({ id: 1, sequence: 0, hash: '' });
}

export function writeEvent(db: Database, event: AuditEvent): Promise<void> {
  return inTransaction(db, (trx) => record(trx, NOW, event));
}

/** Writes five rows: of alice, of bob, of alice by bob, of nobody, of bob by an operator. */
export async function writeFive(db: Database): Promise<void> {
  const client = { address: '192.0.2.1', userAgent: 'Firefox' };
  const write = (event: AuditEvent) => writeEvent(db, event);
  await write({ action: 'login.succeeded', actor: { kind: 'member', id: ALICE }, subjectId: ALICE, client });
  await write({ action: 'login.failed', actor: { kind: 'guest' }, subjectId: BOB, client });
  const details = { from: 'user', to: 'moderator' };
  await write({ action: 'role.changed', actor: { kind: 'member', id: BOB }, subjectId: ALICE, details });
  await write({ action: 'login.failed', actor: { kind: 'guest' }, client });
  await write({ action: 'account.disabled', actor: { kind: 'operator', name: 'root' }, subjectId: BOB });
}

/** The same, linked. */
export async function linkFive(db: Database): Promise<void> {
  await writeFive(db);
  await linkAudit(db);
}

/** A member who was erased, for the log: their row in `users`, and their rows in the log emptied. */
export async function eraseMember(db: Database, id: number): Promise<void> {
  await addErased(db, id);
  await inTransaction(db, async (trx) => {
    await emptyRowsAbout(trx, id);
    await record(trx, NOW, { action: ERASURE, actor: { kind: 'system' }, subjectId: id });
  });
}

/** What is left of somebody in `users`. */
export async function addErased(db: Database, id: number): Promise<void> {
  const names = {
    username: `erased #${id}`,
    username_key: `erased #${id}`,
    email: `${id}`,
    email_key: `${id}`,
  };
  const row = { id, ...names, password_hash: '!', created_at: 1, erased_at: NOW };
  await db('users').insert(row).onConflict('id').merge();
}

/** The rows that come after an id, linked or not, in the order in which they were written. */
export async function readAfter(db: Database, id: number, limit: number): Promise<AuditRow[]> {
  return db('audit_log').where('id', '>', id).orderBy('id').limit(limit).select(AUDIT_COLUMNS);
}
