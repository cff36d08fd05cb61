import { Router } from 'express';
import { paths } from '../../paths.ts';
import { canDeleteTasks, canWorkOnTasks } from '../../roles.ts';
import { page } from '../../web/routing.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.page.ts';
import { taskListPage } from './list.page.ts';
import { newTaskPage } from './new-task.page.ts';
import { taskStepsPage } from './steps.page.ts';
import { taskPage } from './task.page.ts';

const TEXTS = {
  guard: 'Tasks are for those who work for the store.',
  deleting: 'Only administrators delete tasks and restore them.',
};

export function taskRoutes(context: AdminContext): Router {
  const router = Router();
  const removers = onlyFor(context, canDeleteTasks, TEXTS.deleting);
  const task = taskPage(context);
  const steps = taskStepsPage(context);

  router.use(paths.tasks(), onlyFor(context, canWorkOnTasks, TEXTS.guard));
  page(router, paths.tasks(), taskListPage(context));
  page(router, paths.newTask(), newTaskPage(context));
  page(router, paths.task(':id'), { get: task.get, post: task.post });
  page(router, paths.completeTask(':id'), { get: steps.get, post: steps.complete });
  page(router, paths.reopenTask(':id'), { get: steps.get, post: steps.reopen });
  page(router, paths.deleteTask(':id'), { get: steps.get, post: [removers, steps.delete] });
  page(router, paths.restoreTask(':id'), { get: steps.get, post: [removers, task.restore] });
  return router;
}
