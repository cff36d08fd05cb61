import type { ClientInfo } from '../accounts/account-context.ts';
import type { User } from '../accounts/users.table.ts';
import { record } from '../audit/audit.ts';
import { inTransaction } from '../database/transaction.ts';
import { canManageMembers } from '../permissions.ts';
import { dayOf } from '../shared/clock.ts';
import type { CsvExport, CsvRow } from '../shared/format/csv.ts';
import { formatFiltersForLog, type MemberFilters, queryOf } from './member-filters.ts';
import { cursorOf, type ListContext } from './member-list.ts';
import { MEMBER_STATE_LABELS, memberState } from './member-state.ts';
import { type Cursor, findMembers, type ListedMember } from './members.table.ts';

/** What an export tells of each member; times in UTC (ISO 8601). */
export const EXPORT_COLUMNS = [
  'Number',
  'Username',
  'E-mail address',
  'Role',
  'State',
  'Joined',
  'E-mail address confirmed',
  'Two-factor since',
];

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
  const query = queryOf(filters, context.settings.membership, context.clock());
  let cursor: Cursor | undefined;
  do {
    const members = await findMembers(context.db, query, { cursor, limit: BATCH });
    const last = members.at(-1);
    cursor = members.length === BATCH && last ? cursorOf(query, 'after', last) : undefined;
    yield members.map((member) => lineOf(member, context));
  } while (cursor);
}

function lineOf(member: ListedMember, { settings }: Pick<ListContext, 'settings'>): CsvRow {
  const state = memberState(member, settings.membership);
  const times = [member.createdAt, member.emailVerifiedAt, member.twoFactorSince];
  return [
    member.id,
    member.username,
    member.email,
    member.role,
    MEMBER_STATE_LABELS[state],
    ...times.map((time) => (time === null ? null : new Date(time).toISOString())),
  ];
}
