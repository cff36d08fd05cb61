import { z } from 'zod';
import { tellOfNewAdmin } from '../accounts/events/new-admin-notices.ts';
import { updateUser } from '../accounts/users.table.ts';
import { isStaff, type Role } from '../permissions.ts';
import { checkInput } from '../shared/validation.ts';
import {
  type Done,
  type LastAdmin,
  type MemberAction,
  type MemberActionContext,
  type MemberActionRefusal,
  performAction,
  reasonField,
  type Shut,
  type Unchanged,
} from './actions.ts';
import { roleField } from './creation.ts';

const form = z.object({
  role: roleField,
  reason: reasonField,
  /** The role that the member had when the form was shown. */
  shown_role: roleField.optional().catch(undefined),
});

/** Somebody else gave the member another role since the form was shown. */
export type RoleChangedMeanwhile = { ok: false; problem: 'changed-meanwhile'; role: Role };

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
  input: object,
): Promise<Done | MemberActionRefusal | LastAdmin | RoleChangedMeanwhile | Shut | Unchanged> {
  const read = checkInput(form, { ...input, reason: action.reason });
  if (!read.ok) return { ...read, problem: 'invalid' };
  const { role, shown_role: shown } = read.values;
  return performAction(context, action, userId, async ({ trx, member, now, isLastAdmin, reason, record }) => {
    if (member.closingAt !== null) return { ok: false, problem: 'shut' };
    if (member.role === role) return { ok: false, problem: 'unchanged' };
    if (shown && member.role !== shown) return { ok: false, problem: 'changed-meanwhile', role: member.role };
    if (isLastAdmin) return { ok: false, problem: 'last-admin' };
    const approvedAt = isStaff({ role }) ? (member.approvedAt ?? now) : member.approvedAt;
    await updateUser(trx, userId, { role, approvedAt });
    if (role === 'admin') await tellOfNewAdmin(trx, context, { ...action, user: member, reason });
    await record({ action: 'role.changed', details: { from: member.role, to: role } });
    return { ok: true, username: member.username };
  });
}
