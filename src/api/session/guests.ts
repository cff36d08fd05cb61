import type { Request, Response } from 'express';
import { followLink } from '../../accounts/links.ts';
import { completeLoginForm, logInCompletely, refusalText } from '../../accounts/login/login.ts';
import { startSession } from '../../accounts/login/login-session.http.ts';
import { closeSession } from '../../accounts/login/passport.http.ts';
import { resetPassword } from '../../accounts/password-reset/reset-password.ts';
import { requestReset } from '../../accounts/password-reset/reset-requests.ts';
import { verificationLink } from '../../accounts/registration/email-verification.ts';
import { register } from '../../accounts/registration/registration.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { checkInput } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { Problem } from '../../web/problems.ts';
import { dropSession } from '../../web/session.ts';
import type { ApiContext } from '../api-context.ts';
import { answer, messageOf, textIn, throttled } from './answers.ts';

/** The contract's own words: clients compare them. */
export const TEXTS = {
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
  resetSent: 'If email exists, reset link sent',
  passwordReset: 'Password reset successful',
  resetLinkDead: 'Invalid or expired token',
  verified: 'Email verified!',
  verificationDead: 'Invalid token',
};

const FIELDS = ['username', 'email', 'password'] as const;

/** What guests may ask for: registering, logging in and out, and what is done with the tokens of mailed links. */
export function guestRoutes(context: ApiContext) {
  const succeed = (req: Request, res: Response, msg: string, status = 200) =>
    answer(req, res, status, { ok: true, msg });

  return {
    async register(req: Request, res: Response): Promise<void> {
      const refuse = (status: number, error: string) => answer(req, res, status, { ok: false, error });
      const [username, email, password] = FIELDS.map((field) => textIn(req, field));
      if (!username?.trim() || !email?.trim() || !password) return refuse(400, TEXTS.fieldsMissing);

      const form = { username, email, password, password_confirmation: password };
      const outcome = await register(context, form, clientOf(req));
      if (outcome.ok) return succeed(req, res, TEXTS.registered, 201);
      if (outcome.problem === 'throttled') throw throttled(outcome.retryAfter);
      const { errors, taken } = outcome;
      if (Object.keys(errors).length > taken.length) return refuse(400, messageOf(errors, FIELDS));
      return refuse(409, taken.includes('username') ? TEXTS.usernameTaken : TEXTS.emailTaken);
    },

    /** A code comes with a member's login; without one the answer says whether there must be one. */
    async login(req: Request, res: Response): Promise<void> {
      const refuse = (status: number, error: string) => answer(req, res, status, { error });
      const [username, password, code] = ['username', 'password', 'code'].map((field) => textIn(req, field));
      const typed = { username, password, ...(code === undefined ? {} : { code }) };
      const form = checkInput(completeLoginForm, typed);
      if (!form.ok) {
        const isMissing = form.errors.username || form.errors.password;
        return isMissing ? refuse(400, TEXTS.credentialsMissing) : refuse(401, TEXTS.wrongCode);
      }
      const login = await logInCompletely(context, form.values, clientOf(req));
      if (login.ok) {
        await startSession(context, req, res, login.user, { factors: login.factors, remember: false });
        return succeed(req, res, TEXTS.loggedIn);
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
      await succeed(req, res, TEXTS.loggedOut);
    },

    currentUser(req: Request, res: Response): Promise<void> {
      if (!req.user) return answer(req, res, 200, { ok: false, user: null });
      const { id, username, email } = req.user;
      return answer(req, res, 200, { ok: true, user: { id, username, email } });
    },

    /** The answer is the same whatever becomes of it, also for a network that has asked too often: no mail goes out. */
    async requestReset(req: Request, res: Response): Promise<void> {
      await requestReset(context, { email: textIn(req, 'email') }, clientOf(req));
      await succeed(req, res, TEXTS.resetSent);
    },

    async resetPassword(req: Request, res: Response): Promise<void> {
      const password = textIn(req, 'password');
      const code = textIn(req, 'code');
      const form = { password, password_confirmation: password, code };
      const linkHash = hashToken(String(req.params.token));
      const outcome = await resetPassword(context, linkHash, form, clientOf(req));
      if (outcome.ok) {
        // All sessions of the member have ended; perhaps this is one of them.
        if (req.user?.id === outcome.userId) dropSession(req, res);
        return succeed(req, res, TEXTS.passwordReset);
      }
      if (outcome.problem === 'throttled') throw throttled(outcome.retryAfter);
      if (outcome.problem !== 'invalid') throw new Problem(400, TEXTS.resetLinkDead);
      if (outcome.errors.password) throw new Problem(400, messageOf(outcome.errors, ['password']));
      throw new Problem(401, code === undefined ? TEXTS.secondFactor : TEXTS.wrongCode);
    },

    async verifyEmail(req: Request, res: Response): Promise<void> {
      const used = await followLink(context, verificationLink, String(req.params.token), clientOf(req));
      if (used.state !== 'used') throw new Problem(400, TEXTS.verificationDead);
      await succeed(req, res, TEXTS.verified);
    },
  };
}
