import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { flash } from '../../web/flash.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { throttledText } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { codeField } from '../credentials/code-field.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { secondFactorStatus } from '../credentials/second-factors.ts';
import { memberOf } from '../signed-in.http.ts';
import { type RemovalRefusal, removalRefusal, removeApp } from './authenticator-app.ts';

export const TEXTS = {
  title: 'Remove the authenticator app',
  off: 'The authenticator app was removed. Two-factor authentication is off.',
  removed: 'The authenticator app was removed. Logging in still asks for a passkey.',
  none: 'There is no authenticator app to remove.',
  required:
    'This store asks you to have two-factor authentication, so the app cannot go before there is something in its place: set up another app, which replaces it, or add a passkey.',
  throttled: (wait: string) => `Too many wrong codes. Try again in ${wait}.`,
};

/** Says what removing the app means, and removes it for a code. */
export function appRemovalPage(context: AccountContext) {
  async function show(req: Request, res: Response, rest: { errors?: FieldErrors; error?: string } = {}) {
    const { passkeys } = await secondFactorStatus(context, memberOf(req));
    return res.page('accounts/two-factor/app-removal', {
      title: TEXTS.title,
      section: 'account',
      turnsOff: passkeys === 0,
      form: formView(paths.removeAuthenticatorApp(), { code: codeField(true) }, {}, rest.errors),
      error: rest.error,
    });
  }

  function refuse(req: Request, res: Response, problem: RemovalRefusal) {
    flash(req, problem === 'none' ? 'info' : 'error', TEXTS[problem]);
    return seeOther(req, res, paths.twoFactor());
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const refusal = await removalRefusal(context.db, context, memberOf(req));
      return refusal ? refuse(req, res, refusal) : show(req, res);
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await removeApp(context, changeBy(req), req.body);
      if (outcome.ok) {
        flash(req, 'success', outcome.off ? TEXTS.off : TEXTS.removed);
        return seeOther(req, res, paths.twoFactor());
      }
      if (outcome.problem === 'throttled') {
        const error = throttledText(res, outcome, TEXTS.throttled);
        return show(req, res, { error });
      }
      if (outcome.problem === 'invalid') return show(req, res.status(422), { errors: outcome.errors });
      return refuse(req, res, outcome.problem);
    },
  };
}
