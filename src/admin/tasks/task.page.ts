import type { Request, Response } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { paths } from '../../paths.ts';
import { canDeleteTasks } from '../../permissions.ts';
import { dayOf } from '../../shared/clock.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { LONGEST_NOTE, LONGEST_TITLE, typedOf } from '../../tasks/task-form.ts';
import { readTaskFilters, type TaskFilters } from '../../tasks/task-list.ts';
import { findTask, listAssignees, type Task, type TaskValues } from '../../tasks/tasks.table.ts';
import { addTask, type ChangedMeanwhile, updateTask } from '../../tasks/tasks.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView, hiddenFields } from '../../web/forms.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { actorOf } from './task-actions.page.ts';
import {
  actionOf,
  assigneeField,
  assigneeText,
  dueDayText,
  factsOf,
  fromList,
  listUrl,
  personText,
  tagOf,
  type Viewer,
} from './task-view.ts';

export const TEXTS = {
  newTask: 'New task',
  add: 'Add the task',
  save: 'Save',
  added: (title: string) => `Added: ${title}`,
  saved: (title: string) => `Saved: ${title}`,
  changed: (name: string) => `Changed meanwhile by ${name}`,
  gone: {
    heading: 'This task is not there any more',
    message: 'What you typed was not saved and stands below. Add it as a new task if it is still to be done.',
  },
  labels: { title: 'Title', note: 'Note', assigneeId: 'For', dueOn: 'Due day' },
  titleHint: 'What is to be done, in a few words.',
  noteHint: 'All that helps whoever does it. May stay empty.',
  dueOnHint: 'The last day on which it is in time. May stay empty.',
  nobody: 'Nobody yet',
  empty: 'empty',
  none: 'none',
};

interface Shown {
  errors?: FieldErrors;
  /** What somebody else has done meanwhile: changed the task, or deleted it. */
  conflict?: ChangedMeanwhile | 'gone';
}

const { labels } = TEXTS;
const TITLE = { label: labels.title, hint: TEXTS.titleHint, maxlength: LONGEST_TITLE, autocomplete: 'off' };
const NOTE: FieldSpec = {
  label: labels.note,
  type: 'textarea',
  rows: 6,
  hint: TEXTS.noteHint,
  maxlength: LONGEST_NOTE,
  required: false,
};
const DUE_ON: FieldSpec = { label: labels.dueOn, type: 'date', hint: TEXTS.dueOnHint, required: false };

/** The form of a task: one for a new task, and one to read and change a task. */
export function taskPages(context: AdminContext) {
  const { db, clock, config } = context;

  /** @param task undefined for a new one */
  async function show(
    req: Request,
    res: Response,
    task: Task | undefined,
    typed: Record<string, unknown>,
    { errors, conflict }: Shown = {},
  ): Promise<void> {
    const member = memberOf(req);
    const viewer = { userId: member.id, today: dayOf(clock()), locale: config.storeLocale };
    const filters = readTaskFilters(req.query);
    const action = fromList(task ? paths.task(task.id) : paths.newTask(), filters);
    const fields: Record<string, FieldSpec> = {
      title: TITLE,
      note: NOTE,
      assignee_id: assigneeField(await listAssignees(db), member.id, TEXTS.nobody, task?.assignee),
      due_on: DUE_ON,
      ...(task ? hiddenFields(['version']) : {}),
    };
    return renderAdminPage(res, 'tasks/task', {
      title: task?.title ?? TEXTS.newTask,
      form: formView(action, fields, typed, errors),
      button: task ? TEXTS.save : TEXTS.add,
      task: task && {
        tag: tagOf(task, viewer.today),
        facts: factsOf(task, viewer),
        action: actionOf(task, filters),
        deletion: canDeleteTasks(member) ? fromList(paths.deleteTask(task.id), filters) : undefined,
      },
      conflict: conflict === 'gone' ? TEXTS.gone : conflict && conflictView(conflict, filters, viewer),
      list: listUrl(filters),
    });
  }

  async function add(req: Request, res: Response): Promise<void> {
    const typed = req.body ?? {};
    const outcome = await addTask(context, actorOf(req), typed, submittedForm(req));
    if (outcome.ok) {
      flash(req, 'success', TEXTS.added(outcome.title));
      // Where it is to be seen: a new task is not done.
      return seeOther(req, res, listUrl({ show: isFromMine(req) ? 'mine' : 'open' }));
    }
    if (outcome.problem !== 'invalid') throw new Problem(403);
    return show(req, res.status(422), undefined, typed, { errors: outcome.errors });
  }

  async function save(req: Request, res: Response): Promise<void> {
    const typed = req.body ?? {};
    // What is saved already need not be saved again, whoever did it.
    const isExpected = (task: Task, differing: unknown[]) =>
      differing.length === 0 || typed.version === String(task.version);
    const outcome = await updateTask(context, actorOf(req), idParam(req), { input: typed }, isExpected);
    if (outcome.ok) {
      flash(req, 'success', TEXTS.saved(outcome.task.title));
      return seeOther(req, res, listUrl(readTaskFilters(req.query)));
    }
    switch (outcome.problem) {
      case 'invalid':
        return show(req, res.status(422), outcome.task, typed, { errors: outcome.errors });
      case 'changed-meanwhile': {
        // Sent again, it is meant.
        const again = { ...typed, version: String(outcome.task.version) };
        return show(req, res.status(422), outcome.task, again, { conflict: outcome });
      }
      case 'unknown':
        return show(req, res.status(404), undefined, typed, { conflict: 'gone' });
      default:
        throw new Problem(403);
    }
  }

  return {
    added: {
      get(req: Request, res: Response): Promise<void> {
        const assigned = { assignee_id: isFromMine(req) ? String(memberOf(req).id) : '' };
        return show(req, res, undefined, { ...assigned, ...takeDraft(req) });
      },
      post: add,
    },
    edited: {
      async get(req: Request, res: Response): Promise<void> {
        const task = await findTask(db, idParam(req));
        if (!task) throw new Problem(404);
        const saved = { ...typedOf(task), version: String(task.version) };
        return show(req, res, task, { ...saved, ...takeDraft(req) });
      },
      post: save,
    },
  };
}

function conflictView({ task, differing }: ChangedMeanwhile, filters: TaskFilters, viewer: Viewer) {
  const saved: Record<keyof TaskValues, string> = {
    title: task.title,
    note: task.note || TEXTS.empty,
    assigneeId: assigneeText(task.assignee, viewer.userId),
    dueOn: task.dueOn === null ? TEXTS.none : dueDayText(task.dueOn, viewer.locale),
  };
  return {
    heading: TEXTS.changed(personText(task.updatedBy, viewer.userId)),
    saved: differing.map((field) => ({ label: labels[field], value: saved[field] })),
    url: fromList(paths.task(task.id), filters),
  };
}

/** Whether somebody came from the list of their own tasks. */
function isFromMine(req: Request): boolean {
  return readTaskFilters(req.query).show === 'mine';
}
