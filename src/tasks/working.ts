import { type AuditEvent, record } from '../audit/audit.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import type { RoleHolder } from '../roles.ts';
import { lockTask, type Task } from './tasks.table.ts';

export interface TaskContext {
  db: Database;
  clock: Clock;
}

/** Who works on tasks, and from where. */
export interface Worker extends RoleHolder {
  id: number;
  client?: AuditEvent['client'];
}

export type NotAllowed = { ok: false; problem: 'not-allowed' };
/** There is no such task, or it was removed for good. */
export type Unknown = { ok: false; problem: 'unknown' };
/** Somebody has deleted it; an admin can take that back. */
export type Deleted = { ok: false; problem: 'deleted'; task: Task };
/** It is that already. */
export type Unchanged = { ok: false; problem: 'unchanged'; task: Task };
export type Done = { ok: true; task: Task };

/** What works on a task, in its transaction. */
export interface Working {
  trx: Transaction;
  /** Locked until the transaction ends. */
  task: Task;
  now: number;
  /** Writes the audit row. To be called last. */
  record: (action: string, details?: Record<string, unknown>) => Promise<void>;
}

/**
 * Works on a task in one transaction, if that is allowed to who asks.
 *
 * @param may one of the predicates of `roles.ts`
 */
export async function withTask<Outcome>(
  { db, clock }: TaskContext,
  worker: Worker,
  may: (worker: RoleHolder) => boolean,
  id: number,
  work: (working: Working) => Promise<Outcome>,
): Promise<Outcome | NotAllowed | Unknown> {
  if (!may(worker)) return { ok: false, problem: 'not-allowed' };
  return inTransaction(db, async (trx) => {
    const task = await lockTask(trx, id);
    if (!task) return { ok: false, problem: 'unknown' } as const;
    const now = clock();
    return work({
      trx,
      task,
      now,
      record: (action, details) => recordTask(trx, now, worker, action, task, details),
    });
  });
}

/** Writes down what was done to a task. To be called last in a transaction. */
export async function recordTask(
  trx: Transaction,
  at: number,
  { id, client }: Worker,
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
