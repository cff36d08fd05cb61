import { CLOSING_LINKS, CLOSING_TIME, closeUntilErased } from '../accounts/closure/closure.ts';
import { endLinksOf } from '../accounts/links.table.ts';
import { membershipStatusOf } from '../accounts/member-requirements.ts';
import { updateUser } from '../accounts/users.table.ts';
import { formatDay } from '../shared/format/dates.ts';
import {
  type MemberActionRefusal,
  type MemberActionResult,
  type MemberWork,
  memberAction,
} from './actions.ts';

/** How long a deleted account can be restored, in milliseconds; then it is erased as a closed one is. */
export const UNTIL_ERASED = CLOSING_TIME;

/** Why nothing is to be decided about a member; undefined while the member waits. */
function notWaiting({ member, context }: MemberWork): MemberActionRefusal | undefined {
  if (member.disabledAt !== null || member.closingAt !== null) return { ok: false, problem: 'inactive' };
  const waits = membershipStatusOf(member, context.settings.membership) === 'waiting';
  return waits ? undefined : { ok: false, problem: 'unchanged' };
}

/** Its member has no link to come back by: it was not the member who left. */
async function closeForErasure(
  { context, trx, member, now, record }: MemberWork,
  action: 'account.deleted' | 'account.declined',
): Promise<MemberActionResult> {
  const open = await closeUntilErased(trx, context, member.id, now);
  if (open) return open;
  const until = formatDay(now + UNTIL_ERASED, context.config.storeLocale);
  return record({ action, details: { until } });
}

/** Lets a member in who waits for it, once: of two admins who say yes at the same instant one has done it. */
export const approveMember = memberAction(async (work) => {
  const refusal = notWaiting(work);
  if (refusal) return refusal;
  await updateUser(work.trx, work.member.id, { approvedAt: work.now });
  return work.record({ action: 'account.approved' });
});

/**
 * Refuses a member who waits: what the store knows of them is erased in 14 days, and can be restored until then. Who
 * could buy before the store began to approve members may wait with something open.
 */
export const declineMember = memberAction(
  async (work) => notWaiting(work) ?? closeForErasure(work, 'account.declined'),
);

/**
 * Deletes an account: nobody can log in, and in 14 days all that is personal in it is erased; rows that others need
 * stay, without a name.
 */
export const deleteMember = memberAction(async (work) => {
  if (work.isLastAdmin) return { ok: false, problem: 'last-admin' };
  if (work.member.closingAt !== null) return { ok: false, problem: 'unchanged' };
  return closeForErasure(work, 'account.deleted');
});

/**
 * Opens an account again that was deleted, declined or closed and is not erased yet, as it was: disabled, if it was
 * disabled; waiting, if its member waited.
 */
export const restoreMember = memberAction(async ({ trx, member, now, record }) => {
  if (member.closingAt === null) return { ok: false, problem: 'unchanged' };
  await updateUser(trx, member.id, { closingAt: null });
  await endLinksOf(trx, member.id, CLOSING_LINKS, now);
  return record({ action: 'account.restored' });
});
