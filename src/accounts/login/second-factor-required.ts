import { inTransaction } from '../../database/transaction.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { hasFreshBrowserLike } from '../credentials/known-browsers.table.ts';
import { countThrottled } from '../events/access-denials.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import type { User } from '../users.table.ts';
import type { Factor } from './known-devices.ts';
import { knownBrowserOf } from './login-attempts.ts';

/**
 * Writes down that somebody showed a first factor and not the second (OWASP ASVS 5.0, 16.3.1): what follows is a row
 * of its own, and often nothing follows. Where the account was never used from there, whoever knows the password may
 * be somebody else, and the member is told by mail. It takes a place among the logins of the network: right passwords
 * are not counted otherwise, and each leaves a row.
 *
 * @param first what was shown
 * @param keepsCookie whether it is a browser; a program is known by its address and name
 * @returns 0, or how long until the network may try again, in milliseconds: then it is only counted
 */
export async function recordSecondFactorRequired(
  context: AccountContext,
  user: User,
  client: ClientInfo,
  { first, keepsCookie }: { first: Factor; keepsCookie: boolean },
): Promise<number> {
  const retryAfter = await context.throttles.logins.take({ userId: user.id, network: client.network });
  if (retryAfter > 0) {
    await countThrottled(context, user);
    return retryAfter;
  }
  const browser = await knownBrowserOf(context, user, client);
  await inTransaction(context.db, async (trx) => {
    const { address, userAgent } = client;
    const place = { userId: user.id, address, userAgent };
    const isKnown = browser !== undefined || (!keepsCookie && (await hasFreshBrowserLike(trx, place, 0)));
    await recordAccountEvent(trx, context, {
      action: 'login.second-factor-required',
      user,
      actor: { kind: 'guest' },
      client,
      details: { factors: [first] },
      quiet: isKnown || first !== 'password',
    });
  });
  return 0;
}
