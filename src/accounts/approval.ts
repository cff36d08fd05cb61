import { inTransaction } from '../database/transaction.ts';
import type { AccountContext } from './account-context.ts';
import { recordAccountEvent } from './account-events.ts';
import { canManageMembers } from './roles.ts';
import { lockUser, type User, updateUser } from './users.table.ts';
import { countWaiting, listWaiting, type WaitingMember } from './waiting-members.table.ts';

const PAGE_SIZE = 25;

type Reading = Pick<AccountContext, 'db'> & { config: Pick<AccountContext['config'], 'membership'> };

/** How many wait for an admin's yes; none unless MEMBERSHIP asks for one. */
export async function countWaitingMembers({ db, config }: Reading): Promise<number> {
  return config.membership === 'approval' ? countWaiting(db) : 0;
}

export interface WaitingList {
  members: WaitingMember[];
  total: number;
  page: number;
  pageCount: number;
}

/**
 * Lists who waits for an admin's yes, 25 a page.
 *
 * @param wanted the page, from 1; one that does not exist becomes the nearest that does
 */
export async function listWaitingMembers(context: Reading, wanted: number): Promise<WaitingList> {
  const total = await countWaitingMembers(context);
  const pageCount = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const page = Math.min(Math.max(1, wanted), pageCount);
  const offset = (page - 1) * PAGE_SIZE;
  const members = total === 0 ? [] : await listWaiting(context.db, { limit: PAGE_SIZE, offset });
  return { members, total, page, pageCount };
}

export type Approval =
  | { ok: true; username: string }
  /** Who asks may not decide it. */
  | { ok: false; problem: 'not-allowed' }
  /** There is no such member, or not any more. */
  | { ok: false; problem: 'unknown' }
  /** Somebody has said yes already. */
  | { ok: false; problem: 'approved'; username: string };

/** Lets a member in who waits for it, once: of two admins who say yes at the same instant one has done it. */
export async function approveMember(
  context: Pick<AccountContext, 'db' | 'clock' | 'mailer' | 'config'>,
  admin: User,
  userId: number,
): Promise<Approval> {
  if (!canManageMembers(admin)) return { ok: false, problem: 'not-allowed' };
  return inTransaction(context.db, async (trx) => {
    const user = await lockUser(trx, userId);
    if (!user || user.disabledAt !== null || user.closingAt !== null)
      return { ok: false, problem: 'unknown' };
    if (user.approvedAt !== null) return { ok: false, problem: 'approved', username: user.username };
    await updateUser(trx, userId, { approvedAt: context.clock() });
    const actor = { kind: 'member', id: admin.id } as const;
    await recordAccountEvent(trx, context, { action: 'account.approved', user, actor });
    return { ok: true, username: user.username };
  });
}
