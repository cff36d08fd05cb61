import type { Database } from '../../database/connection.ts';
import type { Transaction } from '../../database/transaction.ts';

/** Makes this token the only one that counts; of two at once the later one does. */
export async function replaceSetupToken(db: Database, tokenHash: string, createdAt: number): Promise<void> {
  const row = { id: 1, token_hash: tokenHash, created_at: createdAt };
  await db('setup_tokens').insert(row).onConflict('id').merge();
}

export async function setupTokenExists(db: Database, tokenHash: string): Promise<boolean> {
  return (await db('setup_tokens').where('token_hash', tokenHash).first('token_hash')) !== undefined;
}

/** @returns whether the token was there; of two who use it at once one hears true */
export async function useSetupToken(trx: Transaction, tokenHash: string): Promise<boolean> {
  return (await trx('setup_tokens').where('token_hash', tokenHash).delete()) === 1;
}
