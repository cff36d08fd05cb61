import { foldCase } from '../../database/fold-case.ts';
import { canManageMembers, isStaff } from '../../permissions.ts';
import { DAY } from '../../shared/clock.ts';
import type { AccountContext } from '../account-context.ts';
import { isActive } from '../users.table.ts';
import { countMatching, INVITATION_STATES, type ListedState, listMatching } from './invitation-list.table.ts';
import type { InvitationRow } from './invitations.table.ts';

const PAGE_SIZE = 25;

/** How long an invitation can be accepted once it is mailed, in milliseconds. */
export const INVITATION_LIFETIME = 7 * DAY;

export type InvitationState = 'open' | 'expired' | 'accepted' | 'withdrawn' | 'replaced';

export function stateOf(
  invitation: Pick<InvitationRow, 'acceptedAt' | 'withdrawnAt' | 'replacedAt' | 'endsAt'>,
  now: number,
): InvitationState {
  if (invitation.acceptedAt !== null) return 'accepted';
  if (invitation.withdrawnAt !== null) return 'withdrawn';
  if (invitation.replacedAt !== null) return 'replaced';
  return invitation.endsAt > now ? 'open' : 'expired';
}

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

/**
 * Lists invitations of a state, 25 a page. Those that ended are there for 30 days.
 *
 * @param q how the addresses begin, in any case
 * @param page from 1; one that does not exist becomes the nearest that does
 * @returns with how many there are in each state, of those whose address begins so. Another admin must renew a dormant
 *   one before it can be accepted
 */
export async function listInvitations(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  { state, q, page: wanted }: { state: ListedState; q: string; page: number },
) {
  const filter = { state, beginning: foldCase(q), now: clock() };
  const counts = {} as Record<ListedState, number>;
  for (const each of INVITATION_STATES) counts[each] = await countMatching(db, { ...filter, state: each });
  const pageCount = Math.max(1, Math.ceil(counts[state] / PAGE_SIZE));
  const page = Math.min(Math.max(1, wanted), pageCount);
  const range = { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
  const rows = counts[state] === 0 ? [] : await listMatching(db, filter, range);
  const invitations = rows.map((row) => ({ ...row, dormant: isDormant(row) }));
  return { invitations, counts, page, pageCount };
}
