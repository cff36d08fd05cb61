import type { Database } from '../../database/connection.ts';
import type { Transaction } from '../../database/transaction.ts';

export async function countPasskeys(db: Database | Transaction, userId: number): Promise<number> {
  const [row] = await db('passkeys').where('user_id', userId).count({ count: '*' });
  return Number(row?.count ?? 0);
}
