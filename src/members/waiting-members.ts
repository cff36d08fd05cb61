import type { AccountContext } from '../accounts/account-context.ts';
import { countWaiting, listWaiting, type WaitingMember } from './members.table.ts';

const PAGE_SIZE = 25;

type Reading = Pick<AccountContext, 'db' | 'settings'>;

/** How many wait for an admin's yes; none unless MEMBERSHIP asks for one. */
export async function countWaitingMembers({ db, settings }: Reading): Promise<number> {
  return settings.membership === 'approval' ? countWaiting(db) : 0;
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
