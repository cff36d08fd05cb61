import { type AuditEvent, record } from '../audit/audit.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { canDeleteTasks, canWorkOnTasks, type RoleHolder } from '../permissions.ts';
import type { Clock } from '../shared/clock.ts';
import { hashToken } from '../shared/crypto/random-token.ts';
import type { FieldErrors } from '../shared/validation.ts';
import { type SubmittedForm, submitOnce } from '../web/submit-once.ts';
import { checkTask, typedOf } from './task-form.ts';
import {
  findTask,
  insertTask,
  lockTask,
  removeTask,
  saveTask,
  type Task,
  type TaskValues,
} from './tasks.table.ts';

export interface TaskContext {
  db: Database;
  clock: Clock;
}

/** The person who acts, and from where. */
export interface Actor extends RoleHolder {
  id: number;
  client?: AuditEvent['client'];
}

/** Unknown: there is no such task; perhaps somebody has deleted it. */
export type Refused = { ok: false; problem: 'not-allowed' | 'unknown' };

export type AddResult =
  | { ok: true; id: number; title: string }
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  /** Key-reused: the key of this form came before, with another task. */
  | { ok: false; problem: 'key-reused' | 'not-allowed' };

/**
 * Adds a task.
 *
 * @param input title, note, assignee_id, due_on
 * @param form sent twice, also at the same instant, it adds one task
 */
export async function addTask(
  { db, clock }: TaskContext,
  actor: Actor,
  input: unknown,
  form?: SubmittedForm,
): Promise<AddResult> {
  if (!canWorkOnTasks(actor)) return { ok: false, problem: 'not-allowed' };
  return inTransaction(db, async (trx) => {
    const checked = await checkTask(trx, input);
    if (!checked.ok) return { ok: false, problem: 'invalid', errors: checked.errors };
    const { values } = checked;
    const at = clock();
    const valuesHash = hashToken(JSON.stringify(values));
    const added = await submitOnce(trx, at, form, async () => {
      const id = await insertTask(trx, values, { at, by: actor.id });
      await recordTask(trx, at, actor, 'task.added', { id, title: values.title });
      return { ok: true, id, valuesHash };
    });
    if (added.valuesHash !== valuesHash) return { ok: false, problem: 'key-reused' };
    return { ok: true, id: added.id, title: values.title };
  });
}

export type ChangedMeanwhile = {
  ok: false;
  problem: 'changed-meanwhile';
  /** As it is saved. */
  task: Task;
  /** Where it is to be something else. */
  differing: (keyof TaskValues)[];
};

export type UpdateResult =
  /** The task as it is now; not changed where it was that already. */
  | { ok: true; task: Task; changed: boolean }
  | { ok: false; problem: 'invalid'; task: Task; errors: FieldErrors }
  | ChangedMeanwhile
  | Refused;

export interface TaskUpdate {
  /** title, note, assignee_id, due_on, of which what is missing stays as it is. */
  input?: Record<string, unknown>;
  /** True completes it, false opens it again. */
  done?: boolean | undefined;
}

/**
 * Changes a task, completes it or opens it again, as a whole or not at all.
 *
 * @param isExpected whether the task is what its sender has read; asked when nobody else can change it
 */
export function updateTask(
  context: TaskContext,
  actor: Actor,
  id: number,
  { input, done }: TaskUpdate,
  isExpected: (task: Task, differing: (keyof TaskValues)[]) => boolean = () => true,
): Promise<UpdateResult> {
  return withTask(context, actor, canWorkOnTasks, id, async (trx, task, now) => {
    const checked = await checkTask(trx, { ...typedOf(task), ...input }, task);
    if (!checked.ok) return { ok: false, problem: 'invalid', task, errors: checked.errors };
    const { values } = checked;
    const differing = FIELDS.filter((field) => values[field] !== task[field]);
    if (!isExpected(task, differing)) return { ok: false, problem: 'changed-meanwhile', task, differing };

    const isEdited = differing.length > 0;
    const isMoved = done !== undefined && done !== (task.doneAt !== null);
    if (!isEdited && !isMoved) return { ok: true, task, changed: false };
    const edit = { ...values, updatedAt: now, updatedBy: actor.id, version: task.version + 1 };
    const move = done ? { doneAt: now, doneBy: actor.id } : { doneAt: null, doneBy: null };
    await saveTask(trx, task, { ...(isEdited ? edit : {}), ...(isMoved ? move : {}) });
    const saved = (await findTask(trx, id)) ?? task;
    const { title } = values;
    const changes = changesOf(task, values, differing);
    if (isEdited) await recordTask(trx, now, actor, 'task.changed', { id, title }, { changes });
    if (isMoved) await recordTask(trx, now, actor, done ? 'task.completed' : 'task.reopened', { id, title });
    return { ok: true, task: saved, changed: true };
  });
}

const FIELDS = ['title', 'note', 'assigneeId', 'dueOn'] as const satisfies (keyof TaskValues)[];

/** Before and after, field by field. What a note says is nobody's concern but of those who read the task. */
function changesOf(task: Task, values: TaskValues, fields: (keyof TaskValues)[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => [field, field === 'note' ? 'changed' : { from: task[field], to: values[field] }]),
  );
}

export type DeleteResult = { ok: true; task: Task } | { ok: false; problem: 'changed-meanwhile' } | Refused;

/** Deletes a task for good. The audit log keeps its title. */
export function deleteTask(
  context: TaskContext,
  actor: Actor,
  id: number,
  isExpected: (task: Task) => boolean = () => true,
): Promise<DeleteResult> {
  return withTask(context, actor, canDeleteTasks, id, async (trx, task, now) => {
    if (!isExpected(task)) return { ok: false, problem: 'changed-meanwhile' };
    await removeTask(trx, id);
    await recordTask(trx, now, actor, 'task.deleted', task);
    return { ok: true, task };
  });
}

/** Works on a task in one transaction, where the actor may; the task is locked until it ends. */
async function withTask<Result>(
  { db, clock }: TaskContext,
  actor: Actor,
  may: (actor: RoleHolder) => boolean,
  id: number,
  work: (trx: Transaction, task: Task, now: number) => Promise<Result>,
): Promise<Result | Refused> {
  if (!may(actor)) return { ok: false, problem: 'not-allowed' };
  return inTransaction(db, async (trx) => {
    const task = await lockTask(trx, id);
    if (!task) return { ok: false, problem: 'unknown' } as const;
    return work(trx, task, clock());
  });
}

async function recordTask(
  trx: Transaction,
  at: number,
  { id, client }: Actor,
  action: string,
  task: Pick<Task, 'id' | 'title'>,
  details: Record<string, unknown> = {},
): Promise<void> {
  await record(trx, at, {
    action,
    actor: { kind: 'member', id },
    ...(client ? { client } : {}),
    details: { task: task.id, title: task.title, ...details },
  });
}
