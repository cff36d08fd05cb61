import type { ClientInfo } from '../accounts/account-context.ts';
import type { User } from '../accounts/users.table.ts';
import { record } from '../audit/audit.ts';
import { inTransaction } from '../database/transaction.ts';
import { canManageMembers } from '../permissions.ts';
import type { Membership } from '../settings/store-settings.ts';
import { dayOf } from '../shared/clock.ts';
import type { CsvExport, CsvRow } from '../shared/format/csv.ts';
import { formatFiltersForLog, type MemberFilters, queryOf } from './member-filters.ts';
import { cursorOf, type ListContext } from './member-list.ts';
import { MEMBER_STATE_LABELS, memberState } from './member-state.ts';
import { type Cursor, findMembers, type ListedMember } from './members.table.ts';

const isoTime = (time: number | null) => (time === null ? null : new Date(time).toISOString());

/** What an export tells of each member; times in UTC (ISO 8601). */
const COLUMNS: [heading: string, of: (member: ListedMember, membership: Membership) => CsvRow[number]][] = [
  ['Number', ({ id }) => id],
  ['Username', ({ username }) => username],
  ['E-mail address', ({ email }) => email],
  ['Role', ({ role }) => role],
  ['State', (member, membership) => MEMBER_STATE_LABELS[memberState(member, membership)]],
  ['Joined', ({ createdAt }) => isoTime(createdAt)],
  ['E-mail address confirmed', ({ emailVerifiedAt }) => isoTime(emailVerifiedAt)],
  ['Two-factor since', ({ twoFactorSince }) => isoTime(twoFactorSince)],
];

export const EXPORT_COLUMNS = COLUMNS.map(([heading]) => heading);

/** How many members are in memory at a time. */
const BATCH = 1_000;

/**
 * Gives all members that fit, in the order of the list, and writes down that somebody took them along (OWASP ASVS
 * 5.0, 16.2.1). They are read batch by batch, while the file is taken.
 */
export async function exportMembers(
  context: ListContext,
  admin: User,
  client: ClientInfo,
  filters: MemberFilters,
): Promise<CsvExport> {
  if (!canManageMembers(admin)) return { ok: false, problem: 'not-allowed' };
  const now = context.clock();
  await inTransaction(context.db, (trx) =>
    record(trx, now, {
      action: 'members.exported',
      actor: { kind: 'member', id: admin.id },
      client,
      details: { filters: formatFiltersForLog(filters) },
    }),
  );
  const name = `members-${dayOf(now)}.csv`;
  return { ok: true, name, batches: batchesOf(context, filters) };
}

async function* batchesOf(context: ListContext, filters: MemberFilters): AsyncGenerator<CsvRow[]> {
  const { membership } = context.settings;
  const query = queryOf(filters, membership, context.clock());
  let cursor: Cursor | undefined;
  do {
    const members = await findMembers(context.db, query, { cursor, limit: BATCH });
    const last = members.at(-1);
    cursor = members.length === BATCH && last ? cursorOf(query, 'after', last) : undefined;
    yield members.map((member) => COLUMNS.map(([, of]) => of(member, membership)));
  } while (cursor);
}
