import type { Knex } from 'knex';
import { NO_PASSWORD } from '../../accounts/users.table.ts';
import type { Database } from '../../database/connection.ts';
import { columns, countRows } from '../../database/rows.ts';

/** Mails of one fate, and what was said of the newest of them: codes, no address. */
type MailCount = { count: number; reason: string };

export function mailsGivenUpSince(db: Database, time: number): Promise<MailCount> {
  return countMails(db('outbox').where('given_up_at', '>=', time));
}

/** Mails that were written before a time and are still to be sent. */
export function mailsWaitingSince(db: Database, time: number): Promise<MailCount> {
  return countMails(db('outbox').whereNotNull('due_at').where('created_at', '<=', time));
}

async function countMails(mails: Knex.QueryBuilder): Promise<MailCount> {
  const newest = await mails.clone().orderBy('id', 'desc').first({ reason: 'last_error' });
  return { count: await countRows(mails.clone()), reason: newest?.reason ?? '' };
}

/** The names of moderators and admins whose accounts are open by the password alone. */
export async function staffWithoutSecondFactor(db: Database): Promise<string[]> {
  return openStaff(db).whereNull('two_factor_since').orderBy('username_key').pluck('username');
}

/** The names of the admins who can log in: not those who are locked, or have chosen no password yet. */
export async function activeAdmins(db: Database): Promise<string[]> {
  return openStaff(db)
    .where('role', 'admin')
    .whereNull('locked_at')
    .whereNot('password_hash', NO_PASSWORD)
    .orderBy('username_key')
    .pluck('username');
}

function openStaff(db: Database) {
  return db('users').whereNot('role', 'user').whereNull('disabled_at').whereNull('closing_at');
}

/** A mail that waits, encrypted with the key that the store had when it was written. */
export async function newestEncryptedMail(
  db: Database,
): Promise<{ messageId: string; encryptedMail: string } | undefined> {
  return db('outbox')
    .whereNotNull('encrypted_mail')
    .orderBy('id', 'desc')
    .first(columns('messageId encryptedMail'));
}

/** The authenticator app that was added last, likewise. */
export async function newestApp(db: Database): Promise<{ userId: number; encryptedKey: string } | undefined> {
  return db('authenticator_apps')
    .orderBy('confirmed_at', 'desc')
    .first({ userId: 'user_id', encryptedKey: 'encrypted_secret' });
}
