import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { formatMoment } from '../../shared/format/dates.ts';
import { flash } from '../../web/flash.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import type { AccountContext } from '../account-context.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { codesMadeAt, countUnusedCodes } from '../credentials/recovery-codes.table.ts';
import { FEW_CODES, renewRecoveryCodes } from '../credentials/recovery-codes.ts';
import { memberOf } from '../signed-in.http.ts';

export const TEXTS = {
  title: 'Recovery codes',
  off: 'Recovery codes come with two-factor authentication, and yours is off.',
  left: (left: number, made: string) => `${left} of the 10 codes made on ${made} are left.`,
  made: 'New recovery codes were made. The ones before no longer work, and your other devices and programs were logged out.',
  stale: 'New codes were made already, and are shown only once. If you did not see them, make others here.',
};

/** Says how many recovery codes are left, and makes new ones. */
export function recoveryCodesPage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const { id } = memberOf(req);
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
    },

    async post(req: Request, res: Response): Promise<void> {
      const form = submittedForm(req);
      const by = { ...changeBy(req), form };
      const outcome = await renewRecoveryCodes(context, by, req.body?.seen_codes);
      if (outcome.ok) {
        flash(req, 'success', TEXTS.made);
        return seeOther(req, res, paths.newRecoveryCodes(form.keyHash));
      }
      if (outcome.problem === 'off') return sayOff(req, res);
      flash(req, 'warning', TEXTS.stale);
      return seeOther(req, res, paths.recoveryCodes());
    },
  };
}

function sayOff(req: Request, res: Response): Promise<void> {
  flash(req, 'info', TEXTS.off);
  return seeOther(req, res, paths.twoFactor());
}
