import type { Request, Response } from 'express';
import type { User } from '../../accounts/users.table.ts';
import { paths } from '../../paths.ts';
import { canDeleteTasks } from '../../roles.ts';
import { completeTask, reopenTask } from '../../tasks/completing.ts';
import { deleteTask } from '../../tasks/deleting.ts';
import { readTaskFilters } from '../../tasks/listing.ts';
import type { Task } from '../../tasks/tasks.table.ts';
import { flash } from '../../web/flash.ts';
import { idParam } from '../../web/ids.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../admin-context.ts';
import { fromList, LIST_ANCHOR, listUrl } from './addresses.ts';
import { refuse, workerOf } from './requests.page.ts';
import { personWords } from './task-view.ts';

const TEXTS = {
  completed: (title: string) => `Done: ${title}`,
  reopened: (title: string) => `Open again: ${title}`,
  deleted: (title: string) => `Deleted: ${title}`,
  isDone: (title: string, name: string) => `Done already, by ${name}: ${title}`,
  isOpen: (title: string) => `Open already: ${title}`,
  isDeleted: (title: string, name: string) => `Deleted meanwhile by ${name}: ${title}`,
  undo: 'Undo',
  restore: 'Restore',
};

/** Says that somebody has deleted a task; an admin is offered to take that back. */
export function tellDeleted(req: Request, { id, title, deletedBy }: Task): void {
  const user = req.user as User;
  const restore = { label: TEXTS.restore, path: paths.restoreTask(id) };
  const text = TEXTS.isDeleted(title, personWords(deletedBy, { userId: user.id }));
  flash(req, 'info', text, canDeleteTasks(user) ? restore : undefined);
}

/** The buttons of a task: each does one thing and leads back to the list that it was pushed in. */
export function taskStepsPage(context: AdminContext) {
  const backToList = (req: Request, res: Response) =>
    seeOther(req, res, `${listUrl(readTaskFilters(req.query))}#${LIST_ANCHOR}`);

  return {
    /** Whoever comes to a button's address by a link is led to the task. */
    get: (req: Request, res: Response): Promise<void> => seeOther(req, res, paths.task(idParam(req))),

    async complete(req: Request, res: Response): Promise<void> {
      const worker = workerOf(req);
      const outcome = await completeTask(context, worker, idParam(req));
      if (outcome.ok) {
        const path = fromList(paths.reopenTask(outcome.task.id), readTaskFilters(req.query));
        flash(req, 'success', TEXTS.completed(outcome.task.title), { label: TEXTS.undo, path });
      } else if (outcome.problem === 'unchanged') {
        const { title, doneBy } = outcome.task;
        flash(req, 'info', TEXTS.isDone(title, personWords(doneBy, { userId: worker.id })));
      } else if (outcome.problem === 'deleted') tellDeleted(req, outcome.task);
      else refuse(outcome.problem);
      await backToList(req, res);
    },

    async reopen(req: Request, res: Response): Promise<void> {
      const outcome = await reopenTask(context, workerOf(req), idParam(req));
      if (outcome.ok) flash(req, 'success', TEXTS.reopened(outcome.task.title));
      else if (outcome.problem === 'unchanged') flash(req, 'info', TEXTS.isOpen(outcome.task.title));
      else if (outcome.problem === 'deleted') tellDeleted(req, outcome.task);
      else refuse(outcome.problem);
      await backToList(req, res);
    },

    async delete(req: Request, res: Response): Promise<void> {
      const outcome = await deleteTask(context, workerOf(req), idParam(req));
      if (outcome.ok) {
        const path = fromList(paths.restoreTask(outcome.task.id), readTaskFilters(req.query));
        flash(req, 'success', TEXTS.deleted(outcome.task.title), { label: TEXTS.undo, path });
      } else if (outcome.problem === 'deleted') tellDeleted(req, outcome.task);
      else refuse(outcome.problem);
      await backToList(req, res);
    },
  };
}
