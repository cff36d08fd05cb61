import type { Request, Response } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { paths } from '../../paths.ts';
import { readTaskFilters } from '../../tasks/task-list.ts';
import { findTask } from '../../tasks/tasks.table.ts';
import { type Actor, deleteTask, updateTask } from '../../tasks/tasks.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { fromList, listUrl, personText } from './task-view.ts';

export const TEXTS = {
  completed: (title: string) => `Done: ${title}`,
  reopened: (title: string) => `Open again: ${title}`,
  deleted: (title: string) => `Deleted: ${title}`,
  isDone: (title: string, name: string) => `Done already, by ${name}: ${title}`,
  isOpen: (title: string) => `Open already: ${title}`,
  gone: 'Somebody has deleted this task.',
  deletion: (title: string) => `Delete ${title}?`,
};

/** Where the rows of the list begin, in the page: there the keyboard goes on after a row was dealt with. */
export const LIST_ANCHOR = 'list';

/** Who asks, as the rules of tasks know them. */
export function actorOf(req: Request): Actor {
  const { id, role } = memberOf(req);
  return { id, role, client: clientOf(req) };
}

/** The buttons of a task: each does one thing and leads back to the list that it was pushed in. */
export function taskActions(context: AdminContext) {
  const backToList = (req: Request, res: Response) =>
    seeOther(req, res, `${listUrl(readTaskFilters(req.query))}#${LIST_ANCHOR}`);

  /** A link to the address of a button leads to the task. */
  const get = (req: Request, res: Response): Promise<void> => seeOther(req, res, paths.task(idParam(req)));

  const move = (done: boolean) => async (req: Request, res: Response) => {
    const actor = actorOf(req);
    const outcome = await updateTask(context, actor, idParam(req), { done });
    if (!outcome.ok) return refuse(req, res, outcome.problem);
    const { title, doneBy } = outcome.task;
    if (!done && !outcome.changed) flash(req, 'info', TEXTS.isOpen(title));
    else if (!done) flash(req, 'success', TEXTS.reopened(title));
    else if (doneBy?.id === actor.id) flash(req, 'success', TEXTS.completed(title));
    else flash(req, 'info', TEXTS.isDone(title, personText(doneBy, actor.id)));
    return backToList(req, res);
  };

  async function askDeletion(req: Request, res: Response): Promise<void> {
    const task = await findTask(context.db, idParam(req));
    if (!task) throw new Problem(404);
    const filters = readTaskFilters(req.query);
    return renderAdminPage(res, 'tasks/deletion', {
      title: TEXTS.deletion(task.title),
      action: fromList(paths.deleteTask(task.id), filters),
      back: fromList(paths.task(task.id), filters),
    });
  }

  async function remove(req: Request, res: Response): Promise<void> {
    const outcome = await deleteTask(context, actorOf(req), idParam(req));
    if (!outcome.ok) return refuse(req, res, outcome.problem);
    flash(req, 'success', TEXTS.deleted(outcome.task.title));
    return backToList(req, res);
  }

  async function refuse(req: Request, res: Response, problem: string): Promise<void> {
    if (problem === 'not-allowed') throw new Problem(403);
    flash(req, 'info', TEXTS.gone);
    return backToList(req, res);
  }

  return {
    completion: { get, post: move(true) },
    reopening: { get, post: move(false) },
    deletion: { get: askDeletion, post: remove },
  };
}
