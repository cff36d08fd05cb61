import type { Request, Response } from 'express';
import type { User } from '../../accounts/users.table.ts';
import type { FieldErrors } from '../../input.ts';
import { paths } from '../../paths.ts';
import { readTaskFilters } from '../../tasks/listing.ts';
import { makeToken } from '../../tokens.ts';
import { takeDraft } from '../../web/drafts.ts';
import { formView } from '../../web/forms.ts';
import type { AdminContext } from '../admin-context.ts';
import { showRoom } from '../back-office.page.ts';
import { takeNewTask } from './adding.page.ts';
import { fromList, listUrl } from './addresses.ts';
import { HIDDEN, taskFields } from './task-fields.ts';

const TEXTS = {
  title: 'New task',
};

/** Adds a task with all that belongs to it. */
export function newTaskPage(context: AdminContext) {
  async function show(req: Request, res: Response, typed: Record<string, unknown>, errors: FieldErrors = {}) {
    const { id: userId } = req.user as User;
    const filters = readTaskFilters(req.query);
    const fields = { ...(await taskFields(context.db, userId)), form_key: HIDDEN };
    const own = { form_key: makeToken(), assignee_id: filters.show === 'mine' ? String(userId) : '' };
    return showRoom(res, 'tasks', 'tasks/new-task', {
      title: TEXTS.title,
      form: formView(fromList(paths.newTask(), filters), fields, { ...own, ...typed }, errors),
      list: listUrl(filters),
    });
  }

  return {
    get: (req: Request, res: Response): Promise<void> => show(req, res, takeDraft(req)),

    post: takeNewTask(context, show),
  };
}
