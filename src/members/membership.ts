import { z } from 'zod';
import { CLOSING_LINKS, CLOSING_TIME, closeUntilErased } from '../accounts/closure/closure.ts';
import { tellOfNewAdmin } from '../accounts/events/new-admin-notices.ts';
import { endLinksOf } from '../accounts/links.table.ts';
import { membershipStatusOf } from '../accounts/member-requirements.ts';
import { updateUser } from '../accounts/users.table.ts';
import { isStaff } from '../permissions.ts';
import { isChangedSince } from '../shared/edit-conflict.ts';
import { formatDay } from '../shared/format/dates.ts';
import { checkInput } from '../shared/validation.ts';
import {
  type MemberAction,
  type MemberActionContext,
  type MemberActionRefusal,
  type MemberActionResult,
  type MemberWork,
  memberAction,
  performAction,
  reasonField,
} from './actions.ts';
import { roleField } from './creation.ts';

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

const roleForm = z.object({ role: roleField, reason: reasonField });

/**
 * Gives a member another role, which counts from their next request on (OWASP ASVS 5.0, 8.3.2). Who waits for an
 * admin's yes has it with a role among the staff. Every administrator is told of a new one.
 *
 * @param input the form: role, shown_role
 */
export async function changeRole(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
  input: Record<string, unknown>,
): Promise<MemberActionResult> {
  const read = checkInput(roleForm, { ...input, reason: action.reason });
  if (!read.ok) return { ...read, problem: 'invalid' };
  const { role, reason } = read.values;
  return performAction(context, action, userId, async ({ trx, member, now, isLastAdmin, record }) => {
    const saved = { role: member.role };
    if (member.closingAt !== null) return { ok: false, problem: 'inactive' };
    if (member.role === role) return { ok: false, problem: 'unchanged' };
    if (isChangedSince(input, saved)) return { ok: false, problem: 'changed-meanwhile', saved };
    if (isLastAdmin) return { ok: false, problem: 'last-admin' };
    const approvedAt = isStaff({ role }) ? (member.approvedAt ?? now) : member.approvedAt;
    await updateUser(trx, userId, { role, approvedAt });
    if (role === 'admin') await tellOfNewAdmin(trx, context, { ...action, user: member, reason });
    return record({ action: 'role.changed', details: { from: member.role, to: role } });
  });
}
