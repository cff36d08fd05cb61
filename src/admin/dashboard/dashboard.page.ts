import { signedIn } from '../../accounts/signed-in.http.ts';
import type { User } from '../../accounts/users.table.ts';
import { paths } from '../../paths.ts';
import { canManageMembers } from '../../permissions.ts';
import type { Membership } from '../../settings/store-settings.ts';
import { dayOf } from '../../shared/clock.ts';
import { formatDay } from '../../shared/format/dates.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { type FirstStep, firstSteps, type Numbers, readNumbers } from './overview.ts';
import { weekChart } from './week-chart.ts';

export const TEXTS = {
  title: 'Back office',
  waiting: 'Members waiting',
  mine: 'My tasks',
  overdue: 'Tasks overdue',
  failedMails: 'Mails that failed',
  failedLogins: 'Failed logins today',
  all: 'Members in all',
  week: 'New this week',
  invitations: 'Open invitations',
  disabled: 'Disabled',
  locked: 'Locked',
  closing: 'To be erased',
  nobodyWaits: {
    approval: '',
    open: 'Nobody waits to be let in: who registers is in.',
    verified: 'Nobody waits to be let in: who confirms the e-mail address is in.',
  } satisfies Record<Membership, string>,
};

const STEPS: Record<FirstStep, { title: string; text: string; link?: { label: string; url: string } }> = {
  'two-factor': {
    title: 'Protect your account',
    text: 'So far a password alone opens the account that runs this store. A second step takes a minute.',
    link: { label: 'Set up two-factor', url: paths.twoFactor() },
  },
  membership: {
    title: 'Choose who is let in',
    text: 'Everybody who registers, who confirms the e-mail address, or whom you let in. The settings also hold the store’s name and what stands at its door.',
    link: { label: 'Open the settings', url: paths.settings() },
  },
  'mail-server': {
    title: 'Set up mail',
    text: 'No mail reaches anybody yet: nobody can be invited, confirm an address or choose a new password. Set SMTP_URL to your mail server and start the store again.',
  },
  'mail-arrives': {
    title: 'See that mail arrives',
    text: 'A mail server is set. Confirm your e-mail address by the mail that the store sent you: when it is there, others get theirs.',
    link: { label: 'Open my account', url: paths.account() },
  },
  invite: {
    title: 'Invite the first members',
    text: 'One or a whole list: each gets a link by mail. Others register at the door by themselves.',
    link: { label: 'Invite members', url: paths.newInvitations() },
  },
};

export function dashboardPage(context: AdminContext) {
  return {
    get: signedIn(async (_req, res, user) => {
      const { clock, config, settings } = context;
      const numbers = await readNumbers(context, user);
      const others = numbers.members.all - 1 + (numbers.invitations ?? 0);
      const steps = await firstSteps(context, user, others);
      return renderAdminPage(res, 'dashboard/dashboard', {
        title: TEXTS.title,
        today: formatDay(clock(), config.storeLocale),
        steps: steps.map((step) => STEPS[step]),
        nobodyWaits: TEXTS.nobodyWaits[settings.membership],
        ...entriesOf(numbers, user, config.storeLocale),
        chart: weekChart(numbers.week, config.storeLocale),
      });
    }),
  };
}

/** What there is to do, and how many there are: each a number with its label, and a link for who may see the list. */
function entriesOf(numbers: Numbers, user: User, locale: string) {
  const format = new Intl.NumberFormat(locale);
  /** @param matters whether somebody should look at it while there are any */
  const entry = (label: string, count: number | undefined, url: string | undefined, matters = false) =>
    count === undefined ? [] : [{ label, number: format.format(count), url, due: matters && count > 0 }];
  const { members, week, waiting, tasks, failedMails, failedLogins, invitations } = numbers;
  const today = dayOf(week.at(-1)?.start ?? 0);
  const joined = week.reduce((sum, { count }) => sum + count, 0);
  return {
    todo: [
      ...entry(TEXTS.waiting, waiting, canManageMembers(user) ? paths.waitingMembers() : undefined, true),
      ...entry(TEXTS.mine, tasks.mine, `${paths.tasks()}?show=mine`),
      ...entry(TEXTS.overdue, tasks.overdue, `${paths.tasks()}?show=overdue`, true),
      ...entry(TEXTS.failedMails, failedMails, paths.mails(), true),
      ...entry(TEXTS.failedLogins, failedLogins, `${paths.audit()}?action=login.failed&from=${today}`),
    ],
    members: [
      ...entry(TEXTS.all, members.all, paths.adminMembers()),
      ...entry(TEXTS.week, joined, `${paths.adminMembers()}?joined=week`),
      ...entry(TEXTS.invitations, invitations, paths.invitations()),
      ...entry(TEXTS.disabled, members.disabled, `${paths.adminMembers()}?state=disabled`),
      ...entry(TEXTS.locked, members.locked, `${paths.adminMembers()}?state=locked`),
      ...entry(TEXTS.closing, members.closing, `${paths.adminMembers()}?state=closing`),
    ],
  };
}
