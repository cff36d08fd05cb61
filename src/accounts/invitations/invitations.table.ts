import type { Database } from '../../database/connection.ts';
import { foldCase } from '../../database/fold-case.ts';
import { columns, columnsOf, toRow } from '../../database/rows.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Role } from '../../permissions.ts';

/** Whoever invited: null when they are gone or it was done at a terminal. */
export interface Inviter {
  inviterRole: Role | null;
  inviterDisabledAt: number | null;
  inviterLockedAt: number | null;
  inviterClosingAt: number | null;
}

/** An invitation as its rules see it. Times are UTC milliseconds. */
export interface InvitationRow extends Inviter {
  id: number;
  email: string;
  emailKey: string;
  role: Role;
  reason: string;
  /** Null when it was done at a terminal. */
  invitedBy: number | null;
  createdAt: number;
  /** When its mail is to be written; null once it is. */
  mailDueAt: number | null;
  /** When its time is over, or when it was ended. */
  endsAt: number;
  acceptedAt: number | null;
  withdrawnAt: number | null;
  replacedAt: number | null;
}

export type NewInvitation = Omit<
  InvitationRow,
  keyof Inviter | 'id' | 'mailDueAt' | 'acceptedAt' | 'withdrawnAt' | 'replacedAt'
>;

/** What `Inviter` reads, of a row of `users` that is joined by the name `inviter`. */
export const INVITER = {
  inviterRole: 'inviter.role',
  inviterDisabledAt: 'inviter.disabled_at',
  inviterLockedAt: 'inviter.locked_at',
  inviterClosingAt: 'inviter.closing_at',
};

const COLUMNS = {
  ...columnsOf(
    'invitations',
    'id email emailKey role reason invitedBy createdAt mailDueAt endsAt acceptedAt withdrawnAt replacedAt',
  ),
  ...INVITER,
};

/** How many rows or values one query takes: databases count them, and making a long query holds everybody up. */
const CHUNK = 200;

function chunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}

/** Runs a query for each part of a long list and gives what all of them found. */
async function inChunks<Item, Found>(
  items: readonly Item[],
  query: (part: Item[]) => PromiseLike<Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const part of chunks(items)) found.push(...(await query(part)));
  return found;
}

function rows(db: Database) {
  return db('invitations').leftJoin({ inviter: 'users' }, 'inviter.id', 'invitations.invited_by');
}

/** Adds invitations whose mails are to be written at once. */
export async function insertInvitations(trx: Transaction, invitations: NewInvitation[]): Promise<void> {
  for (const part of chunks(invitations)) {
    await trx('invitations').insert(
      part.map((invitation) =>
        toRow({ ...invitation, openKey: invitation.emailKey, mailDueAt: invitation.createdAt }),
      ),
    );
  }
}

/** Which of these addresses accounts have. */
export async function findHolders(
  db: Database,
  keys: string[],
): Promise<{ key: string; id: number; username: string }[]> {
  return inChunks(keys, (part) =>
    db('users')
      .whereIn('email_key', part)
      .select({ ...columns('id username'), key: 'email_key' }),
  );
}

/** Which of these addresses are reserved for accounts that gave them up a few days ago. */
export async function findReservedAmong(db: Database, keys: string[]): Promise<string[]> {
  return inChunks(keys, (part) => db('reserved_names').whereIn('name_key', part).pluck('name_key'));
}

/** The invitations of these addresses that were not accepted, withdrawn or replaced. */
export async function findOpenInvitations(trx: Transaction, keys: string[]): Promise<InvitationRow[]> {
  return inChunks(keys, (part) => rows(trx).whereIn('invitations.open_key', part).select(COLUMNS));
}

export async function findInvitationRow(
  db: Database,
  where: { id: number } | { tokenHash: string },
): Promise<InvitationRow | undefined> {
  const query = rows(db);
  if ('id' in where) query.where('invitations.id', where.id);
  else query.where('invitations.token_hash', where.tokenHash);
  return query.first(COLUMNS);
}

/** The invitations whose mails are to be written now, those that have waited longest first. */
export async function listMailsDue(db: Database, limit: number): Promise<InvitationRow[]> {
  return rows(db)
    .whereNotNull('invitations.mail_due_at')
    .orderBy('invitations.mail_due_at')
    .orderBy('invitations.id')
    .limit(limit)
    .select(COLUMNS);
}

/** @returns whether its mail was to be written until now; of two who ask at once one hears true */
export async function takeMailDue(
  trx: Transaction,
  id: number,
  { tokenHash, endsAt }: { tokenHash: string; endsAt: number },
): Promise<boolean> {
  const taken = await trx('invitations')
    .where({ id })
    .whereNotNull('mail_due_at')
    .update({ token_hash: tokenHash, ends_at: endsAt, mail_due_at: null });
  return taken === 1;
}

/**
 * Ends an invitation by its acceptance.
 *
 * @param by whose account it became; null while that is not made yet
 * @returns whether it could be accepted until now; of two who ask at once one hears true
 */
export async function endAccepted(
  trx: Transaction,
  id: number,
  now: number,
  by: number | null,
): Promise<boolean> {
  const ended = await trx('invitations')
    .where({ id })
    .whereNotNull('open_key')
    .where('ends_at', '>', now)
    .update({ open_key: null, mail_due_at: null, ends_at: now, accepted_at: now, accepted_by: by });
  return ended === 1;
}

export async function setAcceptedBy(trx: Transaction, id: number, userId: number): Promise<void> {
  await trx('invitations').where({ id }).update({ accepted_by: userId });
}

/** @returns whether it stood until now */
export async function endWithdrawn(trx: Transaction, id: number, now: number): Promise<boolean> {
  return (await withdraw(trx('invitations').where({ id }), now)) === 1;
}

/** Withdraws those of somebody's invitations that were not mailed yet. @returns how many */
export async function withdrawUnmailed(trx: Transaction, invitedBy: number, now: number): Promise<number> {
  return withdraw(trx('invitations').where('invited_by', invitedBy).whereNotNull('mail_due_at'), now);
}

function withdraw(query: ReturnType<Transaction>, now: number): PromiseLike<number> {
  const end = { open_key: null, mail_due_at: null, ends_at: now, withdrawn_at: now };
  return query.whereNotNull('open_key').update(end);
}

/** Ends invitations because newer ones take their places. @returns how many stood until now */
export async function endReplaced(trx: Transaction, ids: number[], now: number): Promise<number> {
  let ended = 0;
  for (const part of chunks(ids)) {
    ended += await trx('invitations')
      .whereIn('id', part)
      .whereNotNull('open_key')
      .update({ open_key: null, mail_due_at: null, ends_at: now, replaced_at: now });
  }
  return ended;
}

/** Removes what was sent to a member's address, and under an address that the account had before. */
export async function eraseInvitationsOf(
  trx: Transaction,
  member: { id: number; email: string },
): Promise<void> {
  await trx('invitations')
    .where('email_key', foldCase(member.email))
    .orWhere('accepted_by', member.id)
    .delete();
}
