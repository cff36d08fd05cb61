import type { Transaction } from '../../database/transaction.ts';
import { wordsOf } from './member-words.ts';

/** Writes down by which words a new member is found. */
export async function insertMemberWords(
  trx: Transaction,
  userId: number,
  names: { username: string; email: string },
): Promise<void> {
  await trx('member_words').insert(wordsOf(names).map((word) => ({ user_id: userId, word })));
}

/** Writes down anew by which words a member is found whose username or address has changed. */
export async function replaceMemberWords(trx: Transaction, userId: number): Promise<void> {
  const names = await trx('users').where('id', userId).first('username', 'email');
  await trx('member_words').where('user_id', userId).delete();
  if (names) await insertMemberWords(trx, userId, names);
}
