import type { Database } from '../database/connection.ts';
import { prepare } from '../database/prepared.ts';
import { columns, columnsOf, toRow } from '../database/rows.ts';
import type { Transaction } from '../database/transaction.ts';

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

type LoadedSession<Owner> = Pick<SessionRow, 'userId' | 'createdAt' | 'lastSeenAt' | 'endsAt' | 'data'> &
  Owner;

/** Makes the query of every page: the session with an id that has not expired, with the person it belongs to. */
export function prepareLoad<Owner>(owner: OwnerTable) {
  return prepare<{ idHash: string; now: number }, LoadedSession<Owner>>((db, param) =>
    db('sessions')
      .leftJoin(owner.table, `${owner.table}.id`, 'sessions.user_id')
      .where('sessions.id_hash', param('idHash'))
      .where('sessions.expires_at', '>', param('now'))
      .select({ ...columnsOf('sessions', 'userId createdAt lastSeenAt endsAt data'), ...owner.columns }),
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
type OpenSession = Pick<SessionRow, 'idHash' | 'createdAt' | 'lastSeenAt' | 'address' | 'userAgent' | 'data'>;

/** The sessions of a person that have not expired, the one used last first. */
export async function listSessionsOf(db: Database, userId: number, now: number): Promise<OpenSession[]> {
  return db('sessions')
    .where('user_id', userId)
    .where('expires_at', '>', now)
    .orderBy([{ column: 'last_seen_at', order: 'desc' }, 'id_hash'])
    .select(columns('idHash createdAt lastSeenAt address userAgent data'));
}

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

/** From where a guest came, narrow to wide: an IPv4 address thrice; of IPv6 its /64, /56 and /48. */
export type GuestNetworks = readonly [network: string, middle: string, wide: string];

/** The columns of `sessions` that hold them; null for members. */
const NETWORKS = ['network', 'middle_network', 'wide_network'] as const;

/** How a row of `sessions` says from where its guest came. */
export function networkColumns(networks: GuestNetworks): Record<string, string> {
  return Object.fromEntries(NETWORKS.map((column, index) => [column, networks[index] as string]));
}

const countWideRows = prepare<{ wide: string }, { count: number }>((db, param) =>
  db('sessions').where('wide_network', param('wide')).count({ count: '*' }),
);

/** How many guests' sessions there are from a wide network; asked for every new guest. The index alone answers. */
export async function countWide(db: Database, wide: string): Promise<number> {
  const [row] = await countWideRows(db, { wide });
  return row?.count ?? 0;
}

/** How many guests' sessions there are from each network. The index alone answers. */
export async function countGuests(
  db: Database,
  [network, middle, wide]: GuestNetworks,
): Promise<[number, number, number]> {
  const counted = await db('sessions')
    .where('wide_network', wide)
    .first({
      narrow: db.raw('sum(case when network = ? then 1 else 0 end)', [network]),
      middle: db.raw('sum(case when middle_network = ? then 1 else 0 end)', [middle]),
      wide: db.raw('count(*)'),
    });
  return [Number(counted.narrow), Number(counted.middle), Number(counted.wide)];
}

/**
 * Ends the oldest sessions of guests from a network.
 *
 * @param width which of the networks: 0 the narrow one, 2 the wide one
 */
export async function deleteOldestGuests(
  db: Database,
  networks: GuestNetworks,
  width: number,
  amount: number,
): Promise<void> {
  const within = Object.fromEntries(
    NETWORKS.slice(width).map((column, index) => [column, networks[width + index]]),
  );
  const oldest = await db('sessions').where(within).orderBy('created_at').limit(amount).pluck('id_hash');
  await db('sessions').whereIn('id_hash', oldest).delete();
}
