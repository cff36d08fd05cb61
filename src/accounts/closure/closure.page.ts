import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { formatDay } from '../../shared/format/dates.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import type { RefusedForm } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { closeSession } from '../login/passport.http.ts';
import { mailedLinkPage } from '../mailed-link.page.ts';
import { signedIn } from '../signed-in.http.ts';
import type { User } from '../users.table.ts';
import { CLOSING_TIME, closeAccount, comeBackLink } from './closure.ts';
import { exportData } from './data-export.ts';

const DATA = {
  title: 'My data',
  parts: [
    'Your profile: username, e-mail address, role, and when each of them came to be.',
    'Your sessions, and the browsers that you have logged in with.',
    'Your passkeys by name, your authenticator app and recovery codes by date.',
    'Everything in your activity.',
    'When we have written to you, and the links that we mailed.',
  ],
};

const CLOSE = {
  title: 'Close the account',
  username: 'Your username, to confirm',
  done: (until: string) =>
    `Your account is closed. It will be erased on ${until}; until then the link in the mail that we have just sent opens it again.`,
  lastAdmin:
    'You are the only administrator who can log in, and somebody must be able to run the store. Make somebody else an administrator first.',
};

const COME_BACK = {
  title: 'Come back',
  before: 'The account ',
  after: ' was closed and waits to be erased. You can open it again, as it was.',
  button: 'Open my account again',
  aside: 'If it is to stay closed, close this page: nothing happens.',
  done: 'Welcome back. Your account is open again. Please log in.',
};

const FIELDS: Record<string, FieldSpec> = {
  username: { label: CLOSE.username, autocomplete: 'off' },
};

export function dataPage(context: AccountContext) {
  return {
    get: (_req: Request, res: Response) =>
      res.page('accounts/closure/data', { ...DATA, section: 'account', form: formView(paths.data(), {}) }),

    post: signedIn(async (req, res, member) => {
      const { name, bytes } = await exportData(context, member, clientOf(req));
      res.attachment(name).set('Cache-Control', 'no-store').end(bytes);
    }),
  };
}

export function closingPage(context: AccountContext) {
  function show(
    res: Response,
    { username }: User,
    values: Record<string, unknown>,
    { errors, error }: RefusedForm = {},
  ) {
    return res.page('accounts/closure/close-account', {
      title: CLOSE.title,
      section: 'account',
      username,
      until: formatDay(context.clock() + CLOSING_TIME, context.config.storeLocale),
      form: formView(paths.closing(), FIELDS, values, errors),
      error,
    });
  }

  return {
    get: signedIn((req, res, member) => show(res, member, takeDraft(req))),

    post: signedIn(async (req, res, member) => {
      const outcome = await closeAccount(context, member, req.body, clientOf(req));
      if (outcome.ok) {
        await closeSession(req);
        return seeOther(req, res, paths.login(), { success: CLOSE.done(outcome.until) });
      }
      res.status(422);
      if (outcome.problem === 'invalid') return show(res, member, req.body, outcome);
      const error = outcome.problem === 'last-admin' ? CLOSE.lastAdmin : outcome.reason;
      return show(res, member, req.body, { error });
    }),
  };
}

export function comeBackPage(context: AccountContext) {
  const { title, before, after, button, aside, done } = COME_BACK;
  return mailedLinkPage(context, comeBackLink, {
    title,
    path: paths.comeBack,
    explain: (_link, { username }) => ({ lead: { before, name: username, after }, button, aside }),
    answer: (req, res) => seeOther(req, res, paths.login(), { success: done }),
  });
}
