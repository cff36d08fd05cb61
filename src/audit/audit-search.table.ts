import type { Knex } from 'knex';
import type { Database } from '../database/connection.ts';
import { readFrom } from '../database/keyset.ts';
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

/** A way through the rows that match, by time and id. A place is the id of a row; where there is none, nothing is found. */
export interface AuditSearch {
  /** The newest of those before a row, or of all; the newest first. */
  newest: (limit: number, before?: number) => Promise<AuditRow[]>;
  /** Those that come next after a row; the newest first as well. */
  following: (limit: number, after: number) => Promise<AuditRow[]>;
}

/**
 * Looks through the log. Each step costs the same in a short log and in a long one: there is an index for every
 * combination of what is filtered by (see the migration), and each ends with the time and the id.
 */
export function searchAudit(db: Database, filter: AuditFilter): AuditSearch {
  async function read(limit: number, direction: 'after' | 'before', id?: number): Promise<AuditRow[]> {
    if (id === undefined) return readFrom(matching(db, filter), NEWEST_FIRST, { limit });
    const row: { at: number } | undefined = await db('audit_log').where({ id }).first('at');
    if (!row) return [];
    return readFrom(matching(db, filter), NEWEST_FIRST, {
      limit,
      place: { values: [row.at, id], direction },
    });
  }
  return {
    newest: (limit, before) => read(limit, 'after', before),
    following: (limit, after) => read(limit, 'before', after),
  };
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
