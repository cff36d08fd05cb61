import type { Request, Response } from 'express';
import { completeLoginForm, logInCompletely } from '../../accounts/login/login.ts';
import { startSession } from '../../accounts/login/login-session.http.ts';
import { closeSession } from '../../accounts/login/passport.http.ts';
import { refusalText } from '../../accounts/login/refusals.ts';
import { register as registerMember } from '../../accounts/registration/registration.ts';
import { checkInput } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { dropSession } from '../../web/session.ts';
import type { ApiContext } from '../api-context.ts';
import { answer, messageOf, textIn, throttled } from './answers.ts';

/** The contract's own words: clients compare them. */
const TEXTS = {
  registered: 'User registered',
  fieldsMissing: 'All fields required',
  usernameTaken: 'Username already taken',
  emailTaken: 'Email already registered',
  loggedIn: 'login successful',
  credentialsMissing: 'missing credentials',
  wrong: 'invalid credentials',
  secondFactor: 'second factor required',
  wrongCode: 'invalid code',
  loggedOut: 'logged out',
};

const FIELDS = ['username', 'email', 'password'] as const;

/** Registering, logging in and logging out. */
export function signingIn(context: ApiContext) {
  /** A code that comes with a member's login; without one the answer says whether there must be one. */
  function credentialsIn(req: Request) {
    const [username, password, code] = ['username', 'password', 'code'].map((field) => textIn(req, field));
    return checkInput(completeLoginForm, { username, password, ...(code === undefined ? {} : { code }) });
  }

  return {
    async register(req: Request, res: Response): Promise<void> {
      const refuse = (status: number, error: string) => answer(req, res, status, { ok: false, error });
      const [username, email, password] = FIELDS.map((field) => textIn(req, field));
      if (!username?.trim() || !email?.trim() || !password) return refuse(400, TEXTS.fieldsMissing);

      const form = { username, email, password, password_confirmation: password };
      const outcome = await registerMember(context, form, clientOf(req));
      if (outcome.ok) return answer(req, res, 201, { ok: true, msg: TEXTS.registered });
      if (outcome.problem === 'throttled') throw throttled(outcome.retryAfter);
      const { errors, taken } = outcome;
      if (Object.keys(errors).length > taken.length) return refuse(400, messageOf(errors, FIELDS));
      return refuse(409, taken.includes('username') ? TEXTS.usernameTaken : TEXTS.emailTaken);
    },

    async login(req: Request, res: Response): Promise<void> {
      const refuse = (status: number, error: string) => answer(req, res, status, { error });
      const form = credentialsIn(req);
      if (!form.ok) {
        const { username, password } = form.errors;
        return username || password ? refuse(400, TEXTS.credentialsMissing) : refuse(401, TEXTS.wrongCode);
      }
      const login = await logInCompletely(context, form.values, clientOf(req));
      if (login.ok) {
        await startSession(context, req, res, login.user, { factors: login.factors, remember: false });
        return answer(req, res, 200, { ok: true, msg: TEXTS.loggedIn });
      }
      switch (login.problem) {
        case 'throttled':
          throw throttled(login.retryAfter);
        case 'wrong':
          return refuse(401, TEXTS.wrong);
        case 'second-factor-required':
          return refuse(401, TEXTS.secondFactor);
        case 'wrong-code':
          return refuse(401, TEXTS.wrongCode);
        default:
          return refuse(403, refusalText(login.problem, context.settings));
      }
    },

    async logout(req: Request, res: Response): Promise<void> {
      if (req.user) await closeSession(req);
      dropSession(req, res);
      await answer(req, res, 200, { ok: true, msg: TEXTS.loggedOut });
    },
  };
}
