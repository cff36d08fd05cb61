import { dayWords } from '../device-words.ts';
import { updateUser } from '../users.table.ts';
import {
  type Deed,
  type DeedContext,
  type DeedRefusal,
  type Done,
  doToMember,
  type Unchanged,
} from './deeds.ts';
import { shutForErasing, UNTIL_ERASED } from './deletion.ts';

/** Lets a member in who waits for it, once: of two admins who say yes at the same instant one has done it. */
export function approveMember(
  context: DeedContext,
  deed: Deed,
  userId: number,
): Promise<Done | DeedRefusal | Unchanged> {
  return doToMember(context, deed, userId, async ({ trx, member, now, record }) => {
    if (member.disabledAt !== null || member.closingAt !== null) return { ok: false, problem: 'unknown' };
    if (member.approvedAt !== null) return { ok: false, problem: 'unchanged' };
    await updateUser(trx, userId, { approvedAt: now });
    await record({ action: 'account.approved' });
    return { ok: true, username: member.username };
  });
}

/** Refuses a member who waits: what the store knows of them is erased in 14 days, and can be restored until then. */
export function declineMember(
  context: DeedContext,
  deed: Deed,
  userId: number,
): Promise<Done | DeedRefusal | Unchanged> {
  return doToMember(context, deed, userId, async ({ trx, member, now, record }) => {
    if (member.approvedAt !== null || member.closingAt !== null || member.role !== 'user')
      return { ok: false, problem: 'unchanged' };
    await shutForErasing(trx, userId, now);
    const until = dayWords(now + UNTIL_ERASED, context.config.storeLocale);
    await record({ action: 'account.declined', details: { until } });
    return { ok: true, username: member.username };
  });
}
