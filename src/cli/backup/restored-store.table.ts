import type { Database } from '../../database/connection.ts';
import { countRows } from '../../database/rows.ts';
import type { Transaction } from '../../database/transaction.ts';

/** What let somebody in without a password when the backup was made. */
export interface Ended {
  devices: number;
  programs: number;
  links: number;
}

/**
 * Ends every login in browsers and of API clients, and every link that was mailed to set a password anew: what its owner
 * has ended since, or used, would be good again. Whatever a running process had left is put back as well.
 */
export async function endRestoredLogins(trx: Transaction, now: number): Promise<Ended> {
  const devices = await trx('sessions').whereNotNull('user_id').delete();
  await trx('sessions').delete();
  // With them go their refresh tokens.
  const programs = await trx('token_families').delete();
  const links = await trx('account_links')
    .where('purpose', 'reset-password')
    .whereNull('dead_at')
    .update({ dead_at: now });
  await trx('webauthn_challenges').delete();
  await trx('submitted_forms').update({ encrypted: null });
  await trx('leases').update({ holder: '' });
  return { devices, programs, links };
}

/** How many tokens of members' own making open something. */
export async function countPersonalTokens(db: Database, now: number): Promise<number> {
  return countRows(db('personal_access_tokens').where('expires_at', '>', now));
}
