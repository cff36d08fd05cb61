import type { Knex } from 'knex';
import type { Database } from '../database/connection.ts';
import { readFrom } from '../database/keyset.ts';
import type { Beside } from '../shared/list-page.ts';
import { AUDIT_COLUMNS, type AuditRow } from './audit-log.table.ts';

/** What the log is looked through for; what is not given does not matter. */
export interface AuditFilter {
  /** Who did it. Implies the kind `member`, so it comes without one. */
  actorId?: number | undefined;
  actorKind?: string | undefined;
  /** On whom. */
  subjectId?: number | undefined;
  action?: string | undefined;
  /** From this moment on, and before that one, in UTC milliseconds. */
  from?: number | undefined;
  until?: number | undefined;
}

/** A page is next to a row of the log, by its id: after it are older ones. */
export type AuditPlace = Beside & { id: number };

/**
 * Looks through the log: the newest rows of all, or those next to a row, the newest first; none where that row is not
 * there. Each step costs the same in a short log and in a long one: there is an index for every combination of what is
 * filtered by (see the migration), and each ends with the time and the id.
 */
export async function searchAudit(
  db: Database,
  filter: AuditFilter,
  limit: number,
  beside?: AuditPlace,
): Promise<AuditRow[]> {
  const row: { at: number } | undefined =
    beside && (await db('audit_log').where('id', beside.id).first('at'));
  if (beside && !row) return [];
  const place = beside && row && { ...beside, values: [row.at, beside.id] };
  return readFrom(matching(db, filter), NEWEST_FIRST, { limit, place });
}

const NEWEST_FIRST = [
  { column: 'at', order: 'desc' },
  { column: 'id', order: 'desc' },
] as const;

function matching(db: Database, filter: AuditFilter): Knex.QueryBuilder {
  const { actorId, actorKind, subjectId, action, from, until } = filter;
  const query = db('audit_log').select(AUDIT_COLUMNS);
  if (actorId !== undefined) query.where('actor_id', actorId);
  if (actorKind !== undefined) query.where('actor_kind', actorKind);
  if (subjectId !== undefined) query.where('subject_id', subjectId);
  if (action !== undefined) query.where('action', action);
  if (from !== undefined) query.where('at', '>=', from);
  if (until !== undefined) query.where('at', '<', until);
  return query;
}
