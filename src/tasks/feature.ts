import type { Feature } from '../features/feature.ts';
import { paths } from '../paths.ts';
import { canWorkOnTasks } from '../roles.ts';
import { DELETED_TASKS_STAY } from './deleting.ts';
import { removeDeletedTasks } from './tasks.table.ts';

export const tasksFeature: Feature = {
  name: 'tasks',
  section: { label: 'Tasks', path: paths.tasks(), may: canWorkOnTasks },
  auditActions: {
    'The store': [
      'task.added',
      'task.changed',
      'task.completed',
      'task.deleted',
      'task.reopened',
      'task.restored',
    ],
  },
  cleanup: (db, now) => removeDeletedTasks(db, now - DELETED_TASKS_STAY),
};
