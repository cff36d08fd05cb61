import type { Knex } from 'knex';
import type { Database } from '../database/connection.ts';
import { columns, countRows, type Slice, toRow } from '../database/rows.ts';
import type { Transaction } from '../database/transaction.ts';
import { MINUTE } from '../shared/clock.ts';

/** What happened, as a row of `audit_log` before it is linked. Times are UTC milliseconds. */
export interface NewAuditRow {
  at: number;
  action: string;
  actorKind: string;
  actorId: number | null;
  subjectId: number | null;
  /** JSON; null once it was erased. */
  personal: string | null;
  personalHash: string;
}

/** A row's place in the chain. */
export interface AuditLink {
  sequence: number;
  previousHash: string;
  hash: string;
}

/** A row of `audit_log`; the link is null until the linker has come by (`linkAudit`). */
export interface AuditRow extends NewAuditRow {
  id: number;
  sequence: number | null;
  previousHash: string | null;
  hash: string | null;
}

export type LinkedRow = AuditRow & AuditLink;

export const AUDIT_COLUMNS = columns(
  'id sequence at action actorKind actorId subjectId personal personalHash previousHash hash',
);

/** The newest link's number and hash; number 0 and no hash while nothing is linked. */
export interface AuditHead {
  sequence: number;
  hash: string;
}

/** Adds a row that is not linked yet: nobody else's transaction waits for it. */
export async function insertAuditRow(trx: Transaction, row: NewAuditRow): Promise<void> {
  await trx('audit_log').insert(toRow(row));
}

/** One that somebody has removed is as that of an empty log. */
export async function readHead(db: Database): Promise<AuditHead> {
  return (await db('audit_head').where('id', 1).first('sequence', 'hash')) ?? { sequence: 0, hash: '' };
}

/**
 * Moves the head on, if it still stands where it was read. Nobody but the linker writes it.
 *
 * @returns false where another linker was quicker
 */
export async function moveHead(trx: Transaction, from: AuditHead, to: AuditHead): Promise<boolean> {
  const moved = await trx('audit_head')
    .where({ id: 1, sequence: from.sequence, hash: from.hash })
    .update({ sequence: to.sequence, hash: to.hash });
  return moved === 1;
}

/**
 * Some of the rows that are not linked, in the order in which they are to be. Those that were emptied come first: the
 * row of the erasure that emptied them is there by now, perhaps with a lower id (on a Galera cluster), and must come
 * after them.
 */
export async function readUnlinked(trx: Transaction, limit: number): Promise<AuditRow[]> {
  return unlinked(trx)
    .orderByRaw('case when personal is null then 0 else 1 end')
    .orderBy('id')
    .limit(limit)
    .select(AUDIT_COLUMNS);
}

/** @returns false when the row is gone, or linked by now */
export async function linkRow(trx: Transaction, id: number, link: AuditLink): Promise<boolean> {
  const linked = await trx('audit_log').where({ id }).whereNull('sequence').update(toRow(link));
  return linked === 1;
}

export async function countUnlinked(db: Database): Promise<number> {
  return countRows(unlinked(db));
}

/**
 * How many rows have waited for more than a minute to be linked, which a store that runs does within seconds. A row from a
 * time to come has, too: the clock was set back since.
 */
export async function countOverdueLinks(db: Database, now: number): Promise<number> {
  return countRows(unlinked(db).whereNotBetween('at', [now - MINUTE, now + MINUTE]));
}

function unlinked(db: Database): Knex.QueryBuilder {
  return db('audit_log').whereNull('sequence');
}

/** The linked rows that come after a number, in the order of the chain. */
export async function readLinkedAfter(db: Database, sequence: number, limit: number): Promise<LinkedRow[]> {
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
  { limit, offset }: Slice,
): Promise<AuditRow[]> {
  return db('audit_log')
    .where('subject_id', subjectId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset)
    .select(AUDIT_COLUMNS);
}

export async function countAbout(db: Database, subjectId: number): Promise<number> {
  return countRows(db('audit_log').where('subject_id', subjectId));
}

export async function countSince(db: Database, action: string, since: number): Promise<number> {
  return countRows(db('audit_log').where('at', '>=', since).where({ action }));
}

/** Everything that happened to a person or was done by them, oldest first. */
export async function readAllOf(db: Database, userId: number): Promise<AuditRow[]> {
  return db('audit_log')
    .where('subject_id', userId)
    .orWhere('actor_id', userId)
    .orderBy('at')
    .orderBy('id')
    .select(AUDIT_COLUMNS);
}

/** The row that says that a member was erased. Rows of that member from before it may have been emptied, no others. */
export const ERASURE = 'account.erased';

/**
 * Erases what the log holds of a person; the rows and the chain stay. What somebody did to others or to the store stays
 * whole: it is the others' story, and an admin who leaves must not take it along. To be followed by a row with the
 * action ERASURE about them, in the same transaction.
 */
export async function emptyRowsAbout(trx: Transaction, userId: number): Promise<void> {
  await trx('audit_log').where('subject_id', userId).update({ personal: null });
}

/**
 * Where in the chain it stands that a member was erased: the number of the last such row, Infinity where it is not
 * linked yet; undefined where there is none, or the member is not erased.
 */
export async function findErasure(db: Database, userId: number): Promise<number | undefined> {
  if (!(await db('users').where({ id: userId }).whereNotNull('erased_at').first('id'))) return undefined;
  const rows: { sequence: number | null }[] = await db('audit_log')
    .where({ subject_id: userId, action: ERASURE })
    .select('sequence');
  return rows.length === 0 ? undefined : Math.max(...rows.map(({ sequence }) => sequence ?? Infinity));
}
