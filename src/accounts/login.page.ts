import type { Request, Response } from 'express';
import { checkInput, type FieldErrors } from '../input.ts';
import { paths } from '../paths.ts';
import { takeDraft } from '../web/csrf.ts';
import { waitText } from '../web/duration.ts';
import { setRetryAfter } from '../web/errors.ts';
import { flash, flashNow } from '../web/flash.ts';
import { type FieldSpec, formView } from '../web/forms.ts';
import { isSameSitePath, seeOther } from '../web/redirect.ts';
import { SESSION_LIMITS } from '../web/session-store.ts';
import { type Login, loginForm } from './login.ts';
import { type Authenticator, authenticate, openSession } from './passport.ts';

const TEXTS = {
  title: 'Log in',
  welcome: (name: string) => `Login successful! Welcome back, ${name}.`,
  wrong: 'Invalid username or password. Try again.',
  disabled: 'This account has been disabled. Please ask the store.',
  throttled: (wait: string) => `Too many failed logins. Try again in ${wait}.`,
};

const FIELDS: Record<string, FieldSpec> = {
  username: { label: 'Username or e-mail', autocomplete: 'username' },
  password: { label: 'Password', type: 'password', autocomplete: 'current-password' },
  remember: { label: 'Keep me logged in for 14 days on this device', type: 'checkbox' },
};

export function loginPage(passport: Authenticator) {
  function show(
    res: Response,
    values: Record<string, unknown>,
    rest: { errors?: FieldErrors; error?: string } = {},
  ) {
    return res.page('accounts/login', {
      title: TEXTS.title,
      section: 'door',
      form: formView(paths.login(), FIELDS, values, rest.errors),
      flashes: rest.error ? [flashNow('error', rest.error)] : [],
    });
  }

  function refuse(res: Response, body: Record<string, unknown>, refusal: Login & { ok: false }) {
    if (refusal.problem === 'throttled') {
      setRetryAfter(res, refusal.retryAfter);
      return show(res.status(429), body, { error: TEXTS.throttled(waitText(refusal.retryAfter)) });
    }
    return show(res.status(422), body, { error: TEXTS[refusal.problem] });
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

      const { returnTo } = req.session;
      await openSession(req, login.user);
      if (form.values.remember !== undefined) req.session.cookie.maxAge = SESSION_LIMITS.remembered;
      flash(req, 'success', TEXTS.welcome(login.user.username));
      await seeOther(req, res, returnTo && isSameSitePath(returnTo) ? returnTo : paths.store());
    },
  };
}
