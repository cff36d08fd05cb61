import type { Database } from '../database/connection.ts';
import type { Transaction } from '../database/transaction.ts';

/** A row of `audit_log`, in the order in which things happened. Times are UTC milliseconds. */
export interface AuditRow {
  sequence: number;
  at: number;
  action: string;
  actorKind: string;
  actorId: number | null;
  subjectId: number | null;
  /** JSON; null once it was erased. */
  personal: string | null;
  personalHash: string;
  previousHash: string;
  hash: string;
}

/** The columns of an AuditRow. */
export const AUDIT_COLUMNS = {
  sequence: 'sequence',
  at: 'at',
  action: 'action',
  actorKind: 'actor_kind',
  actorId: 'actor_id',
  subjectId: 'subject_id',
  personal: 'personal',
  personalHash: 'personal_hash',
  previousHash: 'previous_hash',
  hash: 'hash',
} as const;

/** The newest row's number and hash; number 0 and no hash while the log is empty. */
export interface AuditHead {
  sequence: number;
  hash: string;
}

/**
 * Takes the next number of the log and locks its head until the transaction ends. The update comes before any
 * reading: on all three databases it makes the second who asks wait for the first.
 *
 * @returns the head as it was before
 */
export async function takeNextNumber(trx: Transaction): Promise<AuditHead> {
  await trx('audit_head').where('id', 1).increment('sequence', 1);
  const { sequence, hash } = await trx('audit_head').where('id', 1).first('sequence', 'hash');
  return { sequence: sequence - 1, hash };
}

/** Adds a row and makes it the head. */
export async function insertAuditRow(trx: Transaction, row: AuditRow): Promise<void> {
  await trx('audit_log').insert(
    Object.fromEntries(
      Object.entries(AUDIT_COLUMNS).map(([name, column]) => [column, row[name as keyof AuditRow]]),
    ),
  );
  await trx('audit_head').where('id', 1).update({ hash: row.hash });
}

/** One that somebody has removed is as that of an empty log. */
export async function readHead(db: Database | Transaction): Promise<AuditHead> {
  return (await db('audit_head').where('id', 1).first('sequence', 'hash')) ?? { sequence: 0, hash: '' };
}

/** The rows that come after a number, oldest first. */
export async function readAfter(db: Database, sequence: number, limit: number): Promise<AuditRow[]> {
  return db('audit_log')
    .where('sequence', '>', sequence)
    .orderBy('sequence')
    .limit(limit)
    .select(AUDIT_COLUMNS);
}

/** What happened to a person, newest first. */
export async function readAbout(
  db: Database,
  subjectId: number,
  { limit, offset }: { limit: number; offset: number },
): Promise<AuditRow[]> {
  return db('audit_log')
    .where('subject_id', subjectId)
    .orderBy('sequence', 'desc')
    .limit(limit)
    .offset(offset)
    .select(AUDIT_COLUMNS);
}

export async function countAbout(db: Database, subjectId: number): Promise<number> {
  const [row] = await db('audit_log').where('subject_id', subjectId).count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** How often something happened since a moment. */
export async function countSince(db: Database, action: string, since: number): Promise<number> {
  const [row] = await db('audit_log').where('at', '>=', since).where({ action }).count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** Everything that happened to a person or was done by them, oldest first. */
export async function readAllOf(db: Database, userId: number): Promise<AuditRow[]> {
  return db('audit_log')
    .where('subject_id', userId)
    .orWhere('actor_id', userId)
    .orderBy('sequence')
    .select(AUDIT_COLUMNS);
}

/**
 * Erases what the log holds of a person; the rows and the chain stay. What somebody did to others or to the store stays
 * whole: it is the others' story, and an admin who leaves must not take it along.
 */
export async function erasePersonalOf(trx: Transaction, userId: number): Promise<void> {
  await trx('audit_log').where('subject_id', userId).update({ personal: null });
}
