import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { formatDay } from '../../shared/format/dates.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { closeSession } from '../login/passport.http.ts';
import { memberOf } from '../signed-in.http.ts';
import { CLOSING_TIME, closeAccount } from './closure.ts';

const TEXTS = {
  title: 'Close the account',
  done: (until: string) =>
    `Your account is closed. It will be erased on ${until}; until then the link in the mail that we have just sent opens it again.`,
  lastAdmin:
    'You are the only administrator who can log in, and somebody must be able to run the store. Make somebody else an administrator first.',
};

const FIELDS: Record<string, FieldSpec> = {
  username: { label: 'Your username, to confirm', autocomplete: 'off' },
};

export function closingPage(context: AccountContext) {
  function show(
    req: Request,
    res: Response,
    values: Record<string, unknown>,
    rest: { errors?: FieldErrors; error?: string } = {},
  ) {
    return res.page('accounts/closure/close-account', {
      title: TEXTS.title,
      section: 'account',
      username: memberOf(req).username,
      until: formatDay(context.clock() + CLOSING_TIME, context.config.storeLocale),
      form: formView(paths.closing(), FIELDS, values, rest.errors),
      error: rest.error,
    });
  }

  return {
    get(req: Request, res: Response): Promise<void> {
      return show(req, res, takeDraft(req));
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await closeAccount(context, memberOf(req), req.body, clientOf(req));
      if (!outcome.ok && outcome.problem === 'invalid') {
        return show(req, res.status(422), req.body, { errors: outcome.errors });
      }
      if (!outcome.ok) {
        const error = outcome.problem === 'last-admin' ? TEXTS.lastAdmin : outcome.reason;
        return show(req, res.status(422), req.body, { error });
      }
      await closeSession(req);
      flash(req, 'success', TEXTS.done(outcome.until));
      await seeOther(req, res, paths.login());
    },
  };
}
