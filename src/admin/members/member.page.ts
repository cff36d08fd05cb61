import type { Request, Response } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { readMember } from '../../members/member-screen.ts';
import { LONGEST_NOTE } from '../../members/notes.ts';
import { paths } from '../../paths.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { memberView } from './member-view.ts';

const TEXTS = {
  note: 'A new note',
  noteHint: `For administrators; at most ${LONGEST_NOTE.toLocaleString('en')} characters. The member can read it in the export of their data.`,
};

const FIELDS: Record<string, FieldSpec> = {
  note: {
    label: TEXTS.note,
    hint: TEXTS.noteHint,
    type: 'textarea',
    rows: 3,
    maxlength: LONGEST_NOTE,
    autocomplete: 'off',
  },
};

/** One member on one screen, with the form for a new note, which may be one that came back. */
export async function showMember(
  context: AdminContext,
  req: Request,
  res: Response,
  form: { values?: Record<string, unknown>; errors?: FieldErrors } = {},
): Promise<void> {
  const screen = await readMember(context, memberOf(req), idParam(req));
  if (!screen) throw new Problem(404);
  const { id, username } = screen.member;
  return renderAdminPage(res, 'members', 'members/member', {
    title: username,
    member: memberView(screen, { now: context.clock(), locale: context.config.storeLocale }),
    form: formView(paths.memberNotes(id), FIELDS, form.values, form.errors),
  });
}

export function memberPage(context: AdminContext) {
  return {
    get: (req: Request, res: Response): Promise<void> => showMember(context, req, res),
  };
}
