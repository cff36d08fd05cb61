import { isStaff, type RoleHolder } from '../permissions.ts';
import type { TwoFactorRequirement } from '../settings/store-settings.ts';

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
