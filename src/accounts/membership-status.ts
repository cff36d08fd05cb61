import type { Role } from '../permissions.ts';
import type { Membership } from '../settings/store-settings.ts';

/** Whether a member may use the store, or what is still missing. */
export type MembershipStatus = 'in' | 'unverified' | 'waiting';

/**
 * Says how far a member has come. Staff are in: an admin made them what they are.
 */
export function membershipStatusOf(
  user: { role: Role; emailVerifiedAt: number | null; approvedAt: number | null },
  membership: Membership,
): MembershipStatus {
  if (user.role !== 'user') return 'in';
  if (membership === 'verified' && user.emailVerifiedAt === null) return 'unverified';
  if (membership === 'approval' && user.approvedAt === null) return 'waiting';
  return 'in';
}
