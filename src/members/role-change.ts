import { z } from 'zod';
import { tellOfNewAdmin } from '../accounts/events/new-admin-notices.ts';
import { updateUser } from '../accounts/users.table.ts';
import { isStaff } from '../permissions.ts';
import { isChangedSince } from '../shared/edit-conflict.ts';
import { checkInput } from '../shared/validation.ts';
import {
  type MemberAction,
  type MemberActionContext,
  type MemberActionResult,
  performAction,
  reasonField,
} from './actions.ts';
import { roleField } from './creation.ts';

const form = z.object({ role: roleField, reason: reasonField });

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
  const read = checkInput(form, { ...input, reason: action.reason });
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
