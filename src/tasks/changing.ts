import type { FieldErrors } from '../input.ts';
import { canWorkOnTasks } from '../roles.ts';
import { checkTask, typedOf } from './task-form.ts';
import { type Task, type TaskValues, updateTask } from './tasks.table.ts';
import {
  type Deleted,
  type NotAllowed,
  type TaskContext,
  type Unknown,
  type Worker,
  withTask,
} from './working.ts';

/** Somebody else has saved since the form was shown. Whoever sends it again with the task's version overrules that. */
export type ChangedMeanwhile = {
  ok: false;
  problem: 'changed-meanwhile';
  /** As it is saved. */
  task: Task;
  /** Where what was typed is something else. */
  differing: (keyof TaskValues)[];
};

export type Changing =
  | { ok: true; title: string }
  | { ok: false; problem: 'invalid'; task: Task; errors: FieldErrors }
  | ChangedMeanwhile
  | Deleted
  | Unknown
  | NotAllowed;

const FIELDS = ['title', 'note', 'assigneeId', 'dueOn'] as const satisfies (keyof TaskValues)[];

/**
 * Changes a task.
 *
 * @param input the form: title, note, assignee_id, due_on, of which what is missing stays as it is, and version, that
 *   of the task when the form was shown
 */
export function changeTask(
  context: TaskContext,
  worker: Worker,
  id: number,
  input: Record<string, unknown>,
): Promise<Changing> {
  return withTask(context, worker, canWorkOnTasks, id, async ({ trx, task, now, record }) => {
    if (task.deletedAt !== null) return { ok: false, problem: 'deleted', task } as const;
    const form = await checkTask(trx, { ...typedOf(task), ...input }, task);
    if (!form.ok) return { ok: false, problem: 'invalid', task, errors: form.errors } as const;
    const { values } = form;
    const differing = differingIn(task, values);
    // What is saved already need not be saved again, by whomever it was.
    if (differing.length === 0) return { ok: true, title: task.title } as const;
    if (input.version !== String(task.version)) {
      return { ok: false, problem: 'changed-meanwhile', task, differing } as const;
    }
    const version = task.version + 1;
    await updateTask(trx, id, { ...values, updatedAt: now, updatedBy: worker.id, version });
    await record('task.changed', { title: values.title, changes: changesOf(task, values, differing) });
    return { ok: true, title: values.title } as const;
  });
}

/** Where a task is to be something else. */
export function differingIn(task: Task, values: TaskValues): (keyof TaskValues)[] {
  return FIELDS.filter((field) => values[field] !== task[field]);
}

/** Before and after, field by field. What a note says is nobody's concern but of those who read the task. */
export function changesOf(
  task: Task,
  values: TaskValues,
  fields: (keyof TaskValues)[],
): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => [field, field === 'note' ? 'changed' : { from: task[field], to: values[field] }]),
  );
}
