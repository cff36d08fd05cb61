import type { Database } from '../../database/connection.ts';
import { listStaff } from '../../tasks/people.table.ts';
import { LONGEST_NOTE, LONGEST_TITLE } from '../../tasks/task-form.ts';
import type { Task } from '../../tasks/tasks.table.ts';
import type { FieldSpec } from '../../web/forms.ts';
import { assigneeWords } from './task-view.ts';

const TEXTS = {
  title: 'Title',
  titleHint: 'What is to be done, in a few words.',
  note: 'Note',
  noteHint: 'All that helps whoever does it. May stay empty.',
  assignee: 'For',
  nobody: 'Nobody yet',
  you: (name: string) => `${name} (you)`,
  dueOn: 'Due day',
  dueOnHint: 'The last day on which it is in time. May stay empty.',
};

/** What a form carries along. */
export const HIDDEN: FieldSpec = { label: '', type: 'hidden' };

export const TITLE_FIELD: FieldSpec = { label: TEXTS.title, maxlength: LONGEST_TITLE, autocomplete: 'off' };

/**
 * The fields of a task's form.
 *
 * @param task the one that is changed: whom it is given to stays a choice, also when they left the staff
 */
export async function taskFields(
  db: Database,
  userId: number,
  task?: Task,
): Promise<Record<string, FieldSpec>> {
  const staff = await listStaff(db);
  const options = [
    { value: '', label: TEXTS.nobody },
    ...staff.map(({ id, name }) => ({ value: String(id), label: id === userId ? TEXTS.you(name) : name })),
  ];
  if (task?.assignee && !staff.some(({ id }) => id === task.assigneeId)) {
    options.push({ value: String(task.assigneeId), label: assigneeWords(task.assignee, { userId }) });
  }
  return {
    title: { ...TITLE_FIELD, hint: TEXTS.titleHint },
    note: {
      label: TEXTS.note,
      type: 'textarea',
      rows: 6,
      hint: TEXTS.noteHint,
      maxlength: LONGEST_NOTE,
      required: false,
    },
    assignee_id: { label: TEXTS.assignee, type: 'select', options, required: false },
    due_on: { label: TEXTS.dueOn, type: 'date', hint: TEXTS.dueOnHint, required: false },
  };
}
