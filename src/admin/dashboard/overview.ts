import { countMatching } from '../../accounts/invitations/invitation-list.table.ts';
import type { User } from '../../accounts/users.table.ts';
import { countSince } from '../../audit/audit-log.table.ts';
import { countFailedMails } from '../../mail/outbox.table.ts';
import { countJoined, countMembers } from '../../members/member-counts.table.ts';
import { countWaitingMembers } from '../../members/member-list.ts';
import { canChangeSettings, canManageMembers, canReadAudit } from '../../permissions.ts';
import { readSettings } from '../../settings/settings.table.ts';
import { DAY, startOfDay } from '../../shared/clock.ts';
import { countFound } from '../../tasks/task-list.ts';
import type { AdminContext } from '../shared/admin-context.ts';

/** How many days the dashboard's week has, today among them. */
const WEEK = 7;

export type Numbers = Awaited<ReturnType<typeof readNumbers>>;

/** How many members joined on a day. @property start when it begins, in UTC milliseconds */
export type DayCount = Numbers['week'][number];

/**
 * Counts what somebody who works for the store sees at a glance, all at once. Undefined: what they may not see, and who
 * waits where nobody has to.
 */
export async function readNumbers(context: Pick<AdminContext, 'db' | 'clock' | 'settings'>, user: User) {
  const { db, clock, settings } = context;
  const now = clock();
  const today = startOfDay(now);
  const days = Array.from({ length: WEEK }, (_none, index) => today - (WEEK - 1 - index) * DAY);
  const [members, joined, waiting, mine, overdue, invitations, failedMails, failedLogins] = await Promise.all(
    [
      countMembers(db),
      countJoined(db, days),
      settings.membership === 'approval' ? countWaitingMembers(context) : undefined,
      countFound(context, user.id, { show: 'mine' }),
      countFound(context, user.id, { show: 'overdue' }),
      canManageMembers(user) ? countMatching(db, { state: 'open', beginning: '', now }) : undefined,
      canReadAudit(user) ? countFailedMails(db) : undefined,
      canReadAudit(user) ? countSince(db, 'login.failed', today) : undefined,
    ],
  );
  const week = days.map((start, index) => ({ start, count: joined[index] ?? 0 }));
  return { members, week, waiting, tasks: { mine, overdue }, invitations, failedMails, failedLogins };
}

/** What somebody who has just opened a store does first. */
export type FirstStep = 'two-factor' | 'membership' | 'mail-server' | 'mail-arrives' | 'invite';

/**
 * Says what is left to do until a store is ready for its members; nothing to those who cannot do it.
 *
 * @param others how many members there are beside who asks, and how many are invited
 */
export async function firstSteps(
  { db, config, settings }: Pick<AdminContext, 'db' | 'settings' | 'config'>,
  user: User,
  others: number,
): Promise<FirstStep[]> {
  if (!canChangeSettings(user)) return [];
  const { changedAt } = await readSettings(db);
  const steps: [FirstStep, boolean][] = [
    ['two-factor', user.twoFactorSince === null],
    ['membership', changedAt === null && settings.fixed.membership === undefined],
    // Where there is a mail server, the mail that confirms the own address shows that it works.
    ['mail-server', config.smtpUrl === undefined],
    ['mail-arrives', config.smtpUrl !== undefined && user.emailVerifiedAt === null],
    ['invite', others === 0],
  ];
  return steps.filter(([, left]) => left).map(([step]) => step);
}
