import type { Response } from 'express';
import { paths } from '../../paths.ts';
import { momentView } from '../../shared/format/dates.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { type RefusedForm, refusedForm, throttledText } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { NEW_ACCOUNT_FIELDS } from '../account-fields.ts';
import { cancelNewEmail, findPendingEmail, resendNewEmailLink } from '../email-change/new-email.ts';
import { signedIn } from '../signed-in.http.ts';
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
  const { username, email } = NEW_ACCOUNT_FIELDS;
  return { username, email: { ...email, label: TEXTS.newEmail, hint } };
}

export function profilePage(context: AccountContext) {
  async function show(
    res: Response,
    user: User,
    typed: Record<string, unknown>,
    { errors, error }: RefusedForm = {},
  ) {
    const pending = await findPendingEmail(context.db, user.id, context.clock());
    return res.page('accounts/profile/profile', {
      title: TEXTS.title,
      section: 'account',
      form: formView(paths.profile(), fieldsFor(user), { username: user.username, ...typed }, errors),
      pending: pending && {
        email: pending.email,
        until: momentView(pending.expiresAt, context.config.storeLocale),
      },
      error,
    });
  }

  return {
    get: signedIn((req, res, member) => show(res, member, takeDraft(req))),

    post: signedIn(async (req, res, member) => {
      const outcome = await changeProfile(context, member, req.body, clientOf(req));
      if (!outcome.ok) return show(res, member, req.body, refusedForm(res, outcome, TEXTS.throttled));
      const { username, email } = outcome.changes;
      const unchanged = username === undefined ? TEXTS.unchanged : undefined;
      return seeOther(req, res, paths.profile(), {
        success: username === undefined ? undefined : TEXTS.renamed(username),
        info: email === undefined ? unchanged : TEXTS.mailed(email),
      });
    }),

    /** What is to become of an address that waits for its proof: mail the link again, or forget it. */
    decide: signedIn(async (req, res, member) => {
      const decision: unknown = req.body?.decision;
      if (decision === 'cancel') {
        await cancelNewEmail(context, member.id);
        return seeOther(req, res, paths.profile(), { info: TEXTS.cancelled });
      }
      if (decision !== 'resend') throw new Problem(400);
      const outcome = await resendNewEmailLink(context, member.id, submittedForm(req));
      if (outcome.ok) return seeOther(req, res, paths.profile(), { info: TEXTS.mailed(outcome.email) });
      if (outcome.problem === 'throttled') {
        return show(res, member, {}, { error: throttledText(res, outcome, TEXTS.throttled) });
      }
      return seeOther(req, res, paths.profile(), { warning: TEXTS.nothingPending });
    }),
  };
}
