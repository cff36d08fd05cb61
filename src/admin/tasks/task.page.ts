import type { Request, Response } from 'express';
import type { User } from '../../accounts/users.table.ts';
import { dayOf } from '../../clock.ts';
import type { FieldErrors } from '../../input.ts';
import { paths } from '../../paths.ts';
import { canDeleteTasks } from '../../roles.ts';
import { type ChangedMeanwhile, changeTask } from '../../tasks/changing.ts';
import { restoreTask } from '../../tasks/deleting.ts';
import { readTaskFilters } from '../../tasks/listing.ts';
import { typedOf } from '../../tasks/task-form.ts';
import { findTask, type Task, type TaskValues } from '../../tasks/tasks.table.ts';
import { makeToken } from '../../tokens.ts';
import { takeDraft } from '../../web/drafts.ts';
import { flash } from '../../web/flash.ts';
import { formView } from '../../web/forms.ts';
import { idParam } from '../../web/ids.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../admin-context.ts';
import { showRoom } from '../back-office.page.ts';
import { fromList, listUrl } from './addresses.ts';
import { refuse, workerOf } from './requests.page.ts';
import { tellDeleted } from './steps.page.ts';
import { HIDDEN, taskFields } from './task-fields.ts';
import { assigneeWords, dueDayWords, factsOf, personWords, stepOf, tagOf } from './task-view.ts';

const TEXTS = {
  saved: (title: string) => `Saved: ${title}`,
  restored: (title: string) => `Back again: ${title}`,
  isThere: (title: string) => `Not deleted any more: ${title}`,
  changed: (name: string) => `Changed meanwhile by ${name}`,
  deleted: (name: string) => `Deleted meanwhile by ${name}`,
  labels: { title: 'Title', note: 'Note', assigneeId: 'For', dueOn: 'Due day' },
  empty: 'empty',
  none: 'none',
};

/** One task, to be read and changed. */
export function taskPage(context: AdminContext) {
  const { db, clock, config } = context;
  const lookingOf = (req: Request) => ({
    userId: (req.user as User).id,
    today: dayOf(clock()),
    locale: config.storeLocale,
  });

  async function show(
    req: Request,
    res: Response,
    task: Task,
    typed: Record<string, unknown>,
    more: { errors?: FieldErrors; conflict?: ReturnType<typeof conflictView> } = {},
  ) {
    const looking = lookingOf(req);
    const filters = readTaskFilters(req.query);
    const fields = { ...(await taskFields(db, looking.userId, task)), version: HIDDEN };
    const action = fromList(paths.task(task.id), filters);
    return showRoom(res, 'tasks', 'tasks/task', {
      title: task.title,
      tag: tagOf(task, looking.today),
      facts: factsOf(task, looking),
      form: formView(action, fields, { version: String(task.version), ...typed }, more.errors),
      conflict: more.conflict,
      step: stepOf(task, filters),
      deletion: canDeleteTasks(req.user as User) ? fromList(paths.deleteTask(task.id), filters) : undefined,
      list: listUrl(filters),
    });
  }

  /** What somebody typed who saves a task that is deleted: to be saved all the same, in one way or another. */
  async function showDeleted(req: Request, res: Response, task: Task, typed: Record<string, unknown>) {
    const { userId } = lookingOf(req);
    const filters = readTaskFilters(req.query);
    const fields = { ...(await taskFields(db, userId, task)), version: HIDDEN, form_key: HIDDEN };
    const values = { ...typed, form_key: makeToken() };
    return showRoom(res, 'tasks', 'tasks/deleted-task', {
      title: task.title,
      heading: TEXTS.deleted(personWords(task.deletedBy, { userId })),
      form: formView(fromList(paths.newTask(), filters), fields, values),
      restoration: canDeleteTasks(req.user as User)
        ? fromList(paths.restoreTask(task.id), filters)
        : undefined,
      list: listUrl(filters),
    });
  }

  function conflictView(req: Request, { task, differing }: ChangedMeanwhile) {
    const looking = lookingOf(req);
    const saved: Record<keyof TaskValues, string> = {
      title: task.title,
      note: task.note || TEXTS.empty,
      assigneeId: assigneeWords(task.assignee, looking),
      dueOn: task.dueOn === null ? TEXTS.none : dueDayWords(task.dueOn, looking.locale),
    };
    return {
      heading: TEXTS.changed(personWords(task.updatedBy, looking)),
      saved: differing.map((field) => ({ label: TEXTS.labels[field], value: saved[field] })),
      url: fromList(paths.task(task.id), readTaskFilters(req.query)),
    };
  }

  async function save(req: Request, res: Response): Promise<void> {
    const typed = req.body ?? {};
    const outcome = await changeTask(context, workerOf(req), idParam(req), typed);
    if (outcome.ok) {
      flash(req, 'success', TEXTS.saved(outcome.title));
      return seeOther(req, res, listUrl(readTaskFilters(req.query)));
    }
    switch (outcome.problem) {
      case 'invalid':
        return show(req, res.status(422), outcome.task, typed, { errors: outcome.errors });
      case 'changed-meanwhile': {
        // Sent again, it is meant.
        const version = String(outcome.task.version);
        const conflict = conflictView(req, outcome);
        return show(req, res.status(422), outcome.task, { ...typed, version }, { conflict });
      }
      case 'deleted':
        return showDeleted(req, res.status(422), outcome.task, typed);
      default:
        return refuse(outcome.problem);
    }
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const task = await findTask(db, idParam(req));
      if (!task) return refuse('unknown');
      if (task.deletedAt === null) return show(req, res, task, { ...typedOf(task), ...takeDraft(req) });
      tellDeleted(req, task);
      return seeOther(req, res, listUrl(readTaskFilters(req.query)));
    },

    post: save,

    /** Takes a deletion back; what was typed meanwhile, if it comes along, is saved as well. */
    async restore(req: Request, res: Response): Promise<void> {
      const outcome = await restoreTask(context, workerOf(req), idParam(req));
      if (!outcome.ok && outcome.problem !== 'unchanged') return refuse(outcome.problem);
      const { title, doneAt } = outcome.task;
      if (outcome.ok) flash(req, 'success', TEXTS.restored(title));
      else flash(req, 'info', TEXTS.isThere(title));
      if (req.body?.version !== undefined) return save(req, res);
      const { show } = readTaskFilters(req.query);
      await seeOther(req, res, listUrl({ show: doneAt !== null && show === 'open' ? 'done' : show }));
    },
  };
}
