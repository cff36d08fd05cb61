import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { formView } from '../../web/forms.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { NEW_ACCOUNT_FIELDS } from '../account-fields.ts';
import { isSetupOpen, setUpFirstAdmin } from './setup.ts';

export const TEXTS = {
  title: 'Set up the first administrator',
  done: 'The first administrator is set up. Please log in.',
  closed:
    'This set-up link cannot be used: the store has an administrator already, or a newer link was made at the last start.',
};

export function setupPage(context: AccountContext) {
  function show(req: Request, res: Response, values: Record<string, unknown>, errors?: FieldErrors) {
    return res.page('accounts/registration/setup', {
      title: TEXTS.title,
      section: 'door',
      form: formView(paths.setup(tokenOf(req)), NEW_ACCOUNT_FIELDS, values, errors),
    });
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      if (!(await isSetupOpen(context, tokenOf(req)))) throw new Problem(404, TEXTS.closed);
      return show(req, res, takeDraft(req));
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await setUpFirstAdmin(context, tokenOf(req), req.body, clientOf(req));
      if (outcome.ok) return seeOther(req, res, paths.login(), { success: TEXTS.done });
      if (outcome.problem === 'closed') throw new Problem(404, TEXTS.closed);
      return show(req, res.status(422), req.body, outcome.errors);
    },
  };
}

function tokenOf(req: Request): string {
  return String(req.params.token);
}
