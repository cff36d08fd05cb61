import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { type RefusedForm, refusedForm } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { codeField } from '../credentials/code-field.ts';
import { secondFactorStatus } from '../credentials/second-factors.ts';
import { secondOutcomeOf } from '../login-counts.ts';
import type { User } from '../users.table.ts';
import { loginMethodOf } from './known-devices.ts';
import { completeLogin, pendingUser } from './login-session.http.ts';
import { proveSecondFactor } from './second-factor.ts';

export const TEXTS = {
  title: 'One more step',
  throttled: (wait: string) => `Too many wrong codes. Try again in ${wait}.`,
  again: 'Please log in once more: the second step has to follow within ten minutes.',
  left: {
    0: 'That was your last recovery code. Make new ones now, on the two-factor page of your account.',
    1: 'You used a recovery code: one is left. Make new ones soon, on the two-factor page of your account.',
  } as Record<number, string>,
  manyLeft: (left: number) => `You used a recovery code: ${left} are left.`,
};

const TRUST: FieldSpec = {
  label: 'Trust this browser for 30 days: no code is asked here',
  type: 'checkbox',
};

/** The second step of a login: whoever showed the password shows a code. */
export function secondFactorPage(context: AccountContext) {
  async function show(
    res: Response,
    user: User,
    values: Record<string, unknown>,
    { errors, error }: RefusedForm = {},
  ) {
    const { app, passkeys } = await secondFactorStatus(context, user);
    const fields = { code: { ...codeField(app), autofocus: app }, trust: TRUST };
    return res.page('accounts/login/second-factor', {
      title: TEXTS.title,
      section: 'door',
      username: user.username,
      passkeys: passkeys > 0,
      passkeyFirst: passkeys > 0 && !app,
      // A code that was wrong is of no use again.
      form: formView(paths.secondFactor(), fields, { trust: values.trust }, errors),
      error,
    });
  }

  function startAgain(req: Request, res: Response) {
    delete req.session.pendingLogin;
    return seeOther(req, res, paths.login(), { warning: TEXTS.again });
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const pending = await pendingUser(context, req);
      return pending ? show(res, pending.user, {}) : startAgain(req, res);
    },

    async post(req: Request, res: Response): Promise<void> {
      const pending = await pendingUser(context, req);
      if (!pending) return startAgain(req, res);
      const { user, remember, first, link } = pending;
      const proof = await proveSecondFactor(context, user, req.body, clientOf(req));
      if (proof.ok) {
        const left = proof.recoveryCodesLeft;
        return completeLogin(context, req, res, user, {
          factors: [first, proof.factor],
          remember,
          trust: req.body.trust !== undefined,
          link,
          warning: left === undefined ? undefined : (TEXTS.left[left] ?? TEXTS.manyLeft(left)),
        });
      }
      context.loginCounts.count(loginMethodOf(first), secondOutcomeOf(proof.problem));
      return show(res, user, req.body ?? {}, refusedForm(res, proof, TEXTS.throttled));
    },
  };
}
