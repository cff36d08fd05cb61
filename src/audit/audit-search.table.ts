import type { Knex } from 'knex';
import type { Database } from '../database/connection.ts';
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
  return {
    async newest(limit, before) {
      const query = matching(db, filter).limit(limit).orderBy('at', 'desc').orderBy('id', 'desc');
      return before === undefined ? query : beyond(db, query, '<', before);
    },
    async following(limit, after) {
      const query = matching(db, filter).limit(limit).orderBy('at').orderBy('id');
      return (await beyond(db, query, '>', after)).reverse();
    },
  };
}

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

/** Reads what comes before or after a row. */
async function beyond(
  db: Database,
  query: Knex.QueryBuilder,
  side: '<' | '>',
  id: number,
): Promise<AuditRow[]> {
  const place: { at: number } | undefined = await db('audit_log').where({ id }).first('at');
  if (!place) return [];
  // The first part is for the index: databases look for pairs row by row.
  return query
    .where('at', `${side}=`, place.at)
    .where((either) => either.where('at', side, place.at).orWhere('id', side, id));
}
