import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { throttledText } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { requestReset } from './reset-requests.ts';

export const TEXTS = {
  title: 'Forgot your password?',
  sent: 'If there is an account with this address, a mail with a link is on its way. The link works for one hour.',
  throttled: (wait: string) => `Too many links were asked for from your network. Try again in ${wait}.`,
};

const FIELDS: Record<string, FieldSpec> = {
  email: {
    label: 'E-mail address of your account',
    type: 'email',
    autocomplete: 'email',
    inputmode: 'email',
  },
};

export function forgotPasswordPage(context: AccountContext) {
  function show(
    res: Response,
    values: Record<string, unknown>,
    rest: { errors?: FieldErrors; error?: string } = {},
  ) {
    return res.page('accounts/password-reset/forgot-password', {
      title: TEXTS.title,
      section: 'door',
      form: formView(paths.forgotPassword(), FIELDS, values, rest.errors),
      error: rest.error,
    });
  }

  return {
    get(req: Request, res: Response): Promise<void> {
      return show(res, takeDraft(req));
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await requestReset(context, req.body, clientOf(req), submittedForm(req));
      if (outcome.ok) {
        flash(req, 'info', TEXTS.sent);
        return seeOther(req, res, paths.login());
      }
      if (outcome.problem === 'throttled') {
        const error = throttledText(res, outcome, TEXTS.throttled);
        return show(res, req.body, { error });
      }
      return show(res.status(422), req.body, { errors: outcome.errors });
    },
  };
}
