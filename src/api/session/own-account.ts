import type { Request, Response } from 'express';
import { isRecent, provePassword } from '../../accounts/login/recent-login.ts';
import { goOnWithNewPassword } from '../../accounts/profile/password.page.ts';
import { changePassword } from '../../accounts/profile/password-change.ts';
import { changeProfile } from '../../accounts/profile/profile.ts';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { sessionHashOf } from '../../sessions/session-store.ts';
import { clientOf } from '../../web/client.ts';
import { Problem } from '../../web/problems.ts';
import type { ApiContext } from '../api-context.ts';
import { answer, messageOf, textIn, throttled } from './answers.ts';

/** The contract's own words: clients compare them. */
const TEXTS = {
  profileUpdated: 'Profile updated',
  usernameTaken: 'Username already taken',
  emailTaken: 'Email already in use',
  passwordChanged: 'Password changed',
  passwordWrong: 'Current password incorrect',
  recentLogin: 'Recent login required',
};

/** Who somebody is, and what they change of their account. */
export function ownAccount(context: ApiContext) {
  /**
   * The profile is changed by who has just shown who they are, as on its page: by a login within the last five
   * minutes, or the password along with the change.
   *
   * @throws Problem when neither is there
   */
  async function requireProof(req: Request): Promise<void> {
    if (isRecent(context.clock(), req.session.authenticatedAt)) return;
    const password = textIn(req, 'current_password');
    if (password === undefined) throw new Problem(403, TEXTS.recentLogin);
    const proof = await provePassword(context, memberOf(req), { password }, clientOf(req));
    if (proof.ok) return;
    throw proof.problem === 'throttled' ? throttled(proof.retryAfter) : new Problem(401, TEXTS.passwordWrong);
  }

  return {
    currentUser(req: Request, res: Response): Promise<void> {
      if (!req.user) return answer(req, res, 200, { ok: false, user: null });
      const { id, username, email } = req.user;
      return answer(req, res, 200, { ok: true, user: { id, username, email } });
    },

    profile(req: Request, res: Response): Promise<void> {
      const { username, email } = memberOf(req);
      return answer(req, res, 200, { username, email });
    },

    async updateProfile(req: Request, res: Response): Promise<void> {
      await requireProof(req);
      const outcome = await changeProfile(context, memberOf(req), req.body, clientOf(req));
      if (outcome.ok) return answer(req, res, 200, { ok: true, msg: TEXTS.profileUpdated });
      if (outcome.problem === 'throttled') throw throttled(outcome.retryAfter);
      const { errors, taken } = outcome;
      const [name] = taken;
      if (name === undefined) throw new Problem(400, messageOf(errors, ['username', 'email']));
      const error = name === 'username' ? TEXTS.usernameTaken : TEXTS.emailTaken;
      return answer(req, res, 409, { error });
    },

    async changePassword(req: Request, res: Response): Promise<void> {
      const password = textIn(req, 'new_password');
      const form = {
        current_password: textIn(req, 'current_password'),
        password,
        password_confirmation: password,
      };
      const user = memberOf(req);
      const outcome = await changePassword(context, user, form, clientOf(req), sessionHashOf(req));
      if (outcome.ok) {
        await goOnWithNewPassword(context, req, outcome.changedAt);
        return answer(req, res, 200, { ok: true, msg: TEXTS.passwordChanged });
      }
      if (outcome.problem === 'throttled') throw throttled(outcome.retryAfter);
      if (outcome.errors.current_password) throw new Problem(401, TEXTS.passwordWrong);
      throw new Problem(400, messageOf(outcome.errors, ['password']));
    },
  };
}
