import type { Database } from '../database/connection.ts';
import { insertReturningId } from '../database/dialect.ts';
import { isUniqueViolation } from '../database/dialect-errors.ts';
import { foldCase } from '../database/fold-case.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Role } from './roles.ts';

/** A person with an account, as rules and pages see them: without the password's hash. */
export interface User {
  id: number;
  username: string;
  email: string;
  role: Role;
  /** When the account was disabled, in UTC milliseconds; null while it is active. */
  disabledAt: number | null;
}

export interface NewUser {
  username: string;
  email: string;
  passwordHash: string;
  role: Role;
  createdAt: number;
}

/** The columns of a User, for queries here and for the session's own. */
export const USER_COLUMNS = {
  id: 'users.id',
  username: 'users.username',
  email: 'users.email',
  role: 'users.role',
  disabledAt: 'users.disabled_at',
} as const;

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
    .first({ ...USER_COLUMNS, passwordHash: 'users.password_hash' });
}

export async function usernameIsTaken(db: Database, username: string): Promise<boolean> {
  return (await db('users').where('username_key', foldCase(username)).first('id')) !== undefined;
}

export async function emailIsTaken(db: Database, email: string): Promise<boolean> {
  return (await db('users').where('email_key', foldCase(email)).first('id')) !== undefined;
}

/**
 * Adds a user.
 *
 * @returns the new id, or undefined when the username or e-mail is taken: the unique indexes decide, so
 *   that of two who ask at the same instant one gets it
 */
export async function insertUser(db: Database | Transaction, user: NewUser): Promise<number | undefined> {
  try {
    return await insertReturningId(db, 'users', {
      username: user.username,
      username_key: foldCase(user.username),
      email: user.email,
      email_key: foldCase(user.email),
      password_hash: user.passwordHash,
      role: user.role,
      created_at: user.createdAt,
    });
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
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
export async function activeAdminExists(db: Database | Transaction): Promise<boolean> {
  return (await activeAdmins(db).first('id')) !== undefined;
}

/** The ids of all admins who can log in, locked until the transaction ends. */
export async function lockActiveAdmins(trx: Transaction): Promise<number[]> {
  return activeAdmins(trx).orderBy('id').forUpdate().pluck('id');
}

function activeAdmins(db: Database | Transaction) {
  return db('users').where('role', 'admin').whereNull('disabled_at');
}

export async function setDisabledAt(trx: Transaction, id: number, disabledAt: number | null): Promise<void> {
  await trx('users').where({ id }).update({ disabled_at: disabledAt });
}
