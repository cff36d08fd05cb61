import type { Database } from '../database/connection.ts';
import { columns, countRows, type Slice, toRow } from '../database/rows.ts';
import { retryConflicts, type Transaction } from '../database/transaction.ts';

/** A mail as the outbox keeps it. Times are UTC milliseconds. */
interface NewOutboxRow {
  userId: number | null;
  messageId: string;
  encryptedMail: string;
  createdAt: number;
}

export interface DueMail extends NewOutboxRow {
  id: number;
  /** How often it was tried. */
  attempts: number;
  dueAt: number;
}

/** A mail that a sender has to itself until its claim runs out. */
export interface Claim {
  id: number;
  until: number;
}

/** What the column holds. */
const LONGEST_ERROR = 255;

export async function insertOutboxRow(trx: Transaction, row: NewOutboxRow): Promise<void> {
  await trx('outbox').insert(toRow({ ...row, dueAt: row.createdAt }));
}

/** The mails that are to be sent now, those that have waited longest first. */
export async function findDueMails(db: Database, now: number, limit: number): Promise<DueMail[]> {
  return due(db, now)
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .select(columns('id userId messageId encryptedMail createdAt attempts dueAt'));
}

export async function countMailsDue(db: Database, now: number): Promise<number> {
  return countRows(due(db, now));
}

/** What was never tried is due whatever the time says: the clock may have been set back since it was written. */
function due(db: Database, now: number) {
  return db('outbox')
    .whereNotNull('due_at')
    .where((isDue) => isDue.where('due_at', '<=', now).orWhere('attempts', 0));
}

/**
 * Takes a mail for one sender: nobody else sees it as due before the claim runs out.
 *
 * @returns undefined when it is no longer as it was seen: another sender has it
 */
export async function claimMail(
  db: Database,
  mail: Pick<DueMail, 'id' | 'dueAt' | 'attempts'>,
  until: number,
): Promise<Claim | undefined> {
  const taken = await retryConflicts(() =>
    db('outbox')
      .where({ id: mail.id, due_at: mail.dueAt })
      .update({ due_at: until, attempts: mail.attempts + 1 }),
  );
  return taken === 1 ? { id: mail.id, until } : undefined;
}

/** Writes down that a mail is out, and forgets what it said. */
export async function markSent(db: Database, id: number, now: number): Promise<void> {
  await retryConflicts(() =>
    db('outbox').where('id', id).update({ sent_at: now, due_at: null, encrypted_mail: null, last_error: '' }),
  );
}

/** Puts a mail back until a later time, unless its claim ran out and somebody else has it by now. */
export async function postponeMail(db: Database, claim: Claim, dueAt: number, reason: string): Promise<void> {
  await retryConflicts(() =>
    db('outbox')
      .where({ id: claim.id, due_at: claim.until })
      .update({ due_at: dueAt, last_error: reason.slice(0, LONGEST_ERROR) }),
  );
}

/** Gives a mail up and forgets what it said, unless its claim ran out and somebody else has it by now. */
export async function giveUpMail(db: Database, claim: Claim, now: number, reason: string): Promise<void> {
  await retryConflicts(() =>
    db('outbox').where({ id: claim.id, due_at: claim.until }).update(givenUp(now, reason)),
  );
}

/**
 * Gives up all mails that are due and were written before a time.
 *
 * @returns how many
 */
export async function giveUpOldMails(
  db: Database,
  writtenBefore: number,
  now: number,
  reason: string,
): Promise<number> {
  return retryConflicts(() =>
    db('outbox')
      .where('due_at', '<=', now)
      .where('created_at', '<=', writtenBefore)
      .update(givenUp(now, reason)),
  );
}

function givenUp(now: number, reason: string) {
  return {
    given_up_at: now,
    due_at: null,
    encrypted_mail: null,
    last_error: reason.slice(0, LONGEST_ERROR),
  };
}

/** Given up; to be tried (again); sent. */
export const MAIL_STATES = ['failed', 'waiting', 'sent'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** How a mail fared; what it says is nobody's business but its reader's. Times are UTC milliseconds. */
export interface MailRecord {
  id: number;
  userId: number | null;
  createdAt: number;
  attempts: number;
  /** Why the last attempt failed, in codes; empty when none did. */
  lastError: string;
  /** When it is tried next, was sent, was given up; null while it is not in that state. */
  dueAt: number | null;
  sentAt: number | null;
  givenUpAt: number | null;
}

/** By what the mails in each state are found and ordered: the latest first, of those that wait the next. */
const STATE_COLUMNS = {
  failed: { column: 'given_up_at', order: 'desc' },
  waiting: { column: 'due_at', order: 'asc' },
  sent: { column: 'sent_at', order: 'desc' },
} as const satisfies Record<MailState, object>;

export async function listMails(
  db: Database,
  state: MailState,
  { limit, offset }: Slice,
): Promise<MailRecord[]> {
  const { column, order } = STATE_COLUMNS[state];
  return db('outbox')
    .whereNotNull(column)
    .orderBy(column, order)
    .orderBy('id', order)
    .limit(limit)
    .offset(offset)
    .select(columns('id userId createdAt attempts lastError dueAt sentAt givenUpAt'));
}

/** How many mails were given up in the last 30 days: older ones are removed. */
export async function countFailedMails(db: Database): Promise<number> {
  return countRows(db('outbox').whereNotNull('given_up_at'));
}

/** How many mails are to be sent now and were given up since a time; when the one that waits longest was written. */
export async function readMailQueue(
  db: Database,
  now: number,
  since: number,
): Promise<{ due: number; oldest: number | undefined; givenUp: number }> {
  const [waiting] = await db('outbox').whereNotNull('due_at').min({ oldest: 'created_at' });
  return {
    due: await countMailsDue(db, now),
    oldest: waiting?.oldest ?? undefined,
    givenUp: await countRows(db('outbox').where('given_up_at', '>=', since)),
  };
}
