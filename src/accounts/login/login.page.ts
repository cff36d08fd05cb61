import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { checkInput } from '../../shared/validation.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { type RefusedForm, throttledText } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { DOOR_TEXTS } from '../door-texts.ts';
import { loginForm, refusalText } from './login.ts';
import { continueLogin } from './login-session.http.ts';
import { type Authenticator, authenticate, closeSession } from './passport.http.ts';
import { loginLinks } from './provider-links.http.ts';

const TEXTS = {
  title: 'Log in',
  logOut: 'Log out',
  throttled: (wait: string) => `Too many failed logins. Try again in ${wait}.`,
};

const FIELDS: Record<string, FieldSpec> = {
  username: { label: 'Username or e-mail', autocomplete: 'username' },
  password: { label: 'Password', type: 'password', autocomplete: 'current-password' },
  remember: { label: 'Keep me logged in for 14 days on this device', type: 'checkbox' },
};

export function loginPage(context: AccountContext, passport: Authenticator) {
  function show(res: Response, values: Record<string, unknown>, { errors, error }: RefusedForm = {}) {
    return res.page('accounts/login/login', {
      title: TEXTS.title,
      section: 'door',
      form: formView(paths.login(), FIELDS, values, errors),
      providers: loginLinks(context.config.providers),
      error,
    });
  }

  return {
    get(req: Request, res: Response): Promise<void> {
      return show(res, takeDraft(req));
    },

    async post(req: Request, res: Response): Promise<void> {
      const form = checkInput(loginForm, req.body);
      if (!form.ok) return show(res.status(422), req.body, { errors: form.errors });

      const login = await authenticate(passport, req, res);
      if (login.ok) {
        const remember = form.values.remember !== undefined;
        return continueLogin(context, req, res, login.user, { first: 'password', remember });
      }
      const { problem } = login;
      if (problem === 'throttled')
        return show(res, req.body, { error: throttledText(res, login, TEXTS.throttled) });
      const error = problem === 'wrong' ? DOOR_TEXTS.wrong : refusalText(problem, context.settings);
      return show(res.status(422), req.body, { error });
    },
  };
}

export const logoutPage = {
  get(_req: Request, res: Response): Promise<void> {
    return res.page('accounts/login/logout', { title: TEXTS.logOut, form: formView(paths.logout(), {}) });
  },

  async post(req: Request, res: Response): Promise<void> {
    await closeSession(req);
    await seeOther(req, res, paths.login(), { info: DOOR_TEXTS.loggedOut });
  },
};
