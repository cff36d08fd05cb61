import { z } from 'zod';
import { LONGEST_NOTE, LONGEST_TITLE } from '../../../tasks/task-form.ts';
import { LONGEST_SEARCH } from '../../../tasks/task-list.ts';
import { SHOWS, type Task, type TaskPerson } from '../../../tasks/tasks.table.ts';
import { idInAddress, idInCursor, moment, momentOf } from '../fields.ts';
import { cursorField, limitField } from '../lists.ts';

const TEXTS = {
  show: `Show one of ${SHOWS.join(', ')}.`,
  assignee: 'Give the id of somebody who works for the store, or null.',
  dueOn: 'Give a day such as 2026-11-20, or null.',
};

const personSchema = z
  .strictObject({
    id: z.int().positive(),
    username: z.string().nullable().describe('null when the account was erased.'),
  })
  .meta({ id: 'TaskPerson' });

/** What is written into a task. */
const fields = {
  title: z.string().describe(`At most ${LONGEST_TITLE} characters.`),
  note: z.string().describe(`At most ${LONGEST_NOTE} characters.`),
  assignee_id: z
    .int(TEXTS.assignee)
    .positive(TEXTS.assignee)
    .nullable()
    .describe('Who is to do it, of those who work for the store; null for nobody.'),
  due_on: z.iso.date(TEXTS.dueOn).nullable().describe('A day of the years 2000 to 2099; null for none.'),
};

export const taskQuery = z.object({
  show: z
    .enum(SHOWS, TEXTS.show)
    .default('open')
    .describe('`mine` and `overdue` are open ones; a day is over at midnight in UTC.'),
  q: z.string().max(LONGEST_SEARCH).optional().describe('Words that stand in the title or the note.'),
  assignee_id: idInAddress.optional().describe('Whom they are given to; not with `mine`.'),
  limit: limitField,
  cursor: cursorField(z.strictObject({ position: z.int().nonnegative(), id: idInCursor })),
});

export const taskForm = z.object(fields).partial().required({ title: true });

export const taskChanges = z
  .object({ ...fields, done: z.boolean().describe('true marks it as done, false as open again.') })
  .partial();

export const taskSchema = z
  .strictObject({
    id: z.int().positive(),
    ...fields,
    assignee: personSchema.nullable().describe('Whom `assignee_id` stands for.'),
    done: z.boolean(),
    done_at: moment.nullable().describe('null while it is open, as is `done_by`.'),
    done_by: personSchema.nullable(),
    created_at: moment,
    created_by: personSchema.nullable(),
    updated_at: moment.describe('When title, note, assignee or day were changed last.'),
    updated_by: personSchema.nullable(),
  })
  .meta({ id: 'Task' });

export function taskView(task: Task): z.output<typeof taskSchema> {
  return {
    id: task.id,
    title: task.title,
    note: task.note,
    assignee_id: task.assigneeId,
    assignee: personView(task.assignee),
    due_on: task.dueOn,
    done: task.doneAt !== null,
    done_at: task.doneAt === null ? null : momentOf(task.doneAt),
    done_by: personView(task.doneBy),
    created_at: momentOf(task.createdAt),
    created_by: personView(task.createdBy),
    updated_at: momentOf(task.updatedAt),
    updated_by: personView(task.updatedBy),
  };
}

function personView(person: TaskPerson | null): z.output<typeof personSchema> | null {
  return person && { id: person.id, username: person.name };
}

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
