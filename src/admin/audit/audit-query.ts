import type { AuditRow } from '../../audit/audit-log.table.ts';
import { type AuditFilter, type AuditSearch, searchAudit } from '../../audit/audit-search.table.ts';
import type { Database } from '../../database/connection.ts';
import { findIdByUsername, type Name, readNames } from '../../members/names.table.ts';
import { DAY } from '../../shared/clock.ts';
import { type AuditFilters, dayStart } from './filters.ts';

const PER_PAGE = 50;

/** Where in the log a page is: before a row or after one, by its id; neither is the newest page. */
export interface AuditPlace {
  before?: number | undefined;
  after?: number | undefined;
}

export interface AuditPage {
  rows: AuditRow[];
  /** Of everybody in these rows. */
  names: Map<number, Name>;
  /** Usernames that were asked for and that nobody has: then nothing is found. */
  unknown: string[];
  /** The ids of the rows from which the neighbouring pages go on. */
  newer?: number | undefined;
  older?: number | undefined;
}

/** Reads one page of what matches, newest first. A place where there is nothing is the newest page. */
export async function readAuditPage(
  db: Database,
  filters: AuditFilters,
  place: AuditPlace,
): Promise<AuditPage> {
  const { filter, unknown } = await resolveFilters(db, filters);
  if (!filter) return { rows: [], names: new Map(), unknown };
  const page = await readStretch(searchAudit(db, filter), place);
  return { ...page, names: await namesIn(db, page.rows), unknown };
}

/** Turns usernames into ids and days into moments. @returns no filter when nothing can match */
export async function resolveFilters(
  db: Database,
  { who, whom, action, by, from, until }: AuditFilters,
): Promise<{ filter?: AuditFilter; unknown: string[] }> {
  const actorId = who === '' ? undefined : await findIdByUsername(db, who);
  const subjectId = whom === '' ? undefined : await findIdByUsername(db, whom);
  const unknown = [
    ...(who !== '' && actorId === undefined ? [who] : []),
    ...(whom !== '' && subjectId === undefined ? [whom] : []),
  ];
  const contradiction = actorId !== undefined && by !== '' && by !== 'member';
  if (unknown.length > 0 || contradiction) return { unknown };
  const untilStart = dayStart(until);
  const wanted = {
    actorId,
    actorKind: actorId !== undefined || by === '' ? undefined : by,
    subjectId,
    action: action === '' ? undefined : action,
    from: dayStart(from),
    until: untilStart === undefined ? undefined : untilStart + DAY,
  };
  return { filter: wanted, unknown };
}

async function readStretch(
  search: AuditSearch,
  { before, after }: AuditPlace,
): Promise<Pick<AuditPage, 'rows' | 'newer' | 'older'>> {
  if (after !== undefined) {
    const found = await search.following(PER_PAGE + 1, after);
    const rows = found.slice(-PER_PAGE);
    const more = found.length > PER_PAGE;
    // Less than a page is left: it is part of the newest one.
    if (more) return { rows, newer: rows[0]?.id, older: rows.at(-1)?.id };
  }
  const found = await search.newest(PER_PAGE + 1, before);
  if (found.length === 0 && before !== undefined) return readStretch(search, {});
  const rows = found.slice(0, PER_PAGE);
  return {
    rows,
    newer: before === undefined ? undefined : rows[0]?.id,
    older: found.length > PER_PAGE ? rows.at(-1)?.id : undefined,
  };
}

/** The names of everybody in some rows, whether they did something or had it done to them. */
export async function namesIn(db: Database, rows: readonly AuditRow[]): Promise<Map<number, Name>> {
  const ids = rows.flatMap(({ actorId, subjectId }) => [actorId, subjectId]);
  return readNames(
    db,
    ids.filter((id) => id !== null),
  );
}
