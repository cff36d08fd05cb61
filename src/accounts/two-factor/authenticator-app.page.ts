import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { outcomeBefore } from '../../web/submit-once.ts';
import { type RefusedForm, refusedForm } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { codeField } from '../credentials/code-field.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { secondFactorStatus } from '../credentials/second-factors.ts';
import { signedIn } from '../signed-in.http.ts';
import type { User } from '../users.table.ts';
import {
  type AppSetup,
  type ConfirmedApp,
  confirmApp,
  goOnWithSetup,
  type RemovalRefusal,
  removalRefusal,
  removeApp,
  setupDetails,
} from './authenticator-app.ts';
import { qrCode } from './qr-code.ts';

const TEXTS = {
  title: 'Set up an authenticator app',
  on: 'Two-factor authentication is on. Your other devices and programs were logged out.',
  added: 'The app is set up. Your other devices and programs were logged out.',
  replaced:
    'The new app is set up and the one before no longer works. Your other devices and programs were logged out.',
  confirmed:
    'The app is set up already. If you did not see your recovery codes, make new ones: these come once.',
  newKey: 'The key was shown too long ago, so here is a new one.',
};

export const REMOVAL_TEXTS = {
  title: 'Remove the authenticator app',
  off: 'The authenticator app was removed. Two-factor authentication is off.',
  removed: 'The authenticator app was removed. Logging in still asks for a passkey.',
  none: 'There is no authenticator app to remove.',
  required:
    'This store asks you to have two-factor authentication, so the app cannot go before there is something in its place: set up another app, which replaces it, or add a passkey.',
  throttled: (wait: string) => `Too many wrong codes. Try again in ${wait}.`,
};

const FIELDS: Record<string, FieldSpec> = {
  code: {
    label: 'Code',
    hint: 'The six digits that the app shows now. If they never fit, let the network set the clock of your phone.',
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
  },
};

declare module 'express-session' {
  interface SessionData {
    /** The authenticator app that is being set up here. */
    appSetup?: AppSetup;
  }
}

export function authenticatorAppPage(context: AccountContext) {
  async function show(res: Response, user: User, setup: AppSetup, errors?: FieldErrors) {
    const { key, uri } = setupDetails(context, user, setup);
    return res.page('accounts/two-factor/authenticator-app', {
      title: TEXTS.title,
      section: 'account',
      replaces: (await secondFactorStatus(context, user)).app,
      qr: qrCode(uri),
      uri,
      key: key.match(/.{4}/g)?.join(' '),
      form: formView(paths.authenticatorApp(), FIELDS, {}, errors),
    });
  }

  function goOn(req: Request, res: Response, { hasCodes, replaced }: ConfirmedApp, form: string) {
    if (hasCodes) return seeOther(req, res, paths.newRecoveryCodes(form), { success: TEXTS.on });
    return seeOther(req, res, paths.twoFactor(), { success: replaced ? TEXTS.replaced : TEXTS.added });
  }

  /** The form was sent for a key that this session does not show: confirmed already, most likely, or too old. */
  function startAgain(req: Request, res: Response, hasApp: boolean) {
    if (hasApp) return seeOther(req, res, paths.twoFactor(), { info: TEXTS.confirmed });
    return seeOther(req, res, paths.authenticatorApp(), { warning: TEXTS.newKey });
  }

  return {
    get: signedIn(async (req, res, user) => {
      req.session.appSetup = goOnWithSetup(context, user.id, req.session.appSetup);
      await show(res, user, req.session.appSetup);
    }),

    post: signedIn(async (req, res, user) => {
      const { appSetup } = req.session;
      const form = submittedForm(req);
      const before = await outcomeBefore<ConfirmedApp>(context.db, form);
      if (before) return goOn(req, res, before, form.keyHash);
      if (!appSetup || goOnWithSetup(context, user.id, appSetup) !== appSetup)
        return startAgain(req, res, (await secondFactorStatus(context, user)).app);
      const outcome = await confirmApp(context, { ...changeBy(req), form }, appSetup, req.body);
      if (!outcome.ok && outcome.problem === 'invalid')
        return show(res.status(422), user, appSetup, outcome.errors);
      delete req.session.appSetup;
      // Also by the second of two at once: whichever is saved last, the session knows that a code was shown.
      req.session.secondFactorAt = context.clock();
      return outcome.ok ? goOn(req, res, outcome, form.keyHash) : startAgain(req, res, true);
    }),
  };
}

export function appRemovalPage(context: AccountContext) {
  async function show(res: Response, user: User, { errors, error }: RefusedForm = {}) {
    const { passkeys } = await secondFactorStatus(context, user);
    return res.page('accounts/two-factor/app-removal', {
      title: REMOVAL_TEXTS.title,
      section: 'account',
      turnsOff: passkeys === 0,
      form: formView(paths.removeAuthenticatorApp(), { code: codeField(true) }, {}, errors),
      error,
    });
  }

  function refuse(req: Request, res: Response, problem: RemovalRefusal) {
    const kind = problem === 'none' ? 'info' : 'error';
    return seeOther(req, res, paths.twoFactor(), { [kind]: REMOVAL_TEXTS[problem] });
  }

  return {
    get: signedIn(async (req, res, user) => {
      const refusal = await removalRefusal(context.db, context, user);
      return refusal ? refuse(req, res, refusal) : show(res, user);
    }),

    post: signedIn(async (req, res, user) => {
      const outcome = await removeApp(context, changeBy(req), req.body);
      if (outcome.ok) {
        const success = outcome.off ? REMOVAL_TEXTS.off : REMOVAL_TEXTS.removed;
        return seeOther(req, res, paths.twoFactor(), { success });
      }
      if (outcome.problem === 'none' || outcome.problem === 'required')
        return refuse(req, res, outcome.problem);
      return show(res, user, refusedForm(res, outcome, REMOVAL_TEXTS.throttled));
    }),
  };
}
