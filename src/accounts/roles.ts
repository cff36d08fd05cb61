/** What a person may do, from least to most. */
export type Role = 'user' | 'moderator' | 'admin';

/** Who must have a second factor: nobody, moderators and admins before any page of the back office, everybody. */
export type TwoFactorRequirement = 'none' | 'staff' | 'all';

export interface RoleHolder {
  role: Role;
}

/** Whether somebody works for the store: moderators and admins. */
export function isStaff({ role }: RoleHolder): boolean {
  return role !== 'user';
}

/** Whether somebody may let members in, change roles and disable accounts. */
export function canManageMembers({ role }: RoleHolder): boolean {
  return role === 'admin';
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
