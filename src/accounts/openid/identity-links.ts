import type { AccountContext } from '../account-context.ts';
import { type CredentialChange, changeCredentials } from '../credentials/credential-change.ts';
import { deleteIdentity, findIdentity } from '../credentials/identities.table.ts';
import {
  identityDetails,
  type Linking,
  linkIdentity,
  type ProvenIdentity,
} from '../credentials/identities.ts';
import { canRemoveLoginMethod } from '../credentials/login-methods.ts';

/** Connects an identity with the account of somebody who is logged in. */
export function linkInAccount(
  context: AccountContext,
  by: CredentialChange,
  identity: ProvenIdentity,
): Promise<Linking> {
  const ended: Linking = { ok: false, problem: 'ended' };
  return changeCredentials(context, by, ended, (trx, user, recordChange) =>
    linkIdentity(trx, context, user, identity, recordChange),
  );
}

type Unlinking =
  /** @property provider its name, or its address when the store no longer knows it */
  | { ok: true; provider: string }
  /** Not theirs, or gone already; or nothing would be left to log in by. */
  | { ok: false; problem: 'unknown' | 'last' };

/** Disconnects an identity from its member's account, unless it is the last login method. */
export function unlink(context: AccountContext, by: CredentialChange, id: number): Promise<Unlinking> {
  const unknown: Unlinking = { ok: false, problem: 'unknown' };
  return changeCredentials(context, by, unknown, async (trx, user, recordChange) => {
    const identity = await findIdentity(trx, user.id, id);
    if (!identity) return unknown;
    if (!(await canRemoveLoginMethod(trx, context, user.id, { kind: 'identity', id })))
      return { ok: false, problem: 'last' };
    const details = identityDetails(context, identity);
    await deleteIdentity(trx, user.id, id);
    await recordChange({ action: 'identity.unlinked', details });
    return { ok: true, provider: details.provider };
  });
}
