import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { flash } from '../../web/flash.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { DOOR_TEXTS } from '../door-texts.ts';
import { closeSession } from './passport.http.ts';

const TEXTS = {
  title: 'Log out',
};

export const logoutPage = {
  get(_req: Request, res: Response): Promise<void> {
    return res.page('accounts/login/logout', { title: TEXTS.title, form: formView(paths.logout(), {}) });
  },

  async post(req: Request, res: Response): Promise<void> {
    await closeSession(req);
    flash(req, 'info', DOOR_TEXTS.loggedOut);
    await seeOther(req, res, paths.login());
  },
};
