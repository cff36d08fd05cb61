import type { Database } from '../database/connection.ts';
import { prepare } from '../database/prepared.ts';
import { columns, columnsOf, toRow } from '../database/rows.ts';
import type { Transaction } from '../database/transaction.ts';
import { type GuestNetworks, networkColumns } from './guest-sessions.table.ts';

/** A row of the table `sessions`. Times are UTC milliseconds. */
export interface SessionRow {
  idHash: string;
  userId: number | null;
  createdAt: number;
  lastSeenAt: number;
  /** The idle limit: moves on with use. */
  expiresAt: number;
  /** The absolute limit: never moves. */
  endsAt: number;
  address: string;
  userAgent: string;
  data: string;
}

/** Whose sessions these are: the table joined by id, and its columns by the names that they get. */
export interface OwnerTable {
  table: string;
  columns: Record<string, string>;
}

export type LoadedSession<Owner> = Pick<
  SessionRow,
  'userId' | 'createdAt' | 'lastSeenAt' | 'endsAt' | 'data'
> &
  Owner;

/** Makes the query of every page: the session with an id that has not expired, with the person it belongs to. */
export function prepareLoad<Owner>(owner: OwnerTable) {
  return prepare<{ idHash: string; now: number }, LoadedSession<Owner>>((db, param) =>
    db('sessions')
      .leftJoin(owner.table, `${owner.table}.id`, 'sessions.user_id')
      .where('sessions.id_hash', param('idHash'))
      .where('sessions.expires_at', '>', param('now'))
      .select({
        ...columnsOf('sessions', 'userId createdAt lastSeenAt endsAt data'),
        ...owner.columns,
      }),
  );
}

export async function insertSession(
  db: Database,
  row: SessionRow & { networks?: GuestNetworks },
): Promise<void> {
  const { networks, ...values } = row;
  await db('sessions').insert({ ...toRow(values), ...(networks ? networkColumns(networks) : {}) });
}

/** Changes what a session holds. A session that was ended meanwhile stays ended: nothing is inserted. */
export async function updateSession(
  db: Database,
  idHash: string,
  row: Pick<SessionRow, 'userId' | 'lastSeenAt' | 'expiresAt' | 'endsAt' | 'data'>,
): Promise<void> {
  await db('sessions').where('id_hash', idHash).update(toRow(row));
}

/** Moves the idle limit on; of several requests at once only the first writes. */
export async function touchSession(
  db: Database,
  idHash: string,
  seen: { before: number; now: number; expiresAt: number },
): Promise<void> {
  await db('sessions')
    .where({ id_hash: idHash, last_seen_at: seen.before })
    .update({ last_seen_at: seen.now, expires_at: seen.expiresAt });
}

export async function deleteSession(db: Database, idHash: string): Promise<void> {
  await db('sessions').where('id_hash', idHash).delete();
}

/** Ends all sessions of a person at once, on every device. */
export async function deleteSessionsOf(db: Database, userId: number): Promise<void> {
  await db('sessions').where('user_id', userId).delete();
}

/** What somebody's session tells of the device that it is on. */
export type OpenSession = Pick<
  SessionRow,
  'idHash' | 'createdAt' | 'lastSeenAt' | 'address' | 'userAgent' | 'data'
>;

/** The sessions of a person that have not expired, the one used last first. */
export async function listSessionsOf(db: Database, userId: number, now: number): Promise<OpenSession[]> {
  return db('sessions')
    .where('user_id', userId)
    .where('expires_at', '>', now)
    .orderBy([{ column: 'last_seen_at', order: 'desc' }, 'id_hash'])
    .select(columns('idHash createdAt lastSeenAt address userAgent data'));
}

/** Whether a person still has this session. */
export async function hasSession(trx: Transaction, userId: number, idHash: string): Promise<boolean> {
  return (await trx('sessions').where({ user_id: userId, id_hash: idHash }).first('user_id')) !== undefined;
}

/** Ends one session of a person. @returns false when they had no such session */
export async function deleteSessionOf(trx: Transaction, userId: number, idHash: string): Promise<boolean> {
  return (await trx('sessions').where({ user_id: userId, id_hash: idHash }).delete()) === 1;
}

/** Ends all sessions of a person but one. @returns how many there were */
export async function deleteOtherSessionsOf(
  db: Database,
  userId: number,
  keptIdHash: string,
): Promise<number> {
  return db('sessions').where('user_id', userId).whereNot('id_hash', keptIdHash).delete();
}

/** @returns how many rows were removed */
export async function deleteExpiredSessions(db: Database, now: number): Promise<number> {
  return db('sessions').where('expires_at', '<=', now).delete();
}
