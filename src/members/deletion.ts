import { CLOSING_LINKS, CLOSING_TIME } from '../accounts/closure/closure.ts';
import { revokeSessions } from '../accounts/credentials/revoke-access.ts';
import { endLinksOf } from '../accounts/links.table.ts';
import { updateUser } from '../accounts/users.table.ts';
import type { Transaction } from '../database/transaction.ts';
import { findOpenBusiness, type OpenBusiness } from '../features/feature.ts';
import { formatDay } from '../shared/format/dates.ts';
import {
  type Done,
  type LastAdmin,
  type MemberAction,
  type MemberActionContext,
  type MemberActionRefusal,
  performAction,
  type Unchanged,
} from './actions.ts';

/** How long a deleted account can be restored, in milliseconds; then it is erased as a closed one is. */
export const UNTIL_ERASED = CLOSING_TIME;

/**
 * Shuts an account until it is erased, where nothing is open between it and the store. Its member has no link to come
 * back by: it was not the member who left.
 */
export async function shutForErasing(
  trx: Transaction,
  { features }: Pick<MemberActionContext, 'features'>,
  userId: number,
  now: number,
): Promise<OpenBusiness | undefined> {
  const open = await findOpenBusiness(trx, features, userId);
  if (open) return open;
  await updateUser(trx, userId, { closingAt: now + UNTIL_ERASED });
  await revokeSessions(trx, userId);
  await endLinksOf(trx, userId, CLOSING_LINKS, now);
  return undefined;
}

/**
 * Deletes an account: nobody can log in, and in 14 days all that is personal in it is erased; rows that others need
 * stay, without a name.
 */
export function deleteMember(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
): Promise<Done | MemberActionRefusal | LastAdmin | OpenBusiness | Unchanged> {
  return performAction(context, action, userId, async ({ trx, member, now, isLastAdmin, record }) => {
    if (isLastAdmin) return { ok: false, problem: 'last-admin' };
    if (member.closingAt !== null) return { ok: false, problem: 'unchanged' };
    const open = await shutForErasing(trx, context, userId, now);
    if (open) return open;
    const until = formatDay(now + UNTIL_ERASED, context.config.storeLocale);
    await record({ action: 'account.deleted', details: { until } });
    return { ok: true, username: member.username };
  });
}

/**
 * Opens an account again that was deleted, declined or closed and is not erased yet, as it was: disabled, if it was
 * disabled; waiting, if its member waited.
 */
export function restoreMember(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
): Promise<Done | MemberActionRefusal | Unchanged> {
  return performAction(context, action, userId, async ({ trx, member, now, record }) => {
    if (member.closingAt === null) return { ok: false, problem: 'unchanged' };
    await updateUser(trx, userId, { closingAt: null });
    await endLinksOf(trx, userId, CLOSING_LINKS, now);
    await record({ action: 'account.restored' });
    return { ok: true, username: member.username };
  });
}
