import { isStaff, type RoleHolder } from '../permissions.ts';
import type { Membership, TwoFactorRequirement } from '../settings/store-settings.ts';

/** Whether a member may use the store, or what is still missing. */
type MembershipStatus = 'in' | 'unverified' | 'waiting';

/** Says how far a member has come. Staff are in: an admin made them what they are. */
export function membershipStatusOf(
  user: RoleHolder & { emailVerifiedAt: number | null; approvedAt: number | null },
  membership: Membership,
): MembershipStatus {
  if (user.role !== 'user') return 'in';
  if (membership === 'verified' && user.emailVerifiedAt === null) return 'unverified';
  if (membership === 'approval' && user.approvedAt === null) return 'waiting';
  return 'in';
}

/** Whether REQUIRE_2FA obliges somebody to have a second factor, now or before their next visit to the back office. */
export function mustHaveSecondFactor(user: RoleHolder, requirement: TwoFactorRequirement): boolean {
  return requirement === 'all' || (requirement === 'staff' && isStaff(user));
}

/**
 * Whether somebody must set up a second factor before going on (OWASP ASVS 5.0, 6.3.3).
 *
 * @param backOffice whether they are on the way to a page of the back office
 */
export function owesSecondFactor(
  user: RoleHolder & { twoFactorSince: number | null },
  requirement: TwoFactorRequirement,
  backOffice: boolean,
): boolean {
  if (user.twoFactorSince !== null || requirement === 'none') return false;
  return requirement === 'all' || (backOffice && isStaff(user));
}
