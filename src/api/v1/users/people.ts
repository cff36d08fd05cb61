import type { ClientInfo } from '../../../accounts/account-context.ts';
import { findPendingEmail } from '../../../accounts/email-change/new-email.ts';
import { emailField } from '../../../accounts/emails.ts';
import { usernameField } from '../../../accounts/usernames.ts';
import type { User } from '../../../accounts/users.table.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { MemberAction } from '../../../members/actions.ts';
import { findMemberRecord } from '../../../members/member-screen.table.ts';
import type { ApiContext } from '../../api-context.ts';
import { entityTagOf } from '../entity-tags.ts';
import { checkedByRule } from '../fields.ts';
import type { Reply } from '../operation.ts';
import { ApiProblem } from '../problem-details.ts';
import { type Member, memberView, type Profile, profileView } from '../user-view.ts';

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
  return profileView(user, await findPendingEmail(context, user.id, trx), context.settings);
}

/**
 * A member as the staff see them.
 *
 * @throws ApiProblem when there is none, or no more
 */
export async function memberOf(context: ApiContext, id: number, trx?: Transaction): Promise<Member> {
  const member = await findMemberRecord(trx ?? context.db, id);
  if (!member) throw new ApiProblem('not-found');
  return memberView(member, context.settings);
}

/** Answers with a person. */
export function personReply(person: Profile | Member): Reply {
  return { status: 200, body: person, etag: entityTagOf(person) };
}

/** What an admin does to a member's account, and why. */
export function memberActionOf(
  admin: User,
  { address, userAgent, token }: ClientInfo,
  reason: string,
): MemberAction {
  return { actor: { kind: 'member', id: admin.id }, reason, client: { address, userAgent, token } };
}
