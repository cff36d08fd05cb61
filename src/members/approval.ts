import { membershipStatusOf } from '../accounts/membership-status.ts';
import { updateUser } from '../accounts/users.table.ts';
import type { OpenBusiness } from '../features/feature.ts';
import { formatDay } from '../shared/format/dates.ts';
import {
  type Done,
  type Member,
  type MemberAction,
  type MemberActionContext,
  type MemberActionRefusal,
  performAction,
  type Shut,
  type Unchanged,
} from './actions.ts';
import { shutForErasing, UNTIL_ERASED } from './deletion.ts';

/** Why nothing is to be decided about a member; undefined while the member waits. */
function notWaiting(member: Member, { settings }: MemberActionContext): Shut | Unchanged | undefined {
  if (member.disabledAt !== null || member.closingAt !== null) return { ok: false, problem: 'shut' };
  if (membershipStatusOf(member, settings.membership) !== 'waiting')
    return { ok: false, problem: 'unchanged' };
  return undefined;
}

/** Lets a member in who waits for it, once: of two admins who say yes at the same instant one has done it. */
export function approveMember(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
): Promise<Done | MemberActionRefusal | Shut | Unchanged> {
  return performAction(context, action, userId, async ({ trx, member, now, record }) => {
    const refusal = notWaiting(member, context);
    if (refusal) return refusal;
    await updateUser(trx, userId, { approvedAt: now });
    await record({ action: 'account.approved' });
    return { ok: true, username: member.username };
  });
}

/** Refuses a member who waits: what the store knows of them is erased in 14 days, and can be restored until then. */
export function declineMember(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
): Promise<Done | MemberActionRefusal | OpenBusiness | Shut | Unchanged> {
  return performAction(context, action, userId, async ({ trx, member, now, record }) => {
    const refusal = notWaiting(member, context);
    if (refusal) return refusal;
    // Who could buy before the store began to approve members may wait with something open.
    const open = await shutForErasing(trx, context, userId, now);
    if (open) return open;
    const until = formatDay(now + UNTIL_ERASED, context.config.storeLocale);
    await record({ action: 'account.declined', details: { until } });
    return { ok: true, username: member.username };
  });
}
