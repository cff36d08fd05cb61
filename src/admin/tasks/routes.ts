import { Router } from 'express';
import { paths } from '../../paths.ts';
import { canWorkOnTasks } from '../../roles.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.page.ts';

const TEXTS = {
  guard: 'Tasks are for those who work for the store.',
};

export function taskRoutes(context: AdminContext): Router {
  const router = Router();
  router.use(paths.tasks(), onlyFor(context, canWorkOnTasks, TEXTS.guard));
  return router;
}
