import { foldCase } from '../../database/fold-case.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { AccountEvent } from '../events/account-events.ts';
import { type User, updateUser } from '../users.table.ts';
import { endAccepted, findOpenInvitations } from './invitations.table.ts';
import { acceptedDetails, stateOf } from './invitations.ts';

/**
 * Looks whether an address that its member has just confirmed was invited: then nobody has to let the member in any
 * more. That is all that an invitation gives without its link: a role in the back office takes the link, because
 * whoever registers an invited address could wait for its owner to confirm it.
 *
 * @param user as of now, with the confirmed address; locked
 * @returns what happened, to be recorded at the end of the transaction
 */
export async function recogniseInvitee(trx: Transaction, user: User, now: number): Promise<AccountEvent[]> {
  const [invitation] = await findOpenInvitations(trx, [foldCase(user.email)]);
  if (!invitation || stateOf(invitation, now) !== 'open' || user.closingAt !== null) return [];
  const events: AccountEvent[] = [];
  const { id, role } = invitation;
  if (role === 'user') {
    if (!(await endAccepted(trx, id, now, user.id))) return [];
    events.push({ action: 'invitation.accepted', user, details: acceptedDetails(invitation) });
  }
  if (user.approvedAt === null) {
    await updateUser(trx, user.id, { approvedAt: now });
    // Quiet: it happens while the member looks on.
    events.push({ action: 'account.approved', user, actor: { kind: 'system' }, quiet: true });
  }
  return events;
}
