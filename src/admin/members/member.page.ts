import type { Request, Response } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import type { MemberActionResult } from '../../members/actions.ts';
import { findNote } from '../../members/member-notes.table.ts';
import { findMemberRecord } from '../../members/member-screen.table.ts';
import { readMember } from '../../members/member-screen.ts';
import { addNote, LONGEST_NOTE, removeNote } from '../../members/notes.ts';
import { paths } from '../../paths.ts';
import { momentView } from '../../shared/format/dates.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { memberActionOf, refusalPage } from './member-action-form.http.ts';
import { memberView } from './member-view.ts';

export const TEXTS = {
  note: 'A new note',
  noteHint: `For administrators; at most ${LONGEST_NOTE.toLocaleString('en')} characters. The member can read it in the export of their data.`,
  added: 'The note was added.',
  removed: 'The note was removed.',
  gone: 'The note was removed already.',
  own: 'Nobody writes notes about themselves.',
  title: (name: string) => `Remove a note about ${name}`,
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

/** One member on one screen, and what admins note about them: added there, removed on a page of its own. */
export function memberPages(context: AdminContext) {
  /** @param form for a new note; it may be one that came back */
  async function show(
    req: Request,
    res: Response,
    form: { values?: Record<string, unknown>; errors?: FieldErrors } = {},
  ): Promise<void> {
    const screen = await readMember(context, memberOf(req), idParam(req));
    if (!screen) throw new Problem(404);
    const { id, username } = screen.member;
    return renderAdminPage(res, 'members/member', {
      title: username,
      member: memberView(screen, { now: context.clock(), locale: context.config.storeLocale }),
      form: formView(paths.memberNotes(id), FIELDS, form.values, form.errors),
    });
  }

  const member = { get: (req: Request, res: Response): Promise<void> => show(req, res) };

  const notes = {
    /** A note that came too late to be taken, back in its form. */
    get: (req: Request, res: Response): Promise<void> => show(req, res, { values: takeDraft(req) }),

    async post(req: Request, res: Response): Promise<void> {
      const id = idParam(req);
      const outcome = await addNote(context, memberActionOf(req), id, req.body);
      if (!outcome.ok && outcome.problem === 'invalid') {
        return show(req, res.status(422), { values: req.body, errors: outcome.errors });
      }
      flashOutcome(req, outcome, TEXTS.added);
      await seeOther(req, res, paths.adminMember(id));
    },
  };

  const removal = {
    async get(req: Request, res: Response): Promise<void> {
      const [id, noteId] = [idParam(req), idParam(req, 'note')];
      const member = await findMemberRecord(context.db, id);
      const note = member && (await findNote(context.db, id, noteId));
      if (!note) throw new Problem(404);
      return renderAdminPage(res, 'members/note-removal', {
        title: TEXTS.title(member.username),
        note: { ...note, written: momentView(note.createdAt, context.config.storeLocale) },
        action: paths.memberNote(id, noteId),
        back: paths.adminMember(id),
      });
    },

    async post(req: Request, res: Response): Promise<void> {
      const id = idParam(req);
      const outcome = await removeNote(context, memberActionOf(req), id, idParam(req, 'note'));
      flashOutcome(req, outcome, TEXTS.removed);
      await seeOther(req, res, paths.adminMember(id));
    },
  };
  return { member, notes, removal };
}

function flashOutcome(req: Request, outcome: MemberActionResult, done: string): void {
  if (outcome.ok) flash(req, 'success', done);
  else if (outcome.problem === 'unchanged') flash(req, 'info', TEXTS.gone);
  else if (outcome.problem === 'own-account') flash(req, 'warning', TEXTS.own);
  else throw refusalPage(outcome.problem);
}
