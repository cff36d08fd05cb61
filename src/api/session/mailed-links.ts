import type { Request, Response } from 'express';
import { followLink } from '../../accounts/links.ts';
import { resetPassword } from '../../accounts/password-reset/reset-password.ts';
import { requestReset } from '../../accounts/password-reset/reset-requests.ts';
import { verificationLink } from '../../accounts/registration/email-verification.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { clientOf } from '../../web/client.ts';
import { Problem } from '../../web/problems.ts';
import { dropSession } from '../../web/session.ts';
import type { ApiContext } from '../api-context.ts';
import { answer, messageOf, textIn, throttled } from './answers.ts';

/** The contract's own words: clients compare them. */
export const TEXTS = {
  resetSent: 'If email exists, reset link sent',
  passwordReset: 'Password reset successful',
  resetLinkDead: 'Invalid or expired token',
  secondFactor: 'second factor required',
  wrongCode: 'invalid code',
  verified: 'Email verified!',
  verificationDead: 'Invalid token',
};

/** What is done with the tokens of mailed links, and asking for one. */
export function mailedLinks(context: ApiContext) {
  return {
    /** The answer is the same whatever becomes of it, also for a network that has asked too often: no mail goes out. */
    async requestReset(req: Request, res: Response): Promise<void> {
      await requestReset(context, { email: textIn(req, 'email') }, clientOf(req));
      await answer(req, res, 200, { ok: true, msg: TEXTS.resetSent });
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
        return answer(req, res, 200, { ok: true, msg: TEXTS.passwordReset });
      }
      if (outcome.problem === 'throttled') throw throttled(outcome.retryAfter);
      if (outcome.problem !== 'invalid') throw new Problem(400, TEXTS.resetLinkDead);
      if (outcome.errors.password) throw new Problem(400, messageOf(outcome.errors, ['password']));
      throw new Problem(401, code === undefined ? TEXTS.secondFactor : TEXTS.wrongCode);
    },

    async verifyEmail(req: Request, res: Response): Promise<void> {
      const used = await followLink(context, verificationLink, String(req.params.token), clientOf(req));
      if (used.state !== 'used') throw new Problem(400, TEXTS.verificationDead);
      await answer(req, res, 200, { ok: true, msg: TEXTS.verified });
    },
  };
}
