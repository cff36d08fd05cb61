import type { Database } from '../database/connection.ts';
import { insertReturningId } from '../database/dialect.ts';
import { foldCase } from '../database/fold-case.ts';
import { noteLock } from '../database/lock-order.ts';
import { columns, columnsOf, toRow } from '../database/rows.ts';
import { type Transaction, unlessTaken } from '../database/transaction.ts';
import type { Role } from '../permissions.ts';

/** A person with an account, as rules and pages see them: without the password's hash. */
export interface User {
  id: number;
  username: string;
  email: string;
  role: Role;
  /** When each of these began, in UTC milliseconds; null while it has not. */
  disabledAt: number | null;
  emailVerifiedAt: number | null;
  /** When an admin let the member in, or registering did. */
  approvedAt: number | null;
  /** Since when a login asks for a second factor. */
  twoFactorSince: number | null;
  /** Since "This wasn't me": nobody gets in until the password is reset. */
  lockedAt: number | null;
  passwordChangedAt: number | null;
  /** When a closed account will be erased. */
  closingAt: number | null;
}

export interface NewUser {
  username: string;
  email: string;
  passwordHash: string;
  role: Role;
  createdAt: number;
  /** Null when the member has to wait for an admin's yes. */
  approvedAt: number | null;
}

/** The columns of a User, for queries here and for the session's own. */
export const USER_COLUMNS = columnsOf(
  'users',
  'id username email role disabledAt emailVerifiedAt approvedAt twoFactorSince lockedAt passwordChangedAt closingAt',
);

/** Stands where a hash does and is none: no password fits. */
export const NO_PASSWORD = '!';

/** Whether somebody can be signed in at all; asked at every request. */
export function isActive(user: Pick<User, 'disabledAt' | 'lockedAt' | 'closingAt'>): boolean {
  return user.disabledAt === null && user.lockedAt === null && user.closingAt === null;
}

export async function findUser(db: Database, id: number): Promise<User | undefined> {
  return db('users').where({ id }).first(USER_COLUMNS);
}

/**
 * Finds a person and locks the row until the transaction ends: changes of one account happen one after another. The row
 * is written as well: on a Galera cluster a lock holds on one node alone, and only what both write keeps two apart.
 */
export async function lockUser(
  trx: Transaction,
  id: number,
): Promise<(User & { passwordHash: string; createdAt: number }) | undefined> {
  noteLock(trx, 'user', id);
  await trx('users').where({ id }).increment('lock_count');
  return trx('users')
    .where({ id })
    .forUpdate()
    .first({ ...columnsOf('users', 'passwordHash createdAt'), ...USER_COLUMNS });
}

/** When an account was made, in UTC milliseconds. */
export async function findCreatedAt(db: Database, id: number): Promise<number | undefined> {
  return (await db('users').where({ id }).first({ createdAt: 'created_at' }))?.createdAt;
}

/** Whether nothing is left of a closed account but its row. */
export async function isErased(trx: Transaction, id: number): Promise<boolean> {
  return (await trx('users').where({ id }).whereNotNull('erased_at').first('id')) !== undefined;
}

export async function findByEmail(db: Database, email: string): Promise<User | undefined> {
  return db('users').where('email_key', foldCase(email)).first(USER_COLUMNS);
}

export async function findPasswordHash(db: Database, id: number): Promise<string | undefined> {
  return (await db('users').where({ id }).first({ passwordHash: 'password_hash' }))?.passwordHash;
}

export type UserChange = Partial<Omit<User, 'id' | 'username' | 'email'>> & { passwordHash?: string };

export async function updateUser(trx: Transaction, id: number, change: UserChange): Promise<void> {
  const { role, closingAt, disabledAt } = change;
  if ([role, closingAt, disabledAt].some((value) => value !== undefined))
    await noteRosterChange(trx, id, role);
  await trx('users').where({ id }).update(toRow(change));
}

/** @returns false when somebody else has the name; the unique index decides */
export async function renameUser(trx: Transaction, id: number, username: string): Promise<boolean> {
  return changeName(trx, id, { username, username_key: foldCase(username) });
}

/** Gives an account another address, proven at this time. @returns false when somebody else has it */
export async function changeEmail(
  trx: Transaction,
  id: number,
  email: string,
  verifiedAt: number | null,
): Promise<boolean> {
  return changeName(trx, id, { ...emailColumns(email), email_verified_at: verifiedAt });
}

