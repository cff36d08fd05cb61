import type { Request, Response } from 'express';
import { NEW_ACCOUNT_FIELDS } from '../../accounts/account-fields.ts';
import { signedIn } from '../../accounts/signed-in.http.ts';
import { findMemberRecord, type MemberRecord } from '../../members/member-screen.table.ts';
import { changeMemberProfile } from '../../members/profile-change.ts';
import { paths } from '../../paths.ts';
import { editAgain, shownFields } from '../../shared/edit-conflict.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView, hiddenFields } from '../../web/forms.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import {
  memberActionOf,
  REASON_FIELD,
  type RefusedAction,
  refusedAction,
} from './member-action-form.http.ts';

export const TEXTS = {
  title: (name: string) => `Change the profile of ${name}`,
  own: 'Nobody does anything to their own account here. Your own profile is a page of your account.',
  closing: (name: string) => `The account of ${name} is being deleted. Restore it first.`,
  done: (name: string) => `The profile of ${name} was changed.`,
  unchanged: 'Nothing was changed.',
  changedMeanwhile: ({ username, email }: Record<string, string>) =>
    `Somebody has changed this meanwhile: the username is ${username} now, and the address ${email}. What you typed is kept; send it again if you still mean it.`,
};

const FIELDS: Record<string, FieldSpec> = {
  ...hiddenFields(['shown_username', 'shown_email']),
  username: { ...(NEW_ACCOUNT_FIELDS.username as FieldSpec), autocomplete: 'off' },
  email: { ...(NEW_ACCOUNT_FIELDS.email as FieldSpec), autocomplete: 'off' },
  reason: REASON_FIELD,
};

export function memberProfilePage(context: AdminContext) {
  async function find(req: Request): Promise<MemberRecord> {
    const member = await findMemberRecord(context.db, idParam(req));
    if (!member) throw new Problem(404);
    return member;
  }

  function show(res: Response, member: MemberRecord, { values, errors, error }: RefusedAction) {
    const { id, username, email, emailVerifiedAt } = member;
    const saved = { username, email };
    const given = { ...saved, ...shownFields(saved), ...values };
    return renderAdminPage(res, 'members/profile', {
      title: TEXTS.title(username),
      email,
      confirmed: emailVerifiedAt !== null,
      back: paths.adminMember(id),
      form: formView(paths.memberProfile(id), FIELDS, given, errors),
      error,
    });
  }

  return {
    get: signedIn(async (req, res, admin) => {
      const member = await find(req);
      const own = member.id === admin.id;
      if (!own && member.closingAt === null) return show(res, member, { values: takeDraft(req) });
      flash(req, 'info', own ? TEXTS.own : TEXTS.closing(member.username));
      await seeOther(req, res, paths.adminMember(member.id));
    }),

    async post(req: Request, res: Response): Promise<void> {
      const member = await find(req);
      const body: Record<string, unknown> = req.body ?? {};
      const outcome = await changeMemberProfile(context, memberActionOf(req), member.id, body);
      if (outcome.ok) flash(req, 'success', TEXTS.done(outcome.username));
      else if (outcome.problem === 'unchanged') flash(req, 'info', TEXTS.unchanged);
      else {
        const refused = refusedAction(outcome, body, (saved) => ({
          values: editAgain(body, saved),
          error: TEXTS.changedMeanwhile(saved),
        }));
        return show(res.status(422), member, refused);
      }
      await seeOther(req, res, paths.adminMember(member.id));
    },
  };
}
