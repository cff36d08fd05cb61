import type { AskingClient } from '../../../accounts/account-context.ts';
import type { Deed } from '../../../accounts/managing/deeds.ts';
import { findMemberRecord } from '../../../accounts/managing/member-screen.table.ts';
import { findPendingEmail } from '../../../accounts/my-account/new-email.ts';
import type { User } from '../../../accounts/users.table.ts';
import type { ApiContext } from '../../api-context.ts';
import { entityTagOf } from '../entity-tags.ts';
import type { Reply } from '../operation.ts';
import { ApiProblem } from '../problem-details.ts';
import { type Member, memberView, type Profile, profileView } from '../user-view.ts';

/** The header that comes with a person, for the documentation. */
export const ETAG_HEADER = { ETag: 'For If-Match, when you change it.' };

/** Somebody as they see themselves. */
export async function profileOf(context: ApiContext, user: User): Promise<Profile> {
  return profileView(user, await findPendingEmail(context, user.id), context.settings);
}

/**
 * A member as the staff see them.
 *
 * @throws ApiProblem when there is none, or no more
 */
export async function memberOf(context: ApiContext, id: number): Promise<Member> {
  const member = await findMemberRecord(context.db, id);
  if (!member) throw new ApiProblem('not-found');
  return memberView(member, context.settings);
}

/** Answers with a person. */
export function personReply(person: Profile | Member): Reply {
  return { status: 200, body: person, etag: entityTagOf(person) };
}

/** What an admin does to a member's account, and why. */
export function deedOf(admin: User, { address, userAgent }: AskingClient, reason: string): Deed {
  return { actor: { kind: 'member', id: admin.id }, reason, client: { address, userAgent } };
}
