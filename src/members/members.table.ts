import type { Knex } from 'knex';
import { USER_COLUMNS, type User } from '../accounts/users.table.ts';
import type { Database } from '../database/connection.ts';
import { readFrom } from '../database/keyset.ts';
import { columns, columnsOf, countRows, type Slice } from '../database/rows.ts';
import type { Role } from '../permissions.ts';
import type { Beside } from '../shared/list-page.ts';
import type { MemberState } from './member-state.ts';

export interface ListedMember extends User {
  /** In UTC milliseconds. */
  createdAt: number;
}

/** Which members a list shows and in which order. Undefined filters match everybody; erased accounts never match. */
export interface MemberQuery {
  /** What the username, the email or its domain starts with, in the form of `foldCase`. */
  prefix: string | undefined;
  role: Role | undefined;
  state: MemberState | undefined;
  /** Whether users who are not approved count as waiting; otherwise they are active. */
  needsApproval: boolean;
  verified: boolean | undefined;
  twoFactor: boolean | undefined;
  /** In UTC milliseconds. */
  joinedSince: number | undefined;
  order: { column: 'created_at' | 'username_key'; descending: boolean };
}

/** A place in a list: right after or right before a member. */
export interface Cursor extends Beside {
  /** What the member has in the column that the list is ordered by. */
  value: string | number;
  id: number;
}

/**
 * Reads members next to a place in a list, or its first ones.
 *
 * @returns them in the order of the list, whichever way they were read
 */
export async function findMembers(
  db: Database,
  query: MemberQuery,
  { cursor, limit }: { cursor?: Cursor | undefined; limit: number },
): Promise<ListedMember[]> {
  const order = query.order.descending ? 'desc' : 'asc';
  // Usernames are unique; the id decides between members who joined at the same time.
  const columns =
    query.order.column === 'username_key' ? ['users.username_key'] : ['users.created_at', 'users.id'];
  const rows = matching(db, query).select({ ...USER_COLUMNS, ...columnsOf('users', 'createdAt') });
  return readFrom(
    rows,
    columns.map((column) => ({ column, order })),
    { place: cursor && { ...cursor, values: [cursor.value, cursor.id] }, limit },
  );
}

export async function countUpTo(db: Database, query: MemberQuery, most: number): Promise<number> {
  return countRows(db.from(matching(db, query).select('users.id').limit(most).as('some')));
}

function matching(db: Database, query: MemberQuery): Knex.QueryBuilder {
  const { prefix, role, verified, twoFactor, joinedSince } = query;
  const rows = db('users').whereNull('users.erased_at');
  if (prefix !== undefined) rows.join(startingWith(db, prefix).as('found'), 'found.id', 'users.id');
  if (role !== undefined) rows.where('users.role', role);
  whereState(rows, query);
  if (verified !== undefined) whereSet(rows, 'users.email_verified_at', verified);
  if (twoFactor !== undefined) whereSet(rows, 'users.two_factor_since', twoFactor);
  if (joinedSince !== undefined) rows.where('users.created_at', '>=', joinedSince);
  return rows;
}

/** Sorts after every character of a username or an email. */
const LAST_CHARACTER = '\u{10ffff}';

/**
 * Finds accounts by prefix. Each column is searched with its own index and as a range: the three databases use an index
 * for LIKE under different conditions, and for OR each its own way or not at all.
 */
function startingWith(db: Database, prefix: string): Knex.QueryBuilder {
  const inRange = (column: string, start: string) =>
    db('users')
      .select('id')
      .whereBetween(column, [start, start + LAST_CHARACTER]);
  return inRange('username_key', prefix).union([
    inRange('email_key', prefix),
    inRange('email_domain', prefix.replace(/^@/, '')),
  ]);
}

/** The states that a time marks, the weightiest first, as in `memberState`. */
const MARKED_STATES = [
  ['closing', 'users.closing_at'],
  ['disabled', 'users.disabled_at'],
  ['locked', 'users.locked_at'],
] as const;

function whereState(rows: Knex.QueryBuilder, { state, needsApproval }: MemberQuery): void {
  if (state === undefined) return;
  for (const [marked, column] of MARKED_STATES) {
    whereSet(rows, column, state === marked);
    if (state === marked) return;
  }
  if (state === 'waiting') rows.whereNull('users.approved_at').where('users.role', 'user');
  else if (needsApproval) {
    rows.where((either) => either.whereNotNull('users.approved_at').orWhereNot('users.role', 'user'));
  }
}

function whereSet(rows: Knex.QueryBuilder, column: string, set: boolean): void {
  if (set) rows.whereNotNull(column);
  else rows.whereNull(column);
}

/** Somebody who waits for an admin's yes. */
export interface WaitingMember {
  id: number;
  username: string;
  email: string;
  /** In UTC milliseconds; null while the address is not confirmed. */
  emailVerifiedAt: number | null;
  /** Since when, in UTC milliseconds. */
  createdAt: number;
}

function waiting(db: Database) {
  return db('users').where({ approved_at: null, disabled_at: null, closing_at: null, role: 'user' });
}

/** Those who have waited longest come first. */
export async function listWaiting(db: Database, { limit, offset }: Slice): Promise<WaitingMember[]> {
  return waiting(db)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .offset(offset)
    .select(columns('id username email emailVerifiedAt createdAt'));
}

export async function countWaiting(db: Database): Promise<number> {
  return countRows(waiting(db));
}
