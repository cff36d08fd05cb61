import { isStaff } from '../../permissions.ts';
import { sessionHashOf } from '../../sessions/session-store.ts';
import { agoView, dayView } from '../../shared/format/dates.ts';
import type { AccountContext } from '../account-context.ts';
import { formatPrograms } from '../api-tokens/format-client.ts';
import { hasPassword, providersOf } from '../credentials/login-methods.ts';
import { listPersonalTokensOf } from '../credentials/personal-tokens.table.ts';
import { type SecondFactorStatus, secondFactorStatus } from '../credentials/second-factors.ts';
import { listFamiliesOf } from '../credentials/token-families.table.ts';
import { signedIn } from '../signed-in.http.ts';
import { findCreatedAt } from '../users.table.ts';
import { activityView } from './activity.page.ts';
import { readLatestActivity } from './activity.ts';
import { listDevices } from './devices.ts';

const TEXTS = {
  title: 'My account',
  app: 'authenticator app',
  passkeys: (count: number) => (count === 1 ? '1 passkey' : `${count} passkeys`),
  codes: (count: number) => (count === 1 ? '1 recovery code left' : `${count} recovery codes left`),
  devices: (count: number) => (count === 1 ? '1 device is logged in' : `${count} devices are logged in`),
};

/** How many of the latest events the overview shows. */
const LATEST = 5;

export function overviewPage(context: AccountContext) {
  return {
    get: signedIn(async (req, res, user) => {
      const { db, clock, config } = context;
      const [createdAt, password, providers, factors, devices, programs, tokens, activities] =
        await Promise.all([
          findCreatedAt(db, user.id),
          hasPassword(db, user.id),
          providersOf(db, context, user.id),
          secondFactorStatus(context, user),
          listDevices(context, user.id, sessionHashOf(req)),
          listFamiliesOf(db, user.id, clock()),
          listPersonalTokensOf(db, user.id),
          readLatestActivity(context, user.id, LATEST),
        ]);
      return res.page('accounts/profile/overview', {
        title: TEXTS.title,
        section: 'account',
        role: isStaff(user) ? user.role : '',
        memberSince: dayView(createdAt ?? clock(), config.storeLocale),
        hasPassword: password,
        providers: providers.map(({ name }) => name).join(' and '),
        canConnect: config.providers.length > 0,
        passwordChanged:
          user.passwordChangedAt === null ? undefined : agoView(user.passwordChangedAt, clock()),
        twoFactor: twoFactorView(factors),
        devices: TEXTS.devices(devices.length),
        programs: formatPrograms(
          programs.length,
          tokens.filter(({ expiresAt }) => expiresAt > clock()).length,
        ),
        activities: activities.map((activity) => activityView(activity, config.storeLocale)),
      });
    }),
  };
}

/** Two-factor in words: what there is of it, and whether the recovery codes run out. */
function twoFactorView({ app, passkeys, recoveryCodesLeft, fewRecoveryCodes, since }: SecondFactorStatus) {
  const factors = [
    ...(app ? [TEXTS.app] : []),
    ...(passkeys > 0 ? [TEXTS.passkeys(passkeys)] : []),
    TEXTS.codes(recoveryCodesLeft),
  ];
  return { on: since !== null, words: factors.join(', '), few: fewRecoveryCodes };
}
