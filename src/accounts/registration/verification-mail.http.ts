import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { waitText } from '../../shared/format/durations.ts';
import { flash } from '../../web/flash.ts';
import { isSameSitePath, seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import type { AccountContext } from '../account-context.ts';
import { memberOf } from '../signed-in.http.ts';
import { resendVerification } from './email-verification.ts';

export const TEXTS = {
  sent: (email: string) => `The mail is on its way to ${email}. It may take a minute.`,
  verified: 'Your e-mail address is confirmed already.',
  throttled: (wait: string) =>
    `We’ve already sent several emails to this address. Check your spam folder, or try again in ${wait}.`,
};

/** "Send again", from wherever the button stands: the field `from` says where to go back to. */
export function verificationMailPage(context: AccountContext) {
  return {
    async post(req: Request, res: Response): Promise<void> {
      const { id, email } = memberOf(req);
      const outcome = await resendVerification(context, id, submittedForm(req));
      if (outcome.ok) flash(req, 'success', TEXTS.sent(email));
      else if (outcome.problem === 'throttled')
        flash(req, 'warning', TEXTS.throttled(waitText(outcome.retryAfter)));
      else flash(req, 'info', TEXTS.verified);
      const from: unknown = req.body?.from;
      await seeOther(req, res, typeof from === 'string' && isSameSitePath(from) ? from : paths.account());
    },
  };
}
