import type { FieldErrors } from '../input.ts';
import { canWorkOnTasks } from '../roles.ts';
import { changesOf, differingIn } from './changing.ts';
import { checkTask, typedOf } from './task-form.ts';
import { findTask, type Task, type TaskChange, updateTask } from './tasks.table.ts';
import {
  type Deleted,
  type Done,
  type NotAllowed,
  type TaskContext,
  type Unknown,
  type Worker,
  withTask,
} from './working.ts';

export type Editing =
  /** The task as it is now. */
  | Done
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  /** It is not what it was when it was read. */
  | { ok: false; problem: 'changed-meanwhile' }
  | Deleted
  | Unknown
  | NotAllowed;

/**
 * Changes a task and marks it as done or as open, in one step, for who sends it as a whole.
 *
 * @param input the form: title, note, assignee_id, due_on, and done, of which what is missing stays as it is
 * @param isAsRead whether the task is what it was when it was read; asked when nobody else can change it any more
 */
export function editTask(
  context: TaskContext,
  worker: Worker,
  id: number,
  { done, ...input }: Record<string, unknown> & { done?: boolean | undefined },
  isAsRead: (task: Task) => boolean,
): Promise<Editing> {
  return withTask(
    context,
    worker,
    canWorkOnTasks,
    id,
    async ({ trx, task, now, record }): Promise<Editing> => {
      if (task.deletedAt !== null) return { ok: false, problem: 'deleted', task };
      const form = await checkTask(trx, { ...typedOf(task), ...input }, task);
      if (!form.ok) return { ok: false, problem: 'invalid', errors: form.errors };
      if (!isAsRead(task)) return { ok: false, problem: 'changed-meanwhile' };
      const { values } = form;
      const differing = differingIn(task, values);
      const isChanged = differing.length > 0;
      const isMoved = done !== undefined && done !== (task.doneAt !== null);
      if (!isChanged && !isMoved) return { ok: true, task };

      const change: TaskChange = {};
      if (isChanged) {
        Object.assign(change, values, { updatedAt: now, updatedBy: worker.id, version: task.version + 1 });
      }
      if (isMoved)
        Object.assign(change, done ? { doneAt: now, doneBy: worker.id } : { doneAt: null, doneBy: null });
      await updateTask(trx, id, change);
      const changed = (await findTask(trx, id)) ?? task;
      const { title } = values;
      if (isChanged) await record('task.changed', { title, changes: changesOf(task, values, differing) });
      if (isMoved) await record(done ? 'task.completed' : 'task.reopened', { title });
      return { ok: true, task: changed };
    },
  );
}
