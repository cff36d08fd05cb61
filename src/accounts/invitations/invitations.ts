import { canManageMembers, isStaff } from '../../permissions.ts';
import { DAY } from '../../shared/clock.ts';
import { isActive } from '../users.table.ts';
import type { InvitationRow } from './invitations.table.ts';

/** How long an invitation can be accepted once it is mailed, in milliseconds. */
export const INVITATION_LIFETIME = 7 * DAY;

export type InvitationState = 'open' | 'expired' | 'accepted' | 'withdrawn' | 'replaced';

/** How far an invitation has come. */
export function stateOf(
  invitation: Pick<InvitationRow, 'acceptedAt' | 'withdrawnAt' | 'replacedAt' | 'endsAt'>,
  now: number,
): InvitationState {
  if (invitation.acceptedAt !== null) return 'accepted';
  if (invitation.withdrawnAt !== null) return 'withdrawn';
  if (invitation.replacedAt !== null) return 'replaced';
  return invitation.endsAt > now ? 'open' : 'expired';
}

/** What is asked of whoever invited. */
type Backing = Pick<
  InvitationRow,
  'invitedBy' | 'inviterRole' | 'inviterDisabledAt' | 'inviterLockedAt' | 'inviterClosingAt'
>;

/** Whether whoever invited could still do it. */
export function isBacked(invitation: Backing): boolean {
  const { invitedBy, inviterRole, inviterDisabledAt, inviterLockedAt, inviterClosingAt } = invitation;
  if (invitedBy === null) return true;
  if (inviterRole === null || !canManageMembers({ role: inviterRole })) return false;
  return isActive({
    disabledAt: inviterDisabledAt,
    lockedAt: inviterLockedAt,
    closingAt: inviterClosingAt,
  });
}

/**
 * Whether an invitation waits for another admin's word: it would give a role in the back office, and whoever gave it
 * is no admin any more. Somebody who is put out must not come back by an invitation made before.
 */
export function isDormant(invitation: Backing & Pick<InvitationRow, 'role'>): boolean {
  return isStaff(invitation) && !isBacked(invitation);
}

/**
 * What the audit log keeps of an invitation that was accepted: also whose word gave the role, as the invitation itself
 * is forgotten after a while. An admin by number: a name could not be erased from there with its bearer.
 */
export function acceptedDetails({ role, invitedBy }: Pick<InvitationRow, 'role' | 'invitedBy'>) {
  return invitedBy === null ? { role } : { role, invitedBy };
}
