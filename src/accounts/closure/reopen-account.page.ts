import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { type NextStep, showDeadLink } from '../invalid-link.page.ts';
import { comeBack, findReturn } from './closure.ts';

const TEXTS = {
  title: 'Come back',
  done: 'Welcome back. Your account is open again. Please log in.',
  next: 'To the login page',
};

const NEXT: NextStep = { url: paths.login(), label: TEXTS.next };

/** Opens a closed account again, by a button: programs that look through mail open every link. */
export function comeBackPage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const token = String(req.params.token);
      const found = await findReturn(context, token);
      if (found.state !== 'live') return showDeadLink(req, res, found.state, NEXT);
      return res.page('accounts/closure/reopen-account', {
        title: TEXTS.title,
        section: 'door',
        username: found.username,
        form: formView(paths.comeBack(token), {}),
      });
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await comeBack(context, String(req.params.token), clientOf(req));
      if (!outcome.ok) return showDeadLink(req, res, outcome.problem, NEXT);
      flash(req, 'success', TEXTS.done);
      await seeOther(req, res, paths.login());
    },
  };
}
