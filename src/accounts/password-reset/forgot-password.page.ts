import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { type RefusedForm, refusedForm } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { NEW_ACCOUNT_FIELDS } from '../account-fields.ts';
import { requestReset } from './reset-requests.ts';

export const TEXTS = {
  title: 'Forgot your password?',
  email: 'E-mail address of your account',
  sent: 'If there is an account with this address, a mail with a link is on its way. The link works for one hour.',
  throttled: (wait: string) => `Too many links were asked for from your network. Try again in ${wait}.`,
};

const FIELDS = { email: { ...NEW_ACCOUNT_FIELDS.email, label: TEXTS.email } };

export function forgotPasswordPage(context: AccountContext) {
  function show(res: Response, values: Record<string, unknown>, { errors, error }: RefusedForm = {}) {
    return res.page('accounts/password-reset/forgot-password', {
      title: TEXTS.title,
      section: 'door',
      form: formView(paths.forgotPassword(), FIELDS, values, errors),
      error,
    });
  }

  return {
    get: (req: Request, res: Response) => show(res, takeDraft(req)),

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await requestReset(context, req.body, clientOf(req), submittedForm(req));
      if (outcome.ok) return seeOther(req, res, paths.login(), { info: TEXTS.sent });
      return show(res, req.body, refusedForm(res, outcome, TEXTS.throttled));
    },
  };
}
