import { foldCase } from '../../database/fold-case.ts';
import type { Transaction } from '../../database/transaction.ts';
import { wordsOf } from './member-words.ts';

/** Whoever is found by words. */
interface Named {
  username: string;
  email: string;
  /** In UTC milliseconds. */
  createdAt: number;
}

/** Writes down by which words a new member is found, each with what lists are in order by. */
export async function insertMemberWords(trx: Transaction, userId: number, member: Named): Promise<void> {
  const order = { created_at: member.createdAt, username_key: foldCase(member.username) };
  await trx('member_words').insert(wordsOf(member).map((word) => ({ user_id: userId, word, ...order })));
}

/** Writes down anew by which words a member is found whose username or address has changed. */
export async function replaceMemberWords(trx: Transaction, userId: number): Promise<void> {
  const member: Named | undefined = await trx('users')
    .where('id', userId)
    .first({ username: 'username', email: 'email', createdAt: 'created_at' });
  await trx('member_words').where('user_id', userId).delete();
  if (member) await insertMemberWords(trx, userId, member);
}
