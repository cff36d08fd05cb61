import type { Request, Response } from 'express';
import type { FieldErrors } from '../../input.ts';
import { addTask } from '../../tasks/adding.ts';
import { readTaskFilters } from '../../tasks/listing.ts';
import { flash } from '../../web/flash.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../admin-context.ts';
import { listUrl } from './addresses.ts';
import { refuse, workerOf } from './requests.page.ts';

const TEXTS = {
  added: (title: string) => `Added: ${title}`,
};

/** Shows a form again, with what was typed and what is wrong with it. */
type ShowForm = (
  req: Request,
  res: Response,
  typed: Record<string, unknown>,
  errors: FieldErrors,
) => Promise<void>;

/** Takes a form that adds a task: the short one on top of the list, and the long one of its own page. */
export function takeNewTask(context: AdminContext, show: ShowForm) {
  return async (req: Request, res: Response): Promise<void> => {
    const typed = req.body ?? {};
    const outcome = await addTask(context, workerOf(req), typed);
    if (outcome.ok) {
      flash(req, 'success', TEXTS.added(outcome.title));
      // Where it is to be seen: a new task is neither overdue nor done.
      const mine = readTaskFilters(req.query).show === 'mine';
      return seeOther(req, res, listUrl({ show: mine ? 'mine' : 'open' }));
    }
    if (outcome.problem !== 'invalid') refuse(outcome.problem);
    return show(req, res.status(422), typed, outcome.errors);
  };
}
