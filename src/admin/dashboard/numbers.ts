import { countMatching } from '../../accounts/invitations/invitation-list.table.ts';
import type { User } from '../../accounts/users.table.ts';
import { countSince } from '../../audit/audit-log.table.ts';
import { countFailedMails } from '../../mail/outbox.table.ts';
import { countJoined, countMembers, type MemberCounts } from '../../members/member-counts.table.ts';
import { countWaitingMembers } from '../../members/waiting-members.ts';
import { canManageMembers, canReadAudit } from '../../permissions.ts';
import { DAY, startOfDay } from '../../shared/clock.ts';
import { countFound } from '../../tasks/task-list.ts';
import type { AdminContext } from '../shared/admin-context.ts';

/** How many days the dashboard's week has, today among them. */
const WEEK = 7;

/** How many members joined on a day, in UTC. */
export interface DayCount {
  /** When the day begins, in UTC milliseconds. */
  start: number;
  count: number;
}

/** What there is to know at a glance. */
export interface Numbers {
  members: MemberCounts;
  /** The last seven days, today last. */
  week: DayCount[];
  /** Undefined while nobody has to wait for an admin's yes. */
  waiting: number | undefined;
  /** Open ones: of who looks, and those that are late, whosever they are. */
  tasks: { mine: number; overdue: number };
  /** Undefined for those who may not see it. */
  invitations: number | undefined;
  failedMails: number | undefined;
  failedLogins: number | undefined;
}

type Reading = Pick<AdminContext, 'db' | 'clock' | 'settings'>;

/** Counts what somebody who works for the store sees at a glance, all at once; of what they may not see, nothing. */
export async function readNumbers(context: Reading, user: User): Promise<Numbers> {
  const { db, clock, settings } = context;
  const now = clock();
  const today = startOfDay(now);
  const days = Array.from({ length: WEEK }, (_none, index) => today - (WEEK - 1 - index) * DAY);
  const [members, joined, waiting, tasks, invitations, failedMails, failedLogins] = await Promise.all([
    countMembers(db),
    countJoined(db, days),
    settings.membership === 'approval' ? countWaitingMembers(context) : undefined,
    countTasks(context, user),
    canManageMembers(user) ? countMatching(db, { state: 'open', beginning: '', now }) : undefined,
    canReadAudit(user) ? countFailedMails(db) : undefined,
    canReadAudit(user) ? countSince(db, 'login.failed', today) : undefined,
  ]);
  const week = days.map((start, index) => ({ start, count: joined[index] ?? 0 }));
  return { members, week, waiting, tasks, invitations, failedMails, failedLogins };
}

async function countTasks(context: Reading, { id }: User): Promise<Numbers['tasks']> {
  const [mine, overdue] = await Promise.all([
    countFound(context, id, { show: 'mine' }),
    countFound(context, id, { show: 'overdue' }),
  ]);
  return { mine, overdue };
}
