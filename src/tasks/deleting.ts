import { DAY } from '../clock.ts';
import { canDeleteTasks } from '../roles.ts';
import { type Task, updateTask } from './tasks.table.ts';
import {
  type Deleted,
  type Done,
  type NotAllowed,
  type TaskContext,
  type Unchanged,
  type Unknown,
  type Worker,
  withTask,
} from './working.ts';

/** How long a deleted task can be taken back, in milliseconds. */
export const DELETED_TASKS_STAY = 30 * DAY;

/**
 * Deletes a task: nobody sees it any more, and an admin can take it back for 30 days.
 *
 * @param look looks at the task once nobody else can change it any more, and throws where nothing is to be done
 */
export function deleteTask(
  context: TaskContext,
  worker: Worker,
  id: number,
  look?: (task: Task) => void,
): Promise<Done | Deleted | Unknown | NotAllowed> {
  return withTask(context, worker, canDeleteTasks, id, async ({ trx, task, now, record }) => {
    if (task.deletedAt !== null) {
      const same = task.deletedBy?.id === worker.id;
      return same ? ({ ok: true, task } as const) : ({ ok: false, problem: 'deleted', task } as const);
    }
    look?.(task);
    await updateTask(trx, id, { deletedAt: now, deletedBy: worker.id });
    await record('task.deleted');
    return { ok: true, task } as const;
  });
}

/** Takes the deletion of a task back: it is as it was. */
export function restoreTask(
  context: TaskContext,
  worker: Worker,
  id: number,
): Promise<Done | Unchanged | Unknown | NotAllowed> {
  return withTask(context, worker, canDeleteTasks, id, async ({ trx, task, now, record }) => {
    if (task.deletedAt === null) return { ok: false, problem: 'unchanged', task } as const;
    // The sweep that removes it comes now and then.
    if (task.deletedAt <= now - DELETED_TASKS_STAY) return { ok: false, problem: 'unknown' } as const;
    await updateTask(trx, id, { deletedAt: null, deletedBy: null });
    await record('task.restored');
    return { ok: true, task } as const;
  });
}
