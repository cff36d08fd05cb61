import { membershipStatusOf } from '../accounts/member-requirements.ts';
import type { User } from '../accounts/users.table.ts';
import type { Membership } from '../settings/store-settings.ts';

/** How an account is, in one word. */
export const MEMBER_STATES = ['active', 'waiting', 'locked', 'disabled', 'closing'] as const;
export type MemberState = (typeof MEMBER_STATES)[number];

/** What staff read of each state. */
export const MEMBER_STATE_LABELS: Record<MemberState, string> = {
  active: 'active',
  waiting: 'waiting',
  locked: 'locked',
  disabled: 'disabled',
  closing: 'to be erased',
};

/**
 * Says how an account is. Where several would fit it is the first of these: closing (closed, deleted or declined, and
 * not erased yet), disabled by an admin, locked by "This wasn't me", waiting for an admin's yes, active.
 *
 * @param membership how the store takes members: only with `approval` does anybody wait
 */
export function memberState(
  user: Pick<User, 'role' | 'emailVerifiedAt' | 'approvedAt' | 'lockedAt' | 'disabledAt' | 'closingAt'>,
  membership: Membership,
): MemberState {
  if (user.closingAt !== null) return 'closing';
  if (user.disabledAt !== null) return 'disabled';
  if (user.lockedAt !== null) return 'locked';
  return membershipStatusOf(user, membership) === 'waiting' ? 'waiting' : 'active';
}
