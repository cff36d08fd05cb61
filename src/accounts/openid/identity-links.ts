import { inTransaction } from '../../database/transaction.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { deleteIdentity, findIdentity } from '../credentials/identities.table.ts';
import {
  identityDetails,
  type Linking,
  linkIdentity,
  type ProvenIdentity,
} from '../credentials/identities.ts';
import { canRemoveLoginMethod } from '../credentials/login-methods.ts';
import { lockForChange, revokeOtherAccess } from '../credentials/other-access.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import type { User } from '../users.table.ts';

/**
 * Connects an identity with the account of somebody who is logged in. Their other sessions end, and so does the trust
 * in browsers, as with every new factor (OWASP ASVS 5.0, 7.4.3).
 *
 * @param member the session that goes on, by the SHA-256 of its id
 */
export async function linkInAccount(
  context: AccountContext,
  { user, sessionHash }: { user: Pick<User, 'id'>; sessionHash: string },
  identity: ProvenIdentity,
  client: ClientInfo,
): Promise<Linking> {
  return inTransaction(context.db, async (trx) => {
    const locked = await lockForChange(trx, user.id, sessionHash);
    if (!locked) return { ok: false, problem: 'ended' };
    return linkIdentity(trx, context, locked, { identity, client, sessionHash });
  });
}

export type Unlinking =
  /** @property provider its name, or its address when the store no longer knows it */
  | { ok: true; provider: string }
  /** Not theirs, or gone already; or nothing would be left to log in by. */
  | { ok: false; problem: 'unknown' | 'last' };

/**
 * Disconnects an identity from its member's account, unless it is the last way in. Their other sessions end, which it
 * may have opened, and so does the trust in browsers.
 *
 * @param member the session that goes on, by the SHA-256 of its id
 */
export async function unlink(
  context: AccountContext,
  { user, sessionHash }: { user: Pick<User, 'id'>; sessionHash: string },
  id: number,
  client: ClientInfo,
): Promise<Unlinking> {
  return inTransaction(context.db, async (trx) => {
    const locked = await lockForChange(trx, user.id, sessionHash);
    const identity = locked && (await findIdentity(trx, locked.id, id));
    if (!identity) return { ok: false, problem: 'unknown' };
    if (!(await canRemoveLoginMethod(trx, context, locked.id, { kind: 'identity', id })))
      return { ok: false, problem: 'last' };
    const details = identityDetails(context, identity);
    await deleteIdentity(trx, locked.id, id);
    await revokeOtherAccess(trx, locked.id, sessionHash);
    await recordAccountEvent(trx, context, { action: 'identity.unlinked', user: locked, client, details });
    return { ok: true, provider: details.provider };
  });
}
