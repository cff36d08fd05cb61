import { formatMoment } from '../../shared/format/dates.ts';
import type { AccountContext } from '../account-context.ts';
import { canLoseFactor, secondFactorStatus } from '../credentials/second-factors.ts';
import { mustHaveSecondFactor } from '../member-requirements.ts';
import { signedIn } from '../signed-in.http.ts';

export const TEXTS = {
  title: 'Two-factor authentication',
  on: (since: string) =>
    `It is on, since ${since}. Logging in takes your password and something that only you have.`,
  off: 'It is off: whoever learns your password can log in as you. With it, logging in also takes something that only you have.',
  required: 'This store asks you to have it.',
  codes: (left: number) => (left === 1 ? 'One recovery code is left.' : `${left} recovery codes are left.`),
  noCodes: 'No recovery code is left.',
  passkeys: (count: number) => (count === 1 ? 'You have one passkey.' : `You have ${count} passkeys.`),
  noPasskeys: 'You have no passkey yet.',
};

export function twoFactorPage(context: AccountContext) {
  return signedIn(async (_req, res, user) => {
    const { app, passkeys, recoveryCodesLeft, fewRecoveryCodes, since } = await secondFactorStatus(
      context,
      user,
    );
    return res.page('accounts/two-factor/two-factor', {
      title: TEXTS.title,
      section: 'account',
      on: since !== null,
      status: since === null ? TEXTS.off : TEXTS.on(formatMoment(since, context.config.storeLocale)),
      required: mustHaveSecondFactor(user, context.settings.require2fa) ? TEXTS.required : '',
      app,
      appCanGo: app && (await canLoseFactor(context.db, context, user)),
      passkeys: passkeys === 0 ? TEXTS.noPasskeys : TEXTS.passkeys(passkeys),
      codes: recoveryCodesLeft === 0 ? TEXTS.noCodes : TEXTS.codes(recoveryCodesLeft),
      fewCodes: fewRecoveryCodes,
    });
  });
}
