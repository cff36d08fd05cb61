import { foldCase } from '../../database/fold-case.ts';
import type { AccountContext } from '../account-context.ts';
import {
  countMatching,
  INVITATION_STATES,
  type ListedInvitation,
  type ListedState,
  listMatching,
} from './invitation-list.table.ts';
import { isDormant } from './invitations.ts';

const PAGE_SIZE = 25;

export interface InvitationList {
  /** @property dormant whether another admin must renew it before it can be accepted */
  invitations: (ListedInvitation & { dormant: boolean })[];
  /** How many there are in each state, of those whose address begins with what was asked for. */
  counts: Record<ListedState, number>;
  page: number;
  pageCount: number;
}

/**
 * Lists invitations of a state, 25 a page. Those that ended are there for 30 days.
 *
 * @param q how the addresses begin, in any case
 * @param page from 1; one that does not exist becomes the nearest that does
 */
export async function listInvitations(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  { state, q, page: wanted }: { state: ListedState; q: string; page: number },
): Promise<InvitationList> {
  const filter = { state, beginning: foldCase(q), now: clock() };
  const counts = {} as Record<ListedState, number>;
  for (const each of INVITATION_STATES) counts[each] = await countMatching(db, { ...filter, state: each });
  const pageCount = Math.max(1, Math.ceil(counts[state] / PAGE_SIZE));
  const page = Math.min(Math.max(1, wanted), pageCount);
  const range = { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
  const rows = counts[state] === 0 ? [] : await listMatching(db, filter, range);
  const invitations = rows.map((row) => ({ ...row, dormant: isDormant(row) }));
  return { invitations, counts, page, pageCount };
}
