import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { throttledText } from '../../web/throttled.http.ts';
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
  function show(
    res: Response,
    values: Record<string, unknown>,
    rest: { errors?: Record<string, string>; error?: string } = {},
  ) {
    return res.page('accounts/registration/register', {
      title: TEXTS.title,
      section: 'door',
      form: formView(paths.register(), NEW_ACCOUNT_FIELDS, values, rest.errors),
      providers: loginLinks(context.config.providers),
      error: rest.error,
    });
  }

  return {
    get(req: Request, res: Response): Promise<void> {
      return show(res, takeDraft(req));
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await register(context, req.body, clientOf(req), submittedForm(req));
      if (outcome.ok) {
        flash(req, 'success', DOOR_TEXTS.registered);
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
