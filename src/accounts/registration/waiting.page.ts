import { paths } from '../../paths.ts';
import { waitText } from '../../shared/format/durations.ts';
import { formView } from '../../web/forms.ts';
import { isSameSitePath, seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import type { AccountContext } from '../account-context.ts';
import { membershipStatusOf } from '../member-requirements.ts';
import { signedIn } from '../signed-in.http.ts';
import { resendVerification } from './email-verification.ts';

export const TEXTS = {
  unverified: {
    title: 'Please confirm your e-mail address',
    message: 'The store opens for you as soon as you have opened the link that we mailed to you.',
  },
  waiting: {
    title: 'You are on the list',
    message:
      'Every new member is let in by somebody of the store. That may take a while; you will get a mail as soon as it is done.',
  },
  sent: (email: string) => `The mail is on its way to ${email}. It may take a minute.`,
  verified: 'Your e-mail address is confirmed already.',
  throttled: (wait: string) =>
    `We’ve already sent several emails to this address. Check your spam folder, or try again in ${wait}.`,
};

/** What is still missing before somebody who registered is in. */
export function waitingPage({ settings }: Pick<AccountContext, 'settings'>) {
  return {
    get: signedIn(async (req, res, member) => {
      const status = membershipStatusOf(member, settings.membership);
      if (status === 'in') return seeOther(req, res, paths.store());
      return res.page('accounts/registration/waiting', {
        ...TEXTS[status],
        section: 'account',
        status,
        email: member.email,
        verified: member.emailVerifiedAt !== null,
        form: formView(paths.verificationMail(), {}),
      });
    }),
  };
}

/** "Send again", from wherever the button stands: the field `from` says where to go back to. */
export function verificationMailPage(context: AccountContext) {
  return {
    post: signedIn(async (req, res, { id, email }) => {
      const outcome = await resendVerification(context, id, submittedForm(req));
      const from: unknown = req.body?.from;
      const back = typeof from === 'string' && isSameSitePath(from) ? from : paths.account();
      if (outcome.ok) return seeOther(req, res, back, { success: TEXTS.sent(email) });
      if (outcome.problem === 'nothing-to-send') return seeOther(req, res, back, { info: TEXTS.verified });
      return seeOther(req, res, back, { warning: TEXTS.throttled(waitText(outcome.retryAfter)) });
    }),
  };
}
