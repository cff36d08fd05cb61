import type { Request, Response } from 'express';
import { NEW_ACCOUNT_FIELDS } from '../../accounts/account-fields.ts';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { findMemberRecord, type MemberRecord } from '../../members/member-screen.table.ts';
import { changeMemberProfile } from '../../members/profile-change.ts';
import { paths } from '../../paths.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../admin-context.ts';
import { renderAdminPage } from '../admin-page.http.ts';
import { memberActionOf, REASON_FIELD, refusalText } from './member-action-form.http.ts';

const TEXTS = {
  title: (name: string) => `Change the profile of ${name}`,
  own: 'Nobody does anything to their own account here. Your own profile is a page of your account.',
  shut: (name: string) => `The account of ${name} is being deleted. Restore it first.`,
  done: (name: string) => `The profile of ${name} was changed.`,
  unchanged: 'Nothing was changed.',
  changedMeanwhile: (username: string, email: string) =>
    `Somebody has changed this meanwhile: the username is ${username} now, and the address ${email}. What you typed is kept; send it again if you still mean it.`,
};

const HIDDEN: FieldSpec = { label: '', type: 'hidden' };

/** What was shown goes along, so that who comes second is told of who came first. */
const FIELDS: Record<string, FieldSpec> = {
  shown_username: HIDDEN,
  shown_email: HIDDEN,
  username: { ...(NEW_ACCOUNT_FIELDS.username as FieldSpec), autocomplete: 'off' },
  email: { ...(NEW_ACCOUNT_FIELDS.email as FieldSpec), autocomplete: 'off' },
  reason: REASON_FIELD,
};

type Names = Pick<MemberRecord, 'username' | 'email'>;

/** The username and the e-mail address of a member, for an admin to change. */
export function memberProfilePage(context: AdminContext) {
  async function find(req: Request): Promise<MemberRecord> {
    const member = await findMemberRecord(context.db, idParam(req));
    if (!member) throw new Problem(404);
    return member;
  }

  function show(
    res: Response,
    { id, username, email, emailVerifiedAt }: MemberRecord,
    values: Record<string, unknown>,
    rest: { errors?: FieldErrors; error?: string } = {},
  ) {
    const saved = { username, email, shown_username: username, shown_email: email };
    return renderAdminPage(res, 'members', 'members/profile', {
      title: TEXTS.title(username),
      email,
      confirmed: emailVerifiedAt !== null,
      back: paths.adminMember(id),
      form: formView(paths.memberProfile(id), FIELDS, { ...saved, ...values }, rest.errors),
      error: rest.error,
    });
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const member = await find(req);
      const own = member.id === memberOf(req).id;
      if (!own && member.closingAt === null) return show(res, member, takeDraft(req));
      flash(req, 'info', own ? TEXTS.own : TEXTS.shut(member.username));
      await seeOther(req, res, paths.adminMember(member.id));
    },

    async post(req: Request, res: Response): Promise<void> {
      const member = await find(req);
      const body: Record<string, unknown> = req.body ?? {};
      const outcome = await changeMemberProfile(context, memberActionOf(req), member.id, body);
      if (outcome.ok) flash(req, 'success', TEXTS.done(outcome.username));
      else if (outcome.problem === 'unchanged') flash(req, 'info', TEXTS.unchanged);
      else if (outcome.problem === 'invalid') {
        return show(res.status(422), member, body, { errors: outcome.errors });
      } else if (outcome.problem === 'changed-meanwhile') {
        const { username, email } = outcome;
        const error = TEXTS.changedMeanwhile(username, email);
        return show(res.status(422), member, takeOver(body, outcome), { error });
      } else {
        // First: who is not there any more, or may not, gets an error page instead.
        const error = refusalText(outcome.problem);
        return show(res.status(422), member, body, { error });
      }
      await seeOther(req, res, paths.adminMember(member.id));
    },
  };
}

/** What was typed stays; a field that nobody typed in shows what is saved now, so that it is not set back unseen. */
function takeOver(body: Record<string, unknown>, { username, email }: Names): Record<string, unknown> {
  return {
    ...body,
    username: body.username === body.shown_username ? username : body.username,
    email: body.email === body.shown_email ? email : body.email,
    shown_username: username,
    shown_email: email,
  };
}
