import { paths } from '../../paths.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { closeSessionOf } from '../login/passport.http.ts';
import { mailedLinkPage } from '../mailed-link.page.ts';
import { notMeLink, previewReport, type TakenBack } from './not-me-report.ts';

export const TEXTS = {
  title: 'This wasn’t you?',
  done: 'Every session was ended and the account is locked. Look into your mailbox: the mail that we have just sent lets you choose a new password and come back in.',
  next: 'Reset the password instead',
  takenBack: {
    passkey: 'The passkey that was added is removed.',
    app: 'The authenticator app that was added is removed.',
    identity: 'The login elsewhere that was connected is disconnected.',
  } satisfies Record<TakenBack, string>,
  address: (email: string) =>
    `The address of the account becomes ${email} again. Passkeys, authenticator apps and logins elsewhere that were added since it was changed, and within the last three days, are removed.`,
};

export function notMePage(context: AccountContext) {
  return mailedLinkPage(context, notMeLink, {
    title: TEXTS.title,
    path: paths.notMe,
    next: { url: paths.forgotPassword(), label: TEXTS.next },
    view: 'accounts/password-reset/not-me',
    async explain(link, user) {
      const { takenBack, address } = await previewReport(context, link, user);
      return {
        username: user.username,
        takenBack: takenBack && TEXTS.takenBack[takenBack],
        address: address && TEXTS.address(address),
      };
    },
    async answer(req, res, { userId }) {
      await closeSessionOf(req, userId);
      await seeOther(req, res, paths.login(), { success: TEXTS.done });
    },
  });
}
