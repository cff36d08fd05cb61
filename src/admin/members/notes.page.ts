import type { Request, Response } from 'express';
import type { MemberActionResult } from '../../members/actions.ts';
import { findNote } from '../../members/member-notes.table.ts';
import { findMemberRecord } from '../../members/member-screen.table.ts';
import { addNote, removeNote } from '../../members/notes.ts';
import { paths } from '../../paths.ts';
import { momentView } from '../../shared/format/dates.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { showMember } from './member.page.ts';
import { memberActionOf, refusalPage } from './member-action-form.http.ts';

export const TEXTS = {
  added: 'The note was added.',
  removed: 'The note was removed.',
  gone: 'The note was removed already.',
  own: 'Nobody writes notes about themselves.',
  title: (name: string) => `Remove a note about ${name}`,
};

/** What admins note about a member: added on the member's screen, removed on a page of its own. */
export function notesPage(context: AdminContext) {
  const addition = {
    /** A note that came too late to be taken, back in its form. */
    get: (req: Request, res: Response): Promise<void> =>
      showMember(context, req, res, { values: takeDraft(req) }),

    async post(req: Request, res: Response): Promise<void> {
      const id = idParam(req);
      const outcome = await addNote(context, memberActionOf(req), id, req.body);
      if (!outcome.ok && outcome.problem === 'invalid') {
        return showMember(context, req, res.status(422), { values: req.body, errors: outcome.errors });
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
      return renderAdminPage(res, 'members', 'members/note-removal', {
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
  return { addition, removal };
}

function flashOutcome(req: Request, outcome: MemberActionResult, done: string): void {
  if (outcome.ok) flash(req, 'success', done);
  else if (outcome.problem === 'unchanged') flash(req, 'info', TEXTS.gone);
  else if (outcome.problem === 'own-account') flash(req, 'warning', TEXTS.own);
  else throw refusalPage(outcome.problem);
}
