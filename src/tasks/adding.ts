import { isUniqueViolation } from '../database/dialect-errors.ts';
import { inTransaction } from '../database/transaction.ts';
import type { FieldErrors } from '../input.ts';
import { canWorkOnTasks } from '../roles.ts';
import { hashToken } from '../tokens.ts';
import { checkTask } from './task-form.ts';
import { type FormKey, findByFormKey, insertTask, type TaskValues } from './tasks.table.ts';
import { type NotAllowed, recordTask, type TaskContext, type Worker } from './working.ts';

const TEXTS = {
  keyReused: 'This key came before, with another task.',
};

export type Adding =
  | { ok: true; id: number; title: string }
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  | NotAllowed;

/**
 * Adds a task. The same form sent twice, also at the same instant, adds one.
 *
 * @param input the form: title, note, assignee_id, due_on, and form_key, a random text made with the page, or
 *   idempotency_key, which a program chose
 */
export async function addTask(
  { db, clock }: TaskContext,
  worker: Worker,
  input: Record<string, unknown>,
): Promise<Adding> {
  if (!canWorkOnTasks(worker)) return { ok: false, problem: 'not-allowed' };
  let key: FormKey = NO_KEY;
  let title = '';
  try {
    return await inTransaction(db, async (trx) => {
      const form = await checkTask(trx, input);
      if (!form.ok) return { ok: false, problem: 'invalid', errors: form.errors };
      key = keyOf(worker, input, form.values);
      title = form.values.title;
      const at = clock();
      const id = await insertTask(trx, form.values, { at, by: worker.id, ...key });
      await recordTask(trx, at, worker, 'task.added', { id, title });
      return { ok: true, id, title };
    });
  } catch (error) {
    const { formKey, formHash } = key;
    const found = formKey !== null && isUniqueViolation(error) ? await findByFormKey(db, formKey) : undefined;
    if (!found) throw error;
    // Older versions kept no hash.
    if ((found.formHash ?? formHash) === formHash) return { ok: true, id: found.id, title };
    return { ok: false, problem: 'invalid', errors: { idempotency_key: TEXTS.keyReused } };
  }
}

const NO_KEY: FormKey = { formKey: null, formHash: null };

function keyOf(
  worker: Worker,
  { form_key, idempotency_key }: Record<string, unknown>,
  values: TaskValues,
): FormKey {
  const keyed = (...parts: unknown[]): FormKey => ({
    formKey: hashToken(JSON.stringify([worker.id, ...parts])),
    formHash: hashToken(JSON.stringify(values)),
  });
  if (isGiven(idempotency_key)) return keyed(idempotency_key);
  // By the values too: who goes back to a form that was sent and types something else means another task.
  return isGiven(form_key) ? keyed(form_key, values) : NO_KEY;
}

function isGiven(key: unknown): key is string {
  return typeof key === 'string' && key !== '';
}
