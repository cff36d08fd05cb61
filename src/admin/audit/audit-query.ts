import type { AuditRow } from '../../audit/audit-log.table.ts';
import { type AuditFilter, type AuditPlace, searchAudit } from '../../audit/audit-search.table.ts';
import type { Database } from '../../database/connection.ts';
import { findIdByUsername, type Name, readNames } from '../../members/names.table.ts';
import { DAY } from '../../shared/clock.ts';
import { readListPage } from '../../shared/list-page.ts';
import { type AuditFilters, dayStart } from './filters.ts';

const PER_PAGE = 50;

export interface AuditPage {
  rows: AuditRow[];
  /** Of everybody in these rows. */
  names: Map<number, Name>;
  /** Usernames that were asked for and that nobody has: then nothing is found. */
  unknown: string[];
  /** The rows from which the neighbouring pages go on. */
  previous?: AuditRow | undefined;
  next?: AuditRow | undefined;
}

/** Reads one page of what matches, newest first. */
export async function readAuditPage(
  db: Database,
  filters: AuditFilters,
  place: AuditPlace | undefined,
): Promise<AuditPage> {
  const { filter, unknown } = await resolveFilters(db, filters);
  if (!filter) return { rows: [], names: new Map(), unknown };
  const page = await readListPage(PER_PAGE, place, (limit, beside?: AuditPlace) =>
    searchAudit(db, filter, limit, beside),
  );
  return { ...page, names: await namesIn(db, page.rows), unknown };
}

/** Turns usernames into ids and days into moments. @returns no filter when nothing can match */
export async function resolveFilters(
  db: Database,
  { who, whom, action, by, from, until }: AuditFilters,
): Promise<{ filter?: AuditFilter; unknown: string[] }> {
  const idOf = async (name: string) => (name === '' ? undefined : findIdByUsername(db, name));
  const [actorId, subjectId] = await Promise.all([idOf(who), idOf(whom)]);
  const unknown = [actorId === undefined ? who : '', subjectId === undefined ? whom : ''].filter(Boolean);
  const contradiction = actorId !== undefined && by !== '' && by !== 'member';
  if (unknown.length > 0 || contradiction) return { unknown };
  const untilStart = dayStart(until);
  const filter = {
    actorId,
    actorKind: actorId === undefined ? by || undefined : undefined,
    subjectId,
    action: action || undefined,
    from: dayStart(from),
    until: untilStart === undefined ? undefined : untilStart + DAY,
  };
  return { filter, unknown };
}

export async function namesIn(db: Database, rows: readonly AuditRow[]): Promise<Map<number, Name>> {
  const ids = rows.flatMap(({ actorId, subjectId }) => [actorId, subjectId]);
  return readNames(
    db,
    ids.filter((id) => id !== null),
  );
}
