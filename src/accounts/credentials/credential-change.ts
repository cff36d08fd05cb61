import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { hasSession } from '../../sessions/sessions.table.ts';
import { type SubmittedForm, submitOnce } from '../../web/submit-once.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { type AccountEvent, recordAccountEvent } from '../events/account-events.ts';
import { isActive, lockUser, type User } from '../users.table.ts';
import { revokeOtherAccess } from './revoke-access.ts';

/** A member who asks for something. */
export interface MemberRequest {
  user: User;
  client: ClientInfo;
}

/** A member who changes what opens the account. */
export interface CredentialChange extends MemberRequest {
  /** The SHA-256 of the id of the session that asks. It goes on. */
  sessionHash: string;
  /** Only what is to be carried out once, however often it is sent. */
  form?: SubmittedForm;
}

export type RecordChange = (event: Pick<AccountEvent, 'action' | 'details' | 'undo'>) => Promise<void>;

/**
 * Carries out a member's change of their own credentials, with the account locked. Once it is made, it calls
 * `revokeAndRecord`, which ends the member's other sessions, the logins of API clients and the trust in browsers, which
 * somebody else might hold (OWASP ASVS 5.0, 7.4.3), and then records the event.
 *
 * @param ended the answer when the session was ended a moment ago, or the account became inactive: of two who change
 *   the factors at the same instant the second is refused, and not let in where the first was to keep it out
 */
export async function changeCredentials<Outcome extends { ok: boolean; encrypted?: string | undefined }>(
  context: AccountContext,
  { user, client, sessionHash, form }: CredentialChange,
  ended: Outcome,
  change: (trx: Transaction, user: User, revokeAndRecord: RecordChange) => Promise<Outcome>,
): Promise<Outcome> {
  return inTransaction(context.db, async (trx) => {
    const locked = await lockUser(trx, user.id);
    if (!locked || !isActive(locked) || !(await hasSession(trx, user.id, sessionHash))) return ended;
    return submitOnce(trx, context.clock(), form, () =>
      change(trx, locked, async (event) => {
        await revokeOtherAccess(trx, user.id, sessionHash);
        await recordAccountEvent(trx, context, { ...event, user: locked, client });
      }),
    );
  });
}
