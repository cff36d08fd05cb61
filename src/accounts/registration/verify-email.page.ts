import { paths } from '../../paths.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { mailedLinkPage, showDeadLink } from '../mailed-link.page.ts';
import { verificationLink } from './email-verification.ts';

export const TEXTS = {
  title: 'Confirm your e-mail address',
  before: 'Is ',
  after: ' your address? Then one click is all that is missing.',
  button: 'Yes, confirm it',
  aside: (store: string) => `If you did not register at ${store}, close this page: nothing happens.`,
  done: 'Thank you. Your e-mail address is confirmed.',
  already: 'Your e-mail address is confirmed already.',
  next: 'To my account, to have a new link sent',
};

export function verifyEmailPage(context: AccountContext) {
  const { title, before, after, button, aside, done, already, next } = TEXTS;
  return mailedLinkPage(context, verificationLink, {
    title,
    path: paths.verifyEmail,
    next: { url: paths.account(), label: next },
    explain: (_link, { email }) => ({
      lead: { before, name: email, after },
      button,
      aside: aside(context.settings.storeName),
    }),
    // A guest goes on to the login page from there.
    answer: (req, res) => seeOther(req, res, paths.home(), { success: done }),
    showDead(req, res, state, nextStep) {
      // Who clicks twice, or opens the mail once more, has nothing left to do.
      const isConfirmed = req.user !== undefined && req.user.emailVerifiedAt !== null;
      if (state !== 'dead' || !isConfirmed) return showDeadLink(req, res, state, nextStep);
      return seeOther(req, res, paths.account(), { info: already });
    },
  });
}
