import { canWorkOnTasks } from '../roles.ts';
import { updateTask } from './tasks.table.ts';
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

export type Completing = Done | Unchanged | Deleted | Unknown | NotAllowed;

/** Marks a task as done. Who has done it already, and pushes the button twice, has done it. */
export function completeTask(context: TaskContext, worker: Worker, id: number): Promise<Completing> {
  return withTask(context, worker, canWorkOnTasks, id, async ({ trx, task, now, record }) => {
    if (task.deletedAt !== null) return { ok: false, problem: 'deleted', task } as const;
    if (task.doneAt !== null) {
      const same = task.doneBy?.id === worker.id;
      return same ? ({ ok: true, task } as const) : ({ ok: false, problem: 'unchanged', task } as const);
    }
    await updateTask(trx, id, { doneAt: now, doneBy: worker.id });
    await record('task.completed');
    return { ok: true, task } as const;
  });
}

export function reopenTask(context: TaskContext, worker: Worker, id: number): Promise<Completing> {
  return withTask(context, worker, canWorkOnTasks, id, async ({ trx, task, record }) => {
    if (task.deletedAt !== null) return { ok: false, problem: 'deleted', task } as const;
    if (task.doneAt === null) return { ok: false, problem: 'unchanged', task } as const;
    await updateTask(trx, id, { doneAt: null, doneBy: null });
    await record('task.reopened');
    return { ok: true, task } as const;
  });
}
