import { paths } from '../../paths.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { membershipStatusOf } from '../membership-status.ts';
import { signedIn } from '../signed-in.http.ts';

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
};

/** What is still missing before somebody who registered is in, in plain words. */
export function waitingPage(context: Pick<AccountContext, 'settings'>) {
  return {
    get: signedIn(async (req, res, member) => {
      const status = membershipStatusOf(member, context.settings.membership);
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
