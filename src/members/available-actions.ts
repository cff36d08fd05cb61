import { membershipStatusOf } from '../accounts/member-requirements.ts';
import { isActive, type User } from '../accounts/users.table.ts';
import type { Membership } from '../settings/store-settings.ts';

const isInactive = ({ disabledAt, closingAt }: User) => disabledAt !== null || closingAt !== null;
const isWaiting = (member: User, membership: Membership) =>
  !isInactive(member) && membershipStatusOf(member, membership) === 'waiting';

/** What admins do to one member, each with a page of its own, and whether it fits how the member is now. */
const FITS = {
  approval: isWaiting,
  declining: isWaiting,
  role: ({ closingAt }) => closingAt === null,
  'sessions-ending': isActive,
  'password-reset': (member) => !isInactive(member),
  'second-factor-removal': ({ closingAt, twoFactorSince }) => closingAt === null && twoFactorSince !== null,
  disabling: ({ disabledAt }) => disabledAt === null,
  enabling: ({ disabledAt, closingAt }) => disabledAt !== null && closingAt === null,
  deletion: ({ closingAt }) => closingAt === null,
  restoration: ({ closingAt }) => closingAt !== null,
} satisfies Record<string, (member: User, membership: Membership) => boolean>;

export type MemberActionName = keyof typeof FITS;

export const MEMBER_ACTION_NAMES = Object.keys(FITS) as MemberActionName[];

/**
 * Which actions fit how a member is now. The rules decide for themselves once more, with the member locked: this is for
 * pages, so that they offer nothing that comes to nothing.
 */
export function availableActions(member: User, membership: Membership): MemberActionName[] {
  return MEMBER_ACTION_NAMES.filter((name) => FITS[name](member, membership));
}
