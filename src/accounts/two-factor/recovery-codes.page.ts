import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { formatMoment } from '../../shared/format/dates.ts';
import { formView } from '../../web/forms.ts';
import { isSameSitePath, seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { takeShown } from '../../web/submit-once.ts';
import type { AccountContext } from '../account-context.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { codesMadeAt, countUnusedCodes } from '../credentials/recovery-codes.table.ts';
import { FEW_CODES, renewRecoveryCodes } from '../credentials/recovery-codes.ts';
import { signedIn } from '../signed-in.http.ts';

export const TEXTS = {
  title: 'Recovery codes',
  off: 'Recovery codes come with two-factor authentication, and yours is off.',
  left: (left: number, made: string) => `${left} of the 10 codes made on ${made} are left.`,
  made: 'New recovery codes were made. The ones before no longer work, and your other devices and programs were logged out.',
  stale: 'New codes were made already, and are shown only once. If you did not see them, make others here.',
  new: 'Your recovery codes',
  shownBefore: 'New codes are shown only once. If you didn’t save them, make others here.',
};

export function recoveryCodesPage(context: AccountContext) {
  const sayOff = (req: Request, res: Response) => seeOther(req, res, paths.twoFactor(), { info: TEXTS.off });

  return {
    get: signedIn(async (req, res, { id }) => {
      const madeAt = await codesMadeAt(context.db, id);
      if (madeAt === undefined) return sayOff(req, res);
      const left = await countUnusedCodes(context.db, id);
      return res.page('accounts/two-factor/recovery-codes', {
        title: TEXTS.title,
        section: 'account',
        left: TEXTS.left(left, formatMoment(madeAt, context.config.storeLocale)),
        few: left <= FEW_CODES,
        form: formView(paths.recoveryCodes(), {}),
        // Sent back with the form, so that one of another window ends no codes that it has not seen.
        seen: madeAt,
      });
    }),

    async post(req: Request, res: Response): Promise<void> {
      const form = submittedForm(req);
      const outcome = await renewRecoveryCodes(context, { ...changeBy(req), form }, req.body?.seen_codes);
      if (outcome.ok)
        return seeOther(req, res, paths.newRecoveryCodes(form.keyHash), { success: TEXTS.made });
      if (outcome.problem === 'off') return sayOff(req, res);
      return seeOther(req, res, paths.recoveryCodes(), { warning: TEXTS.stale });
    },

    /**
     * Shows codes that were just made, once; `no-store` keeps them out of the browser's cache. From here it goes on to
     * the page that led to the set-up, if one did.
     */
    showNew: signedIn(async (req, res, { id }) => {
      const codes = await takeShown(context, id, String(req.params.form));
      if (!codes) return seeOther(req, res, paths.recoveryCodes(), { info: TEXTS.shownBefore });
      const { returnTo } = req.session;
      delete req.session.returnTo;
      return res.page('accounts/two-factor/new-codes', {
        title: TEXTS.new,
        section: 'account',
        codes,
        next: returnTo && isSameSitePath(returnTo) ? returnTo : paths.twoFactor(),
      });
    }),
  };
}
