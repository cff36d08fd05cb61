import type { Request, RequestHandler, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { keepDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { isReturnPath, seeOther } from '../../web/redirect.ts';
import { type RefusedForm, refusedForm } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { codeField } from '../credentials/code-field.ts';
import { hasPassword, providersOf } from '../credentials/login-methods.ts';
import { secondFactorStatus } from '../credentials/second-factors.ts';
import { signedIn } from '../signed-in.http.ts';
import type { User } from '../users.table.ts';
import { type Factor, isSecondFactor } from './known-devices.ts';
import { renewSession } from './passport.http.ts';
import { memberLinks } from './provider-links.http.ts';
import { isRecent, provePassword } from './recent-login.ts';
import { proveSecondFactor } from './second-factor.ts';

export const TEXTS = {
  title: 'Confirm that it is you',
  intro: 'What you are about to do is sensitive, and you logged in a while ago.',
  kept: 'What you typed is kept.',
  secondFactor:
    'What you are about to do changes how you log in, so it needs your second factor, shown within the last five minutes.',
  unsent: 'Thank you. The form was not sent yet: please send it once more.',
  throttled: (wait: string) => `Too many wrong attempts. Try again in ${wait}.`,
};

const PASSWORD: FieldSpec = { label: 'Password', type: 'password', autocomplete: 'current-password' };

declare module 'express-session' {
  interface SessionData {
    /**
     * For what somebody is asked to confirm who they are: where it goes on, whether that takes a second factor, and
     * whether a form was on its way there, which is not carried out yet.
     */
    confirmation?: { target: string; bySecondFactor: boolean; forForm: boolean };
  }
}

/**
 * Lets a request pass only if its sender showed who they are within the last five minutes. Others are asked to,
 * and come back to the page, with what they had typed.
 *
 * @param tooLong answers a form of which more was typed than can be kept meanwhile
 * @param secondFactor whether those who have two-factor on must have shown a second factor within that time: the
 *   password alone must not be enough to change what protects it
 */
export function requireRecentLogin(
  { clock }: Pick<AccountContext, 'clock'>,
  { secondFactor = false, tooLong }: { secondFactor?: boolean; tooLong?: RequestHandler } = {},
): RequestHandler {
  return async (req, res, next) => {
    const needsFactor = secondFactor && req.user?.twoFactorSince !== null;
    const factorIsShown = !needsFactor || isRecent(clock(), req.session.secondFactorAt);
    if (isRecent(clock(), req.session.authenticatedAt) && factorIsShown) return next();
    const forForm = req.method !== 'GET';
    const isDraftKept = !forForm || (await keepDraft(req));
    const asked = forForm ? req.path : req.originalUrl;
    const target = isReturnPath(asked) ? asked : paths.account();
    req.session.confirmation = { target, bySecondFactor: needsFactor, forForm };
    if (!isDraftKept && tooLong) return tooLong(req, res, next);
    await seeOther(req, res, paths.recentLogin());
  };
}

/** Writes down that the person has just shown who they are, in a session with a new id, and goes on. */
export async function confirmRecentLogin(
  { clock }: Pick<AccountContext, 'clock'>,
  req: Request,
  res: Response,
  factor: Factor,
): Promise<void> {
  const { target = '', forForm } = req.session.confirmation ?? {};
  await renewSession(req);
  req.session.authenticatedAt = clock();
  if (isSecondFactor(factor)) req.session.secondFactorAt = clock();
  delete req.session.confirmation;
  const info = forForm ? TEXTS.unsent : undefined;
  await seeOther(req, res, isReturnPath(target) ? target : paths.account(), { info });
}

export function recentLoginPage(context: AccountContext) {
  async function show(req: Request, res: Response, user: User, { errors, error }: RefusedForm = {}) {
    const { bySecondFactor = false, forForm = false } = req.session.confirmation ?? {};
    const { app, passkeys } = await secondFactorStatus(context, user);
    const firstFactorWillDo = !bySecondFactor;
    const password = firstFactorWillDo && (await hasPassword(context.db, user.id));
    // A second factor shows at least as much.
    const providers = firstFactorWillDo ? await providersOf(context.db, context, user.id) : [];
    const providerFirst = providers.length > 0 && !password;
    const fields = { password: PASSWORD, code: codeField(app) };
    return res.page('accounts/login/recent-login', {
      title: TEXTS.title,
      section: 'account',
      intro: bySecondFactor ? TEXTS.secondFactor : TEXTS.intro,
      kept: forForm ? TEXTS.kept : '',
      asksForPassword: password,
      asksForCode: app || bySecondFactor,
      passkeys: passkeys > 0,
      passkeyFirst: passkeys > 0 && !password && !providerFirst && !app,
      providers: memberLinks(context, req, 'recent-login', providers),
      providerFirst,
      // Nothing that could be shown here: an account whose provider the store no longer knows.
      stuck: firstFactorWillDo && !password && !providerFirst && passkeys === 0 && !app,
      form: formView(paths.recentLogin(), fields, {}, errors),
      error,
    });
  }

  return {
    get: signedIn((req, res, user) => show(req, res, user)),

    /** Two forms lead here: one sends a password, the other a code. */
    post: signedIn(async (req, res, user) => {
      const client = clientOf(req);
      const proof =
        req.body?.code === undefined
          ? await provePassword(context, user, req.body, client)
          : await proveSecondFactor(context, user, req.body, client, { byMember: true });
      if (proof.ok) return confirmRecentLogin(context, req, res, proof.factor);
      return show(req, res, user, refusedForm(res, proof, TEXTS.throttled));
    }),
  };
}