async function changeName(trx: Transaction, id: number, change: object): Promise<boolean> {
  const changed = await unlessTaken(trx, (savepoint) => savepoint('users').where({ id }).update(change));
  return changed !== undefined;
}

/** An email as it was given, and the forms in which it is compared and searched for. */
function emailColumns(email: string) {
  const key = foldCase(email);
  return { email, email_key: key, email_domain: key.slice(key.lastIndexOf('@') + 1) };
}

/** Finds whom a login names, by username or e-mail address, with the hash to compare with. */
export async function findForLogin(
  db: Database,
  usernameOrEmail: string,
): Promise<(User & { passwordHash: string }) | undefined> {
  const key = foldCase(usernameOrEmail);
  // A username has no @ and an address has one, so at most one of the two columns can match.
  const column = key.includes('@') ? 'email_key' : 'username_key';
  return db('users')
    .where(column, key)
    .whereNull('erased_at')
    .first({ ...USER_COLUMNS, passwordHash: 'users.password_hash' });
}

/** Whether an account has a name; `exceptFor` is the one that asks for another spelling of its own. */
export async function usernameIsTaken(db: Database, username: string, exceptFor?: number): Promise<boolean> {
  const owner = await db('users').where('username_key', foldCase(username)).first('id');
  return owner !== undefined && owner.id !== exceptFor;
}

export async function emailIsTaken(db: Database, email: string, exceptFor?: number): Promise<boolean> {
  const owner = await db('users').where('email_key', foldCase(email)).first('id');
  return owner !== undefined && owner.id !== exceptFor;
}

/**
 * Adds a user.
 *
 * @returns the new id, or undefined when the username or e-mail is taken: the unique indexes decide, so
 *   that of two who ask at the same instant one gets it
 */
export async function insertUser(db: Database, user: NewUser): Promise<number | undefined> {
  const { username, email, passwordHash, role, createdAt, approvedAt } = user;
  const names = { username, usernameKey: foldCase(username), ...emailColumns(email) };
  const row = { ...names, passwordHash, role, createdAt, approvedAt };
  return unlessTaken(db, (savepoint) => insertReturningId(savepoint, 'users', row));
}

/** Puts a new hash in an old one's place, unless the password was changed meanwhile. */
export async function replacePasswordHash(
  db: Database,
  id: number,
  old: string,
  fresh: string,
): Promise<void> {
  await db('users').where({ id, password_hash: old }).update({ password_hash: fresh });
}

/** Whether the store has an admin who can log in. */
export async function activeAdminExists(db: Database): Promise<boolean> {
  return (await activeAdmins(db).first('id')) !== undefined;
}

/** An admin whom nobody disabled and who does not leave. */
export interface ActiveAdmin {
  id: number;
  /** Since "This wasn't me"; null when nobody said so. */
  lockedAt: number | null;
  /** Whether one was chosen yet: the account may have been made for somebody. */
  hasPassword: boolean;
}

/**
 * All active admins, locked until the transaction ends. Who decides by them that one may go writes the roster as well
 * (`noteRosterChange`), which keeps two apart on a Galera cluster.
 */
export async function lockActiveAdmins(trx: Transaction): Promise<ActiveAdmin[]> {
  noteLock(trx, 'admins');
  const rows = await activeAdmins(trx).orderBy('id').forUpdate().select(columns('id lockedAt passwordHash'));
  return rows.map(({ id, lockedAt, passwordHash }) => {
    return { id, lockedAt, hasPassword: passwordHash !== NO_PASSWORD };
  });
}

export type NamedAdmin = Pick<User, 'id' | 'username' | 'email' | 'emailVerifiedAt'>;

export async function listActiveAdmins(db: Database): Promise<NamedAdmin[]> {
  return activeAdmins(db)
    .orderBy('id')
    .select('id', 'username', 'email', { emailVerifiedAt: 'email_verified_at' });
}

function activeAdmins(db: Database) {
  return db('users').where('role', 'admin').whereNull('disabled_at').whereNull('closing_at');
}

/**
 * Writes the one row that stands for who is an active admin, where a change of an account may change that: two
 * transactions that each let an admin go, because the other one stays, cannot both be kept (docs/decisions/0038-galera.md).
 *
 * @param role what the account is to become
 */
async function noteRosterChange(trx: Transaction, id: number, role?: Role): Promise<void> {
  const concernsAdmins = role === 'admin' || (await trx('users').where({ id, role: 'admin' }).first('id'));
  if (concernsAdmins) await trx('admin_roster').where('id', 1).increment('changes');
}
