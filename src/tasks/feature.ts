import type { Feature } from '../features/feature.ts';
import { paths } from '../paths.ts';
import { canWorkOnTasks } from '../permissions.ts';

export const tasksFeature: Feature = {
  name: 'tasks',
  section: { label: 'Tasks', path: paths.tasks(), may: canWorkOnTasks },
  auditActions: {
    'The store': ['task.added', 'task.changed', 'task.completed', 'task.deleted', 'task.reopened'],
  },
};
