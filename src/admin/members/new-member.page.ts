import type { Request, Response } from 'express';
import { NEW_ACCOUNT_FIELDS } from '../../accounts/account-fields.ts';
import { createMember } from '../../members/creation.ts';
import { paths } from '../../paths.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { memberActionOf, REASON_FIELD, ROLE_FIELD } from './member-action-form.http.ts';

export const TEXTS = {
  title: 'A new member',
  made: (name: string) =>
    `The account of ${name} was made, and a link to choose a password was mailed. It works for 7 days.`,
};

const FIELDS: Record<string, FieldSpec> = {
  username: { ...(NEW_ACCOUNT_FIELDS.username as FieldSpec), autocomplete: 'off' },
  email: { ...(NEW_ACCOUNT_FIELDS.email as FieldSpec), autocomplete: 'off' },
  role: ROLE_FIELD,
  reason: REASON_FIELD,
};

/** An account that an admin makes for somebody, who chooses the password: no field here takes one. */
export function newMemberPage(context: AdminContext) {
  function show(res: Response, values: Record<string, unknown>, errors?: FieldErrors) {
    return renderAdminPage(res, 'members/new-member', {
      title: TEXTS.title,
      form: formView(paths.newMember(), FIELDS, { role: 'user', ...values }, errors),
    });
  }

  return {
    get: (req: Request, res: Response): Promise<void> => show(res, takeDraft(req)),

    async post(req: Request, res: Response): Promise<void> {
      const body: Record<string, unknown> = req.body ?? {};
      const outcome = await createMember(context, memberActionOf(req), body);
      if (outcome.ok) {
        flash(req, 'success', TEXTS.made(outcome.username));
        return seeOther(req, res, paths.adminMember(outcome.userId));
      }
      if (outcome.problem === 'not-allowed') throw new Problem(403);
      return show(res.status(422), body, outcome.errors);
    },
  };
}
