import { z } from 'zod';
import type { Transaction } from '../database/transaction.ts';
import { type Checked, checkInput, VISIBLE } from '../shared/validation.ts';
import { listAssignees, type Task, type TaskValues } from './tasks.table.ts';

/** In characters. */
export const LONGEST_TITLE = 120;
export const LONGEST_NOTE = 4_000;

/** Further from now a year is mistyped. */
const FIRST_DAY = '2000-01-01';
const LAST_DAY = '2099-12-31';

export const TEXTS = {
  title: 'Say in a few words what is to be done.',
  titleLength: `Use at most ${LONGEST_TITLE} characters. There is room for more in the note.`,
  note: `Use at most ${LONGEST_NOTE.toLocaleString('en')} characters.`,
  assignee: 'Choose somebody who works for the store, or nobody.',
  dueOn: 'Give a day that exists, in a year from 2000 to 2099, or none.',
};

/** What is no character to read, and marks that would turn the direction of what stands behind the title. */
const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** What is left empty in a form is null in JSON. */
const nothing = z.union([z.null(), z.literal('').transform(() => null)]);

const taskForm = z.object({
  title: z
    .string({ error: TEXTS.title })
    .transform((text) => text.replaceAll(CONTROL, ' ').replaceAll(/\s+/g, ' ').trim())
    .pipe(z.string().regex(VISIBLE, TEXTS.title).max(LONGEST_TITLE, TEXTS.titleLength)),
  note: z
    .string({ error: TEXTS.note })
    .transform((text) => text.replaceAll(/\r\n?/g, '\n').trimEnd())
    .pipe(z.string().max(LONGEST_NOTE, TEXTS.note))
    .default(''),
  assignee_id: z
    .union(
      [
        nothing,
        z.int(),
        z
          .string()
          .regex(/^[1-9]\d{0,8}$/)
          .transform(Number),
      ],
      { error: TEXTS.assignee },
    )
    .default(null),
  due_on: z
    .union([nothing, z.iso.date().refine((day) => day >= FIRST_DAY && day <= LAST_DAY)], {
      error: TEXTS.dueOn,
    })
    .default(null),
});

/**
 * Checks what was typed into a task's form. A task is given to somebody who works for the store, or stays with whom it
 * is, who may not do so any more.
 *
 * @param input title, note, assignee_id, due_on; what is missing but the title is empty
 * @param present the task that is to be changed
 */
export async function checkTask(
  trx: Transaction,
  input: unknown,
  present?: Pick<Task, 'assigneeId'>,
): Promise<Checked<TaskValues>> {
  const known = new Set([null, present?.assigneeId, ...(await listAssignees(trx)).map(({ id }) => id)]);
  const form = taskForm.extend({
    assignee_id: taskForm.shape.assignee_id.refine((id) => known.has(id), TEXTS.assignee),
  });
  const read = checkInput(form, input);
  if (!read.ok) return read;
  const { title, note, assignee_id: assigneeId, due_on: dueOn } = read.values;
  return { ok: true, values: { title, note, assigneeId, dueOn } };
}

/** A task's values as its form holds them. */
export function typedOf({ title, note, assigneeId, dueOn }: TaskValues): Record<string, string> {
  return { title, note, assignee_id: assigneeId === null ? '' : String(assigneeId), due_on: dueOn ?? '' };
}
