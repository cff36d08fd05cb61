import { personalOf } from '../../audit/audit.ts';
import { type AuditRow, countAbout, readAbout } from '../../audit/audit-log.table.ts';
import { formatDevice } from '../../shared/format/devices.ts';
import type { AccountContext } from '../account-context.ts';
import { formatClient } from '../api-tokens/format-client.ts';
import { activityText } from '../events/events.ts';

const PER_PAGE = 20;

export const TEXTS = {
  erased: 'The details of this were erased.',
};

export interface Activity {
  /** In UTC milliseconds. */
  at: number;
  text: string;
  /** From where, unless the store did it: where its people sit is no concern of members. */
  from?: { device: string; address: string };
  byStore: boolean;
}

/** What happened to a member's account last. */
export async function readLatestActivity(
  { db }: Pick<AccountContext, 'db'>,
  userId: number,
  limit: number,
): Promise<Activity[]> {
  return (await readAbout(db, userId, { limit, offset: 0 })).map(activityOf);
}

/** One page of all that happened to a member's account, newest first: one beyond the last is the first. */
export async function readActivity({ db }: Pick<AccountContext, 'db'>, userId: number, asked: number) {
  const pageCount = Math.ceil((await countAbout(db, userId)) / PER_PAGE);
  const page = asked <= pageCount ? asked : 1;
  const rows = await readAbout(db, userId, { limit: PER_PAGE, offset: (page - 1) * PER_PAGE });
  return { activities: rows.map(activityOf), page, pageCount };
}

function activityOf(row: AuditRow): Activity {
  const { details = {}, address, userAgent } = personalOf(row);
  const byStore =
    row.actorKind === 'operator' ||
    row.actorKind === 'system' ||
    (row.actorKind === 'member' && row.actorId !== row.subjectId);
  const words = details.program || row.action.startsWith('program') ? formatClient : formatDevice;
  return {
    at: row.at,
    text: row.personal === null ? TEXTS.erased : activityText(row.action, details),
    ...(address && !byStore ? { from: { device: words(userAgent ?? ''), address } } : {}),
    byStore,
  };
}
