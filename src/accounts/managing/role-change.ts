import type { Role } from '../../roles.ts';
import { updateUser } from '../users.table.ts';
import {
  type Deed,
  type DeedContext,
  type DeedRefusal,
  type Done,
  doToMember,
  type LastAdmin,
  type Unchanged,
} from './deeds.ts';

/** Somebody else gave the member another role since the form was shown. */
export type RoleChangedMeanwhile = { ok: false; problem: 'changed-meanwhile'; role: Role };

/**
 * Gives a member another role, which counts from their next request on (OWASP ASVS 5.0, 8.3.2).
 *
 * @param shown the role that the member had when the form was shown
 */
export function changeRole(
  context: DeedContext,
  deed: Deed,
  userId: number,
  { role, shown }: { role: Role; shown?: Role },
): Promise<Done | DeedRefusal | LastAdmin | RoleChangedMeanwhile | Unchanged> {
  return doToMember(context, deed, userId, async ({ trx, member, isLastAdmin, record }) => {
    if (member.role === role) return { ok: false, problem: 'unchanged' };
    if (shown && member.role !== shown) return { ok: false, problem: 'changed-meanwhile', role: member.role };
    if (isLastAdmin) return { ok: false, problem: 'last-admin' };
    await updateUser(trx, userId, { role });
    await record({ action: 'role.changed', details: { from: member.role, to: role } });
    return { ok: true, username: member.username };
  });
}
