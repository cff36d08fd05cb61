import type { Knex } from 'knex';
import type { Database } from '../database/connection.ts';
import { insertReturningId } from '../database/dialect.ts';
import { foldCase } from '../database/fold-case.ts';
import { readFrom } from '../database/keyset.ts';
import { noteLock } from '../database/lock-order.ts';
import { columns, countRows, whereHolds } from '../database/rows.ts';
import type { Transaction } from '../database/transaction.ts';
import { findPeople, type TaskPerson } from './assignees.table.ts';

/** What people write into a task. */
export interface TaskValues {
  title: string;
  note: string;
  assigneeId: number | null;
  /** A day, `2026-11-20`. */
  dueOn: string | null;
}

/** Times are UTC milliseconds. */
export interface Task extends TaskValues {
  id: number;
  assignee: TaskPerson | null;
  createdAt: number;
  createdBy: TaskPerson | null;
  /** When its values were changed last, which also gave it this version. */
  updatedAt: number;
  updatedBy: TaskPerson | null;
  version: number;
  doneAt: number | null;
  doneBy: TaskPerson | null;
  /** Where it stands in the list. */
  position: number;
}

const COLUMNS = columns(
  'id title note assigneeId dueOn createdAt createdBy updatedAt updatedBy version doneAt doneBy position',
);

type People = 'createdBy' | 'updatedBy' | 'doneBy';
type Row = Omit<Task, 'assignee' | People> & Record<People, number | null>;

/** When a day begins, in UTC milliseconds. */
export function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** First come open tasks, by the milliseconds of their due day, then those without a day, then done ones, newest first. */
const WITHOUT_DAY = 10 ** 13;
const DONE_SINCE_EVER = 10 ** 14;

/** One number sorts and divides every list, so one index serves them all. */
function positionOf({ dueOn, doneAt }: Pick<Row, 'dueOn' | 'doneAt'>): number {
  if (doneAt !== null) return DONE_SINCE_EVER - doneAt;
  return dueOn === null ? WITHOUT_DAY : startOf(dueOn);
}

/** Of tasks with one position the newest comes first. */
const LIST_ORDER = [{ column: 'position' }, { column: 'id', order: 'desc' }] as const;

/** Columns that follow from others. */
function derivedFrom(task: Pick<Row, 'title' | 'note' | 'dueOn' | 'doneAt'>): Record<string, unknown> {
  return { position: positionOf(task), search_key: foldCase(`${task.title} ${task.note}`) };
}

export async function findTask(db: Database, id: number): Promise<Task | undefined> {
  return (await withPeople(db, await db('tasks').where({ id }).select(COLUMNS)))[0];
}

/** Finds a task and locks it until the transaction ends: changes of one task happen one after another. */
export async function lockTask(trx: Transaction, id: number): Promise<Task | undefined> {
  noteLock(trx, 'task', id);
  return (await withPeople(trx, await trx('tasks').where({ id }).forUpdate().select(COLUMNS)))[0];
}

export interface TaskConditions {
  /** Both where it is undefined. */
  done?: boolean;
  assigneeId?: number | undefined;
  /** Open ones due before this day. */
  dueBefore?: string;
  /** Each stands somewhere in the title or the note; in any case. */
  words: readonly string[];
}

/** Where one page of a list ended. */
export type TaskCursor = Pick<Task, 'position' | 'id'>;

export interface TaskSlice {
  limit: number;
  offset?: number;
  after?: TaskCursor | undefined;
}

export async function listTasks(
  db: Database,
  conditions: TaskConditions,
  { limit, offset = 0, after }: TaskSlice,
): Promise<Task[]> {
  const query = matching(db, conditions).select(COLUMNS).offset(offset);
  const place = after && { values: [after.position, after.id] };
  return withPeople(db, await readFrom<Row>(query, LIST_ORDER, { place, limit }));
}

export async function countTasks(db: Database, conditions: TaskConditions): Promise<number> {
  return countRows(matching(db, conditions));
}

function matching(db: Database, { done, assigneeId, dueBefore, words }: TaskConditions): Knex.QueryBuilder {
  const query = db('tasks');
  if (done !== undefined) query.where('position', done ? '>' : '<=', WITHOUT_DAY);
  if (assigneeId !== undefined) query.where('assignee_id', assigneeId);
  if (dueBefore !== undefined) query.where('position', '<', startOf(dueBefore));
  return whereHolds(query, 'search_key', words);
}

/** Puts people in the place of their ids. */
async function withPeople(db: Database, rows: Row[]): Promise<Task[]> {
  const ids = rows.flatMap((row) => [row.assigneeId, row.createdBy, row.updatedBy, row.doneBy]);
  const people = await findPeople(
    db,
    ids.filter((id) => id !== null),
  );
  const person = (id: number | null) => (id === null ? null : (people.get(id) ?? null));
  return rows.map((row) => ({
    ...row,
    assignee: person(row.assigneeId),
    createdBy: person(row.createdBy),
    updatedBy: person(row.updatedBy),
    doneBy: person(row.doneBy),
  }));
}

export async function insertTask(
  trx: Transaction,
  values: TaskValues,
  { at, by }: { at: number; by: number },
): Promise<number> {
  const stamps = { created_at: at, created_by: by, updated_at: at, updated_by: by };
  return insertReturningId(trx, 'tasks', {
    ...columnsOf(values),
    ...derivedFrom({ ...values, doneAt: null }),
    ...stamps,
  });
}

export type TaskChange = Partial<Omit<Row, 'id' | 'createdAt' | 'createdBy' | 'position'>>;

export async function saveTask(trx: Transaction, task: Task, change: TaskChange): Promise<void> {
  await trx('tasks')
    .where('id', task.id)
    .update({ ...columnsOf(change), ...derivedFrom({ ...task, ...change }) });
}

function columnsOf(values: TaskChange): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [COLUMNS[name as keyof TaskChange], value]),
  );
}

export async function removeTask(trx: Transaction, id: number): Promise<void> {
  await trx('tasks').where({ id }).delete();
}
