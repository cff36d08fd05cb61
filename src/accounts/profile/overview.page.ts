import { paths } from '../../paths.ts';
import { isStaff } from '../../permissions.ts';
import { sessionHashOf } from '../../sessions/session-store.ts';
import { formatCount } from '../../shared/format/counts.ts';
import { agoView, dayView, type Moment, momentView } from '../../shared/format/dates.ts';
import { pageNumber, paginate } from '../../web/pagination.ts';
import type { AccountContext } from '../account-context.ts';
import { formatClientCount } from '../api-tokens/format-client.ts';
import { hasPassword, providersOf } from '../credentials/login-methods.ts';
import { listPersonalTokensOf } from '../credentials/personal-tokens.table.ts';
import { type SecondFactorStatus, secondFactorStatus } from '../credentials/second-factors.ts';
import { listFamiliesOf } from '../credentials/token-families.table.ts';
import { signedIn } from '../signed-in.http.ts';
import { findCreatedAt } from '../users.table.ts';
import { type Activity, readActivity, readLatestActivity } from './activity.ts';
import { listDevices } from './devices.ts';

const TEXTS = {
  title: 'My account',
  app: 'authenticator app',
  codes: (count: number) => `${formatCount(count, 'recovery code')} left`,
  devices: (count: number) => `${formatCount(count, 'device')} ${count === 1 ? 'is' : 'are'} logged in`,
  activity: 'Activity',
};

const LATEST = 5;

export function overviewPage(context: AccountContext) {
  return {
    get: signedIn(async (req, res, user) => {
      const { db, clock, config } = context;
      const now = clock();
      const [createdAt, password, providers, factors, devices, clients, tokens, activities] =
        await Promise.all([
          findCreatedAt(db, user.id),
          hasPassword(db, user.id),
          providersOf(db, context, user.id),
          secondFactorStatus(context, user),
          listDevices(context, user.id, sessionHashOf(req)),
          listFamiliesOf(db, user.id, now),
          listPersonalTokensOf(db, user.id),
          readLatestActivity(context, user.id, LATEST),
        ]);
      return res.page('accounts/profile/overview', {
        title: TEXTS.title,
        section: 'account',
        role: isStaff(user) ? user.role : '',
        memberSince: dayView(createdAt ?? now, config.storeLocale),
        hasPassword: password,
        providers: providers.map(({ name }) => name).join(' and '),
        canConnect: config.providers.length > 0,
        passwordChanged: user.passwordChangedAt === null ? undefined : agoView(user.passwordChangedAt, now),
        twoFactor: twoFactorView(factors),
        devices: TEXTS.devices(devices.length),
        programs: formatClientCount(clients.length, tokens.filter(({ expiresAt }) => expiresAt > now).length),
        activities: activities.map((activity) => activityView(activity, config.storeLocale)),
      });
    }),
  };
}

/** Two-factor in words: what there is of it, and whether the recovery codes run out. */
function twoFactorView({ app, passkeys, recoveryCodesLeft, fewRecoveryCodes, since }: SecondFactorStatus) {
  const factors = [
    ...(app ? [TEXTS.app] : []),
    ...(passkeys > 0 ? [formatCount(passkeys, 'passkey')] : []),
    TEXTS.codes(recoveryCodesLeft),
  ];
  return { on: since !== null, words: factors.join(', '), few: fewRecoveryCodes };
}

export function activityPage(context: AccountContext) {
  return {
    get: signedIn(async (req, res, user) => {
      const asked = pageNumber(req.query.page);
      const { activities, page, pageCount } = await readActivity(context, user.id, asked);
      return res.page('accounts/profile/activity', {
        title: TEXTS.activity,
        section: 'account',
        activities: activities.map((activity) => activityView(activity, context.config.storeLocale)),
        pagination: paginate(page, pageCount, (number) =>
          number === 1 ? paths.activity() : `${paths.activity()}?page=${number}`,
        ),
      });
    }),
  };
}

function activityView(activity: Activity, locale: string): Activity & { moment: Moment } {
  return { ...activity, moment: momentView(activity.at, locale) };
}
