import type { User } from '../../accounts/users.table.ts';
import { type Personal, personalOf, record } from '../../audit/audit.ts';
import type { AuditRow } from '../../audit/audit-log.table.ts';
import { type AuditFilter, type AuditPlace, searchAudit } from '../../audit/audit-search.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { Name } from '../../members/names.table.ts';
import { canReadAudit } from '../../permissions.ts';
import { dayOf } from '../../shared/clock.ts';
import type { CsvExport, CsvRow } from '../../shared/format/csv.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { namesIn, resolveFilters } from './audit-query.ts';
import { type AuditFilters, givenFilters } from './filters.ts';

const BATCH = 500;

interface ExportedRow {
  row: AuditRow;
  personal: Personal;
  names: Map<number, Name>;
}

const COLUMNS: [heading: string, of: (exported: ExportedRow) => string | number | null | undefined][] = [
  ['number', ({ row }) => row.sequence],
  ['time', ({ row }) => new Date(row.at).toISOString()],
  ['action', ({ row }) => row.action],
  ['by', ({ row }) => row.actorKind],
  ['by_id', ({ row }) => row.actorId],
  ['by_name', ({ row, personal, names }) => nameOf(row.actorId, names) ?? personal.operator],
  ['on_id', ({ row }) => row.subjectId],
  ['on_name', ({ row, names }) => nameOf(row.subjectId, names)],
  ['address', ({ personal }) => personal.address],
  ['device', ({ personal }) => personal.userAgent],
  ['token', ({ personal }) => personal.token],
  ['details', ({ personal }) => personal.details && JSON.stringify(personal.details)],
  ['erased', ({ row }) => (row.personal === null ? 'yes' : 'no')],
  ['hash', ({ row }) => row.hash],
];

export const AUDIT_CSV_HEADER: CsvRow = COLUMNS.map(([heading]) => heading);

/** Writes down that the log is taken out of the store, and gives all that matches, newest first, batch by batch. */
export async function exportAudit(
  { db, clock }: Pick<AdminContext, 'db' | 'clock'>,
  admin: Pick<User, 'id' | 'role'>,
  filters: AuditFilters,
  client: { address: string; userAgent: string },
): Promise<CsvExport> {
  if (!canReadAudit(admin)) return { ok: false, problem: 'not-allowed' };
  const now = clock();
  const { filter } = await resolveFilters(db, filters);
  await inTransaction(db, (trx) =>
    record(trx, now, {
      action: 'audit.exported',
      actor: { kind: 'member', id: admin.id },
      client,
      details: { filters: { ...givenFilters(filters), ...idsFor(filters, filter) } },
    }),
  );
  return { ok: true, name: `audit-log-${dayOf(now)}.csv`, batches: readBatches(db, filter) };
}

/** People by their numbers: a name here could not be erased with them. Null for a name that nobody has. */
function idsFor({ who, whom }: AuditFilters, filter: AuditFilter | undefined) {
  return {
    ...(who === '' ? {} : { who: filter?.actorId ?? null }),
    ...(whom === '' ? {} : { whom: filter?.subjectId ?? null }),
  };
}

async function* readBatches(
  db: AdminContext['db'],
  filter: AuditFilter | undefined,
): AsyncGenerator<CsvRow[]> {
  if (!filter) return;
  let place: AuditPlace | undefined;
  for (;;) {
    const rows = await searchAudit(db, filter, BATCH, place);
    const last = rows.at(-1);
    if (!last) return;
    const names = await namesIn(db, rows);
    yield rows.map((row) => {
      const exported = { row, personal: personalOf(row), names };
      return COLUMNS.map(([, of]) => of(exported) ?? null);
    });
    place = { direction: 'after', id: last.id };
  }
}

function nameOf(id: number | null, names: Map<number, Name>): string | undefined {
  const name = id === null ? undefined : names.get(id);
  return name && !name.erased ? name.username : undefined;
}
