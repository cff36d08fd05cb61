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

/** A way through the rows that match, by their numbers: no row is passed over or shown twice while others are added. */
export interface AuditSearch {
  /** The newest of those before a number, or of all; the newest first. */
  newest: (limit: number, before?: number) => Promise<AuditRow[]>;
  /** Those that come next after a number; the newest first as well. */
  following: (limit: number, after: number) => Promise<AuditRow[]>;
}

/**
 * How many rows may stand elsewhere than their time would have put them: clocks of several processes differ, and some
 * rows may have been written while one of them was all wrong.
 */
const OUT_OF_ORDER = 200;

/**
 * Looks through the log. Each step costs the same in a short log and in a long one: there is an index for every
 * combination of what is filtered by (see the migration), and the time at which a walk begins is a number first. The
 * time at which it ends is looked at here: SQLite, given both ends of a range, takes an index that knows less.
 */
export function searchAudit(db: Database, filter: AuditFilter, outOfOrder = OUT_OF_ORDER): AuditSearch {
  const { actorId, actorKind, subjectId, action } = filter;
  const { from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = filter;

  function matching() {
    const query = db('audit_log').select(AUDIT_COLUMNS);
    if (actorId !== undefined) query.where('actor_id', actorId);
    if (actorKind !== undefined) query.where('actor_kind', actorKind);
    if (subjectId !== undefined) query.where('subject_id', subjectId);
    if (action !== undefined) query.where('action', action);
    return query;
  }

  return {
    async newest(limit, before = Number.MAX_SAFE_INTEGER) {
      const last = filter.until === undefined ? before : await numberAfter(db, until, outOfOrder);
      return walk(
        Math.min(before, last),
        limit,
        ({ at }) => at >= from,
        (number) => {
          const query = matching().where('sequence', '<', number).orderBy('sequence', 'desc').limit(limit);
          return filter.until === undefined ? query : query.where('at', '<', until);
        },
      );
    },

    async following(limit, after) {
      const first = filter.from === undefined ? after : await numberBefore(db, from, outOfOrder);
      const rows = await walk(
        Math.max(after, first),
        limit,
        ({ at }) => at < until,
        (number) => {
          const query = matching().where('sequence', '>', number).orderBy('sequence').limit(limit);
          return filter.from === undefined ? query : query.where('at', '>=', from);
        },
      );
      return rows.reverse();
    },
  };
}

/** Reads on from a number until there is enough, or none of a whole batch is within the time any more. */
async function walk(
  start: number,
  limit: number,
  isWithin: (row: AuditRow) => boolean,
  readFrom: (number: number) => Promise<AuditRow[]>,
): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  let place = start;
  let batch: AuditRow[];
  let within: AuditRow[];
  do {
    batch = await readFrom(place);
    within = batch.filter(isWithin);
    rows.push(...within);
    place = batch.at(-1)?.sequence ?? place;
  } while (rows.length < limit && batch.length === limit && within.length > 0);
  return rows.slice(0, limit);
}

/** A number that all rows from this time on are above. */
async function numberBefore(db: Database, time: number, outOfOrder: number): Promise<number> {
  const nearby = await db('audit_log')
    .where('at', '<', time)
    .orderBy('at', 'desc')
    .limit(outOfOrder)
    .pluck('sequence');
  return nearby.length < outOfOrder ? 0 : Math.min(...nearby) - 1;
}

/** A number that all rows before this time are below. */
async function numberAfter(db: Database, time: number, outOfOrder: number): Promise<number> {
  const nearby = await db('audit_log')
    .where('at', '>=', time)
    .orderBy('at')
    .limit(outOfOrder)
    .pluck('sequence');
  return nearby.length < outOfOrder ? Number.MAX_SAFE_INTEGER : Math.max(...nearby) + 1;
}
