import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { flash } from '../../web/flash.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { outcomeBefore } from '../../web/submit-once.ts';
import type { AccountContext } from '../account-context.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { secondFactorStatus } from '../credentials/second-factors.ts';
import { memberOf } from '../signed-in.http.ts';
import {
  type AppSetup,
  type Confirmation,
  confirmApp,
  goOnWithSetup,
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

/** Shows the key of a new authenticator app, and takes the code that proves the app has it. */
export function authenticatorAppPage(context: AccountContext) {
  async function show(req: Request, res: Response, setup: AppSetup, errors?: FieldErrors) {
    const user = memberOf(req);
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

  return {
    async get(req: Request, res: Response): Promise<void> {
      const setup = goOnWithSetup(context, memberOf(req).id, req.session.appSetup);
      req.session.appSetup = setup;
      return show(req, res, setup);
    },

    async post(req: Request, res: Response): Promise<void> {
      const user = memberOf(req);
      const { appSetup } = req.session;
      const form = submittedForm(req);
      const before = await outcomeBefore<Confirmed>(context.db, form);
      if (before) return goOn(req, res, before, form.keyHash);
      if (!appSetup || goOnWithSetup(context, user.id, appSetup) !== appSetup) {
        return startAgain(req, res, (await secondFactorStatus(context, user)).app);
      }
      const outcome = await confirmApp(context, { ...changeBy(req), form }, appSetup, req.body);
      if (!outcome.ok && outcome.problem === 'invalid') {
        return show(req, res.status(422), appSetup, outcome.errors);
      }
      delete req.session.appSetup;
      // Also by the second of two at once: whichever is saved last, the session knows that a code was shown.
      req.session.secondFactorAt = context.clock();
      return outcome.ok ? goOn(req, res, outcome, form.keyHash) : startAgain(req, res, true);
    },
  };
}

type Confirmed = Extract<Confirmation, { ok: true }>;

function goOn(req: Request, res: Response, { hasCodes, replaced }: Confirmed, form: string): Promise<void> {
  flash(req, 'success', hasCodes ? TEXTS.on : replaced ? TEXTS.replaced : TEXTS.added);
  return seeOther(req, res, hasCodes ? paths.newRecoveryCodes(form) : paths.twoFactor());
}

/** The form was sent for a key that this session does not show: confirmed already, most likely, or too old. */
function startAgain(req: Request, res: Response, hasApp: boolean): Promise<void> {
  if (hasApp) {
    flash(req, 'info', TEXTS.confirmed);
    return seeOther(req, res, paths.twoFactor());
  }
  flash(req, 'warning', TEXTS.newKey);
  return seeOther(req, res, paths.authenticatorApp());
}
