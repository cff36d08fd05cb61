import { z } from 'zod';
import type { ClientInfo } from '../../../accounts/account-context.ts';
import { findPendingEmail } from '../../../accounts/email-change/new-email.ts';
import { emailField } from '../../../accounts/emails.ts';
import { membershipStatusOf } from '../../../accounts/member-requirements.ts';
import { usernameField } from '../../../accounts/usernames.ts';
import type { User } from '../../../accounts/users.table.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { MemberAction } from '../../../members/actions.ts';
import { findMemberRecord } from '../../../members/member-screen.table.ts';
import { MEMBER_STATES, memberState } from '../../../members/member-state.ts';
import type { ListedMember } from '../../../members/members.table.ts';
import { ROLES, type Role } from '../../../permissions.ts';
import type { StoreSettings } from '../../../settings/store-settings.ts';
import type { ApiContext } from '../../api-context.ts';
import { checkedByRule, moment, momentOf } from '../fields.ts';
import { ApiProblem } from '../problem-details.ts';

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

export function memberView(member: ListedMember, { membership }: Settings): Member {
  return {
    ...userView(member),
    state: memberState(member, membership),
    created_at: momentOf(member.createdAt),
  };
}

/** What people are called and written to by. */
export const nameFields = {
  username: checkedByRule(
    usernameField,
    '3 to 30 letters from A to Z, digits, dots, underscores and hyphens.',
  ),
  email: checkedByRule(emailField, 'An e-mail address.'),
};

/** The header that comes with a person, for the documentation. */
export const ETAG_HEADER = { ETag: 'For If-Match, when you change it.' };

/** Somebody as they see themselves. */
export async function profileOf(context: ApiContext, user: User, trx?: Transaction): Promise<Profile> {
  const pending = await findPendingEmail(trx ?? context.db, user.id, context.clock());
  return { ...ownUserView(user, context.settings), pending_email: pending?.email ?? null };
}

/** A member as the staff see them. @throws ApiProblem when there is none, or no more */
export async function memberOf(context: ApiContext, id: number, trx?: Transaction): Promise<Member> {
  const member = await findMemberRecord(trx ?? context.db, id);
  if (!member) throw new ApiProblem('not-found');
  return memberView(member, context.settings);
}

/** What an admin does to a member's account, and why. */
export function memberActionOf(
  admin: User,
  { address, userAgent, token }: ClientInfo,
  reason: string,
): MemberAction {
  return { actor: { kind: 'member', id: admin.id }, reason, client: { address, userAgent, token } };
}

/** People of whom the examples of the documentation are. */
const exampleUser = (id: number, username: string) => ({
  id,
  username,
  email: `${username}@example.org`,
  email_verified: true,
  role: 'user',
  two_factor: false,
});

export const exampleSelf = (id: number, username: string) => ({
  ...exampleUser(id, username),
  standing: 'in',
});

export const exampleMember = (id: number, username: string, role: Role = 'user') => ({
  ...exampleUser(id, username),
  role,
  state: 'active',
  created_at: '2026-11-20T10:00:00.000Z',
});
