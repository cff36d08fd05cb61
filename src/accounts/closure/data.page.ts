import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { formView } from '../../web/forms.ts';
import type { AccountContext } from '../account-context.ts';
import { memberOf } from '../signed-in.http.ts';
import { exportData } from './data-export.ts';

const TEXTS = {
  title: 'My data',
  parts: [
    'Your profile: username, e-mail address, role, and when each of them came to be.',
    'Your sessions, and the browsers that you have logged in with.',
    'Your passkeys by name, your authenticator app and recovery codes by date.',
    'Everything in your activity.',
    'When we have written to you, and the links that we mailed.',
  ],
};

export function dataPage(context: AccountContext) {
  return {
    get(_req: Request, res: Response): Promise<void> {
      return res.page('accounts/closure/data', {
        title: TEXTS.title,
        section: 'account',
        parts: TEXTS.parts,
        form: formView(paths.data(), {}),
      });
    },

    /** Sends the zip. */
    async post(req: Request, res: Response): Promise<void> {
      const { name, bytes } = await exportData(context, memberOf(req), clientOf(req));
      res.attachment(name).set('Cache-Control', 'no-store').end(bytes);
    },
  };
}
