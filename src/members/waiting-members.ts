import type { AccountContext } from '../accounts/account-context.ts';
import { countWaiting, listWaiting } from './members.table.ts';

const PAGE_SIZE = 25;

type ListContext = Pick<AccountContext, 'db' | 'settings'>;

/** How many wait for an admin's yes; none unless MEMBERSHIP asks for one. */
export async function countWaitingMembers({ db, settings }: ListContext): Promise<number> {
  return settings.membership === 'approval' ? countWaiting(db) : 0;
}

/**
 * Lists who waits for an admin's yes, 25 a page.
 *
 * @param wanted the page, from 1; one that does not exist becomes the nearest that does
 */
export async function listWaitingMembers(context: ListContext, wanted: number) {
  const total = await countWaitingMembers(context);
  const pageCount = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const page = Math.min(Math.max(1, wanted), pageCount);
  const offset = (page - 1) * PAGE_SIZE;
  const members = total === 0 ? [] : await listWaiting(context.db, { limit: PAGE_SIZE, offset });
  return { members, total, page, pageCount };
}
