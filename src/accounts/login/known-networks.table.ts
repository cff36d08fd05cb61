import type { Database } from '../../database/connection.ts';
import type { Transaction } from '../../database/transaction.ts';
import { DAY } from '../../shared/clock.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';

/** How long after the last login a network is known, in milliseconds. */
const LIFETIME = 90 * DAY;

/** How exactly it is written down when that was: not each login of an API client needs a write. */
const EXACT_TO = 1 * DAY;

/** Whether somebody logged in from a network within the last 90 days. */
export async function isKnownNetwork(
  db: Database,
  userId: number,
  network: string,
  now: number,
): Promise<boolean> {
  const found = await db('known_networks')
    .where({ user_id: userId, network_hash: hashToken(network) })
    .where('expires_at', '>', now)
    .first('user_id');
  return found !== undefined;
}

/** Writes down that somebody logged in from a network, for the first time or again on another day. */
export async function saveKnownNetwork(
  trx: Transaction,
  userId: number,
  network: string,
  now: number,
): Promise<void> {
  if (await isKnownNetwork(trx, userId, network, now + LIFETIME - EXACT_TO)) return;
  const seen = { last_seen_at: now, expires_at: now + LIFETIME };
  await trx('known_networks')
    .insert({ user_id: userId, network_hash: hashToken(network), ...seen })
    .onConflict(['user_id', 'network_hash'])
    .merge(seen);
}

/** Forgets all of a person's networks: somebody else may have logged in from one. */
export async function deleteKnownNetworksOf(trx: Transaction, userId: number): Promise<void> {
  await trx('known_networks').where('user_id', userId).delete();
}
