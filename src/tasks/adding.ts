import { isUniqueViolation } from '../database/dialect-errors.ts';
import { inTransaction } from '../database/transaction.ts';
import type { FieldErrors } from '../input.ts';
import { canWorkOnTasks } from '../roles.ts';
import { hashToken } from '../tokens.ts';
import { checkTask } from './task-form.ts';
import { findByFormKey, insertTask, type TaskValues } from './tasks.table.ts';
import { type NotAllowed, recordTask, type TaskContext, type Worker } from './working.ts';

export type Adding =
  | { ok: true; id: number; title: string }
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  | NotAllowed;

/**
 * Adds a task. The same form sent twice, also at the same instant, adds one.
 *
 * @param input the form: title, note, assignee_id, due_on, and form_key, a random text made with the page
 */
export async function addTask(
  { db, clock }: TaskContext,
  worker: Worker,
  input: Record<string, unknown>,
): Promise<Adding> {
  if (!canWorkOnTasks(worker)) return { ok: false, problem: 'not-allowed' };
  let formKey: string | null = null;
  let title = '';
  try {
    return await inTransaction(db, async (trx) => {
      const form = await checkTask(trx, input);
      if (!form.ok) return { ok: false, problem: 'invalid', errors: form.errors };
      formKey = formKeyOf(worker, input.form_key, form.values);
      title = form.values.title;
      const at = clock();
      const id = await insertTask(trx, form.values, { at, by: worker.id, formKey });
      await recordTask(trx, at, worker, 'task.added', { id, title });
      return { ok: true, id, title };
    });
  } catch (error) {
    const id = formKey !== null && isUniqueViolation(error) ? await findByFormKey(db, formKey) : undefined;
    if (id === undefined) throw error;
    return { ok: true, id, title };
  }
}

/** By the values too: who goes back to a form that was sent and types something else means another task. */
function formKeyOf(worker: Worker, key: unknown, values: TaskValues): string | null {
  return typeof key === 'string' && key !== '' ? hashToken(JSON.stringify([worker.id, key, values])) : null;
}
