import type { Database } from '../../database/connection.ts';
import { listAssignees } from '../../tasks/assignees.table.ts';
import { LONGEST_NOTE, LONGEST_TITLE } from '../../tasks/task-form.ts';
import type { Task } from '../../tasks/tasks.table.ts';
import type { FieldSpec } from '../../web/forms.ts';
import { assigneeText } from './task-view.ts';

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

type Option = { value: string; label: string };

/** Everybody who can be given a task, as a select offers them. */
export async function assigneeOptions(db: Database, userId: number): Promise<Option[]> {
  const staff = await listAssignees(db);
  return staff.map(({ id, name }) => ({
    value: String(id),
    label: id === userId ? TEXTS.you(name) : name,
  }));
}

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
  const options = [{ value: '', label: TEXTS.nobody }, ...(await assigneeOptions(db, userId))];
  const present = {
    value: String(task?.assigneeId ?? ''),
    label: assigneeText(task?.assignee ?? null, userId),
  };
  if (!options.some(({ value }) => value === present.value)) options.push(present);
  return {
    title: { label: TEXTS.title, hint: TEXTS.titleHint, maxlength: LONGEST_TITLE, autocomplete: 'off' },
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
    ...(task ? { version: { label: '', type: 'hidden' } } : {}),
  };
}
