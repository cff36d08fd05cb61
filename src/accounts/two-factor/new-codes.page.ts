import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { flash } from '../../web/flash.ts';
import { isSameSitePath, seeOther } from '../../web/redirect.ts';
import { takeShown } from '../../web/submit-once.ts';
import type { AccountContext } from '../account-context.ts';
import { memberOf } from '../signed-in.http.ts';

const TEXTS = {
  title: 'Your recovery codes',
  shownBefore: 'New codes are shown only once. If you didn’t save them, make others here.',
};

/**
 * Shows recovery codes that were just made, once; `no-store` keeps them out of the browser's cache. From here it goes
 * on to the page that led to the set-up, if one did.
 */
export function newCodesPage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const codes = await takeShown(context, memberOf(req).id, String(req.params.form));
      if (!codes) {
        flash(req, 'info', TEXTS.shownBefore);
        return seeOther(req, res, paths.recoveryCodes());
      }
      const { returnTo } = req.session;
      delete req.session.returnTo;
      return res.page('accounts/two-factor/new-codes', {
        title: TEXTS.title,
        section: 'account',
        codes,
        next: returnTo && isSameSitePath(returnTo) ? returnTo : paths.twoFactor(),
      });
    },
  };
}
