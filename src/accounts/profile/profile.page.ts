import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { momentView } from '../../shared/format/dates.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { throttledText } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { NEW_ACCOUNT_FIELDS } from '../account-fields.ts';
import { cancelNewEmail, findPendingEmail, resendNewEmailLink } from '../email-change/new-email.ts';
import { memberOf } from '../signed-in.http.ts';
import type { User } from '../users.table.ts';
import { changeProfile } from './profile.ts';

export const TEXTS = {
  title: 'Profile',
  newEmail: 'New e-mail address',
  emailHint: 'The address changes when you open the link that we email to the new one.',
  undoHint: ' We’ll tell your current address, and you can undo the change from there for 7 days.',
  renamed: (name: string) => `Your username is ${name} now.`,
  mailed: (email: string) => `We have mailed a link to ${email}. The address changes when you open it.`,
  unchanged: 'Nothing was changed.',
  cancelled: 'The address stays as it is. The link in the mail no longer works.',
  nothingPending: 'There is no new address to be confirmed any more.',
  throttled: (wait: string) => `Too many changes. Try again in ${wait}.`,
};

/** An address that was never confirmed may be a stranger's: it is not told. */
function fieldsFor({ emailVerifiedAt }: User): Record<string, FieldSpec> {
  const hint = TEXTS.emailHint + (emailVerifiedAt === null ? '' : TEXTS.undoHint);
  const { username, email } = NEW_ACCOUNT_FIELDS as Record<'username' | 'email', FieldSpec>;
  return { username, email: { ...email, label: TEXTS.newEmail, hint } };
}

export function profilePage(context: AccountContext) {
  async function show(
    req: Request,
    res: Response,
    typed: Record<string, unknown>,
    rest: { errors?: FieldErrors; error?: string } = {},
  ) {
    const user = memberOf(req);
    const pending = await findPendingEmail(context, user.id);
    return res.page('accounts/profile/profile', {
      title: TEXTS.title,
      section: 'account',
      form: formView(paths.profile(), fieldsFor(user), { username: user.username, ...typed }, rest.errors),
      pending: pending && {
        email: pending.email,
        until: momentView(pending.expiresAt, context.config.storeLocale),
      },
      error: rest.error,
    });
  }

  return {
    get: (req: Request, res: Response): Promise<void> => show(req, res, takeDraft(req)),

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await changeProfile(context, memberOf(req), req.body, clientOf(req));
      if (outcome.ok) {
        const { username, email } = outcome.changes;
        if (username !== undefined) flash(req, 'success', TEXTS.renamed(username));
        if (email !== undefined) flash(req, 'info', TEXTS.mailed(email));
        if (username === undefined && email === undefined) flash(req, 'info', TEXTS.unchanged);
        return seeOther(req, res, paths.profile());
      }
      if (outcome.problem === 'throttled') {
        const error = throttledText(res, outcome, TEXTS.throttled);
        return show(req, res, req.body, { error });
      }
      return show(req, res.status(422), req.body, { errors: outcome.errors });
    },

    /** What is to become of an address that waits for its proof: mail the link again, or forget it. */
    async decide(req: Request, res: Response): Promise<void> {
      const { id } = memberOf(req);
      const decision: unknown = req.body?.decision;
      if (decision === 'cancel') {
        await cancelNewEmail(context, id);
        flash(req, 'info', TEXTS.cancelled);
        return seeOther(req, res, paths.profile());
      }
      if (decision !== 'resend') throw new Problem(400);
      const outcome = await resendNewEmailLink(context, id, submittedForm(req));
      if (outcome.ok) flash(req, 'info', TEXTS.mailed(outcome.email));
      else if (outcome.problem === 'throttled') {
        return show(req, res, {}, { error: throttledText(res, outcome, TEXTS.throttled) });
      } else flash(req, 'warning', TEXTS.nothingPending);
      await seeOther(req, res, paths.profile());
    },
  };
}
