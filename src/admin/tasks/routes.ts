import { Router } from 'express';
import { paths } from '../../paths.ts';
import { canDeleteTasks, canWorkOnTasks } from '../../permissions.ts';
import { page } from '../../web/route.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { onlyFor } from '../shared/admin-page.http.ts';
import { taskListPage } from './list.page.ts';
import { taskPages } from './task.page.ts';
import { taskActions } from './task-actions.page.ts';

const TEXTS = {
  guard: 'Tasks are for those who work for the store.',
  deletion: 'Only administrators delete tasks.',
};

export function taskRoutes(context: AdminContext): Router {
  const router = Router();
  const removers = onlyFor(context, canDeleteTasks, TEXTS.deletion);
  const tasks = taskPages(context);
  const actions = taskActions(context);

  router.use(paths.tasks(), onlyFor(context, canWorkOnTasks, TEXTS.guard));
  page(router, paths.tasks(), taskListPage(context));
  page(router, paths.newTask(), tasks.added);
  page(router, paths.task(':id'), tasks.edited);
  page(router, paths.completeTask(':id'), actions.completion);
  page(router, paths.reopenTask(':id'), actions.reopening);
  page(router, paths.deleteTask(':id'), {
    get: [removers, actions.deletion.get],
    post: [removers, actions.deletion.post],
  });
  return router;
}
