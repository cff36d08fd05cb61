import type { z } from 'zod';
import type { taskSchema } from './task-view.ts';

const ANA = { id: 1, username: 'ana' };

/** A task that the examples of the documentation are about. */
export const COUNT_THE_SHELVES: z.output<typeof taskSchema> = {
  id: 1,
  title: 'Count the shelves',
  note: '',
  assignee_id: null,
  assignee: null,
  due_on: null,
  done: false,
  done_at: null,
  done_by: null,
  created_at: '2026-11-20T10:00:00.000Z',
  created_by: ANA,
  updated_at: '2026-11-20T10:00:00.000Z',
  updated_by: ANA,
};
