import type { Request, Response } from 'express';
import { z } from 'zod';
import { paths } from '../../paths.ts';
import { sessionHashOf } from '../../sessions/session-store.ts';
import { waitText } from '../../shared/format/durations.ts';
import { clientOf } from '../../web/client.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { loginMethodOf } from '../login/known-devices.ts';
import { refusalText } from '../login/login.ts';
import { completeLogin, pendingUser } from '../login/login-session.http.ts';
import { confirmRecentLogin } from '../login/recent-login.page.ts';
import { outcomeOf, secondOutcomeOf } from '../login-counts.ts';
import { signedIn } from '../signed-in.http.ts';
import { askForPasskey, type PasskeyProof, provePasskey } from './prove-passkey.ts';
import type { ChallengeScope } from './webauthn.ts';

export const TEXTS = {
  refused: 'That passkey could not be used. Try again, or go on without it.',
  tooLate: 'That took too long. Please log in again.',
  tooMany: (wait: string) => `Too many passkeys were asked for from your network. Try again in ${wait}.`,
  throttled: (wait: string) => `Too many passkeys were refused. Try again in ${wait}.`,
};

/** What the form is for says which passkeys it takes; the challenge is bound to it. */
const purposeField = z.enum(['login', 'second-factor', 'recent-login']).catch('login');

/** Wherever a passkey shows who somebody is: at the door, as the second factor, for what needs a recent login. */
export function passkeyLoginPage(context: AccountContext) {
  /** @returns undefined when nobody is there whose passkey it could be */
  async function scopeOf(req: Request): Promise<ChallengeScope | undefined> {
    const purpose = purposeField.parse(req.body?.purpose);
    const sessionHash = sessionHashOf(req);
    if (purpose === 'login') return { purpose, sessionHash };
    const user = purpose === 'recent-login' ? req.user : (await pendingUser(context, req))?.user;
    return user && { purpose, sessionHash, userId: user.id };
  }

  function refuse(req: Request, res: Response, refusal: PasskeyProof & { ok: false }, back: string) {
    const { problem } = refusal;
    if (problem === 'throttled') {
      const { retryAfter } = refusal;
      throw new Problem(429, TEXTS.throttled(waitText(retryAfter)), retryAfter);
    }
    const error = problem === 'refused' ? TEXTS.refused : refusalText(problem, context.settings);
    return seeOther(req, res, back, { error });
  }

  return {
    /** Gives the page's script what it passes to the browser, as JSON. */
    async challenge(req: Request, res: Response): Promise<void> {
      const scope = await scopeOf(req);
      if (!scope) throw new Problem(401);
      const isGuest = scope.userId === undefined;
      const retryAfter = isGuest ? await context.throttles.passkeyChallenges.take(clientOf(req).network) : 0;
      if (retryAfter > 0) throw new Problem(429, TEXTS.tooMany(waitText(retryAfter)), retryAfter);
      res.set('Cache-Control', 'no-store').json(await askForPasskey(context, scope));
    },

    /** Logs in whoever's passkey it is; after a password only its owner, whose second factor it then is. */
    async logIn(req: Request, res: Response): Promise<void> {
      const { credential, remember, trust } = (req.body ?? {}) as Record<string, unknown>;
      const scope = await scopeOf(req);
      if (!scope || scope.purpose === 'recent-login')
        return seeOther(req, res, paths.login(), { error: TEXTS.tooLate });
      const pending = scope.purpose === 'second-factor' ? await pendingUser(context, req) : undefined;
      const proof = await provePasskey(context, scope, credential, clientOf(req));
      if (!proof.ok) {
        if (pending) context.loginCounts.count(loginMethodOf(pending.first), secondOutcomeOf(proof.problem));
        else context.loginCounts.count('passkey', outcomeOf(proof.problem));
        return refuse(req, res, proof, pending ? paths.secondFactor() : paths.login());
      }
      await completeLogin(context, req, res, proof.user, {
        factors: pending ? [pending.first, 'passkey'] : ['passkey'],
        remember: pending ? pending.remember : remember !== undefined,
        trust: pending !== undefined && trust !== undefined,
        link: pending?.link,
      });
    },

    recentLogin: signedIn(async (req, res, { id: userId }) => {
      const scope = { purpose: 'recent-login', sessionHash: sessionHashOf(req), userId } as const;
      const proof = await provePasskey(context, scope, req.body?.credential, clientOf(req));
      if (!proof.ok) return refuse(req, res, proof, paths.recentLogin());
      await confirmRecentLogin(context, req, res, 'passkey');
    }),
  };
}
