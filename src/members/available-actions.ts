import { membershipStatusOf } from '../accounts/membership-status.ts';
import { isActive, type User } from '../accounts/users.table.ts';
import type { Membership } from '../settings/store-settings.ts';

export const MEMBER_ACTION_NAMES = [
  'approval',
  'declining',
  'role',
  'sessions-ending',
  'password-reset',
  'second-factor-removal',
  'disabling',
  'enabling',
  'deletion',
  'restoration',
] as const;

export type MemberActionName = (typeof MEMBER_ACTION_NAMES)[number];

type Judged = Pick<
  User,
  'role' | 'approvedAt' | 'emailVerifiedAt' | 'twoFactorSince' | 'disabledAt' | 'lockedAt' | 'closingAt'
>;

/**
 * Which actions fit how a member is now. The rules decide for themselves once more, with the member locked: this is for
 * pages, so that they offer nothing that comes to nothing.
 *
 * @param membership how the store takes members: only with `approval` is there anything to decide
 */
export function availableActions(member: Judged, membership: Membership): MemberActionName[] {
  const closing = member.closingAt !== null;
  const disabled = member.disabledAt !== null;
  const shut = closing || disabled;
  const waits = !shut && membershipStatusOf(member, membership) === 'waiting';
  const fits: Record<MemberActionName, boolean> = {
    approval: waits,
    declining: waits,
    role: !closing,
    'sessions-ending': isActive(member),
    'password-reset': !shut,
    'second-factor-removal': !closing && member.twoFactorSince !== null,
    disabling: !disabled,
    enabling: disabled && !closing,
    deletion: !closing,
    restoration: closing,
  };
  return MEMBER_ACTION_NAMES.filter((name) => fits[name]);
}
