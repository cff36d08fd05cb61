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
import { DOOR_TEXTS } from '../door-texts.ts';
import { loginLinks } from '../login/provider-links.http.ts';
import { register } from './registration.ts';

const TEXTS = {
  title: 'Register',
  throttled: (wait: string) => `Too many registrations from your network. Try again in ${wait}.`,
};

export function registerPage(context: AccountContext) {
  function show(res: Response, values: Record<string, unknown>, { errors, error }: RefusedForm = {}) {
    return res.page('accounts/registration/register', {
      title: TEXTS.title,
      section: 'door',
      form: formView(paths.register(), NEW_ACCOUNT_FIELDS, values, errors),
      providers: loginLinks(context.config.providers),
      error,
    });
  }

  return {
    get: (req: Request, res: Response) => show(res, takeDraft(req)),

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await register(context, req.body, clientOf(req), submittedForm(req));
      if (outcome.ok) return seeOther(req, res, paths.login(), { success: DOOR_TEXTS.registered });
      return show(res, req.body, refusedForm(res, outcome, TEXTS.throttled));
    },
  };
}
