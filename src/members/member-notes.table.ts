import type { Database } from '../database/connection.ts';
import { insertReturningId } from '../database/dialect.ts';
import { columnsOf } from '../database/rows.ts';
import type { Transaction } from '../database/transaction.ts';

/** What an admin noted about a member, for the other admins. */
export interface MemberNote {
  id: number;
  body: string;
  /** In UTC milliseconds. */
  createdAt: number;
  /** Null when it was written at a terminal, or its author was erased since. */
  authorName: string | null;
}

const COLUMNS = { ...columnsOf('member_notes', 'id body createdAt'), authorName: 'users.username' };

function notesOf(db: Database, userId: number) {
  return db('member_notes')
    .leftJoin('users', (author) => {
      author.on('users.id', 'member_notes.author_id').andOnNull('users.erased_at');
    })
    .where('member_notes.user_id', userId);
}

export async function listNotes(db: Database, userId: number): Promise<MemberNote[]> {
  return notesOf(db, userId).orderBy('member_notes.id', 'desc').select(COLUMNS);
}

/** Finds one of a member's notes; one about somebody else is none. */
export async function findNote(db: Database, userId: number, id: number): Promise<MemberNote | undefined> {
  return notesOf(db, userId).where('member_notes.id', id).first(COLUMNS);
}

/** Whether the newest note about a member is this one, word for word and of the same author. */
export async function isNewestNote(
  trx: Transaction,
  { userId, authorId, body }: { userId: number; authorId: number | null; body: string },
): Promise<boolean> {
  const newest = await trx('member_notes').where('user_id', userId).orderBy('id', 'desc').first();
  return newest !== undefined && newest.author_id === authorId && newest.body === body;
}

export async function insertNote(
  trx: Transaction,
  note: { userId: number; authorId: number | null; body: string; createdAt: number },
): Promise<number> {
  return insertReturningId(trx, 'member_notes', note);
}

/** @returns whether there was such a note about this member */
export async function deleteNote(trx: Transaction, userId: number, id: number): Promise<boolean> {
  return (await trx('member_notes').where({ id, user_id: userId }).delete()) === 1;
}
