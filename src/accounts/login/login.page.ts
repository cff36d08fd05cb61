import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { checkInput, type FieldErrors } from '../../shared/validation.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { throttledText } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { DOOR_TEXTS } from '../door-texts.ts';
import { type Login, loginForm } from './login.ts';
import { continueLogin } from './login-session.http.ts';
import { type Authenticator, authenticate } from './passport.http.ts';
import { loginLinks } from './provider-links.http.ts';
import { refusalText } from './refusals.ts';

const TEXTS = {
  title: 'Log in',
  throttled: (wait: string) => `Too many failed logins. Try again in ${wait}.`,
};

const FIELDS: Record<string, FieldSpec> = {
  username: { label: 'Username or e-mail', autocomplete: 'username' },
  password: { label: 'Password', type: 'password', autocomplete: 'current-password' },
  remember: { label: 'Keep me logged in for 14 days on this device', type: 'checkbox' },
};

export function loginPage(context: AccountContext, passport: Authenticator) {
  function show(
    res: Response,
    values: Record<string, unknown>,
    rest: { errors?: FieldErrors; error?: string } = {},
  ) {
    return res.page('accounts/login/login', {
      title: TEXTS.title,
      section: 'door',
      form: formView(paths.login(), FIELDS, values, rest.errors),
      providers: loginLinks(context.config.providers),
      error: rest.error,
    });
  }

  function refuse(res: Response, body: Record<string, unknown>, refusal: Login & { ok: false }) {
    if (refusal.problem === 'throttled') {
      const error = throttledText(res, refusal, TEXTS.throttled);
      return show(res, body, { error });
    }
    const error =
      refusal.problem === 'wrong' ? DOOR_TEXTS.wrong : refusalText(refusal.problem, context.settings);
    return show(res.status(422), body, { error });
  }

  return {
    get(req: Request, res: Response): Promise<void> {
      return show(res, takeDraft(req));
    },

    async post(req: Request, res: Response): Promise<void> {
      const form = checkInput(loginForm, req.body);
      if (!form.ok) return show(res.status(422), req.body, { errors: form.errors });

      const login = await authenticate(passport, req, res);
      if (!login.ok) return refuse(res, req.body, login);

      const remember = form.values.remember !== undefined;
      await continueLogin(context, req, res, login.user, { first: 'password', remember });
    },
  };
}
