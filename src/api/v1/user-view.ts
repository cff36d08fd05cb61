import { z } from 'zod';
import type { PendingEmail } from '../../accounts/email-change/new-email.ts';
import { membershipStatusOf } from '../../accounts/membership-status.ts';
import type { User } from '../../accounts/users.table.ts';
import { MEMBER_STATES, memberState } from '../../members/member-state.ts';
import type { ListedMember } from '../../members/members.table.ts';
import { ROLES } from '../../permissions.ts';
import type { StoreSettings } from '../../settings/store-settings.ts';
import { moment, momentOf } from './fields.ts';

type Settings = Pick<StoreSettings, 'membership'>;

/** What everybody reads of a person who may read of them at all. */
const userSchema = z.strictObject({
  id: z.int().positive(),
  username: z.string(),
  email: z.email(),
  email_verified: z
    .boolean()
    .describe('Whether a link that was mailed there was opened, or a provider said so.'),
  role: z.enum(ROLES),
  two_factor: z.boolean().describe('Whether a login asks for a second factor.'),
});

/** A person as they see themselves. */
export const ownUserSchema = userSchema
  .extend({
    standing: z
      .enum(['in', 'unverified', 'waiting'])
      .describe(
        'Whether the store is open to the member: not before the address is confirmed, or an admin said yes.',
      ),
  })
  .meta({ id: 'OwnUser' });

/** The same, with what else they may change. */
export const profileSchema = ownUserSchema
  .extend({
    pending_email: z
      .email()
      .nullable()
      .describe('The address that takes the place of `email` when the link that was mailed to it is opened.'),
  })
  .meta({ id: 'Profile' });

/** A person as the staff see them. */
export const memberSchema = userSchema
  .extend({
    state: z
      .enum(MEMBER_STATES)
      .describe(
        '`waiting` for an admin’s yes, `locked` by its member, `disabled` by an admin, `closing`: to be erased.',
      ),
    created_at: moment.describe('When the account was made.'),
  })
  .meta({ id: 'Member' });

export type Profile = z.output<typeof profileSchema>;
export type Member = z.output<typeof memberSchema>;

function userView({ id, username, email, role, ...user }: User): z.output<typeof userSchema> {
  const verified = user.emailVerifiedAt !== null;
  return { id, username, email, email_verified: verified, role, two_factor: user.twoFactorSince !== null };
}

export function ownUserView(user: User, { membership }: Settings): z.output<typeof ownUserSchema> {
  return { ...userView(user), standing: membershipStatusOf(user, membership) };
}

export function profileView(user: User, pending: PendingEmail | undefined, settings: Settings): Profile {
  return { ...ownUserView(user, settings), pending_email: pending?.email ?? null };
}

export function memberView(member: ListedMember, { membership }: Settings): Member {
  return {
    ...userView(member),
    state: memberState(member, membership),
    created_at: momentOf(member.createdAt),
  };
}
