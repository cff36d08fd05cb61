import type { Database } from '../database/connection.ts';
import { insertReturningId } from '../database/dialect.ts';
import type { Transaction } from '../database/transaction.ts';
import { findPeople, type TaskPerson } from './people.table.ts';

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
  deletedAt: number | null;
  deletedBy: TaskPerson | null;
}

const COLUMNS = {
  id: 'id',
  title: 'title',
  note: 'note',
  assigneeId: 'assignee_id',
  dueOn: 'due_on',
  createdAt: 'created_at',
  createdBy: 'created_by',
  updatedAt: 'updated_at',
  updatedBy: 'updated_by',
  version: 'version',
  doneAt: 'done_at',
  doneBy: 'done_by',
  deletedAt: 'deleted_at',
  deletedBy: 'deleted_by',
} as const;

type People = 'createdBy' | 'updatedBy' | 'doneBy' | 'deletedBy';
type Row = Omit<Task, 'assignee' | People> & Record<People, number | null>;

/** Some of a list: the tasks from an offset on, or behind a place in its order. */
export interface Slice<Place> {
  limit: number;
  offset?: number;
  behind?: Place | undefined;
}

/** Where a task stands in the order of a list: among the open ones, or among the done ones. */
export type OpenPlace = Pick<Task, 'dueOn' | 'id'>;
export interface DonePlace {
  doneAt: number;
  id: number;
}

export interface OpenFilter {
  assigneeId?: number;
  /** Those due before this day. */
  dueBefore?: string;
}

export async function findTask(db: Database | Transaction, id: number): Promise<Task | undefined> {
  return (await withPeople(db, await db('tasks').where({ id }).select(COLUMNS)))[0];
}

/** Finds a task and locks it until the transaction ends: changes of one task happen one after another. */
export async function lockTask(trx: Transaction, id: number): Promise<Task | undefined> {
  return (await withPeople(trx, await trx('tasks').where({ id }).forUpdate().select(COLUMNS)))[0];
}

/** Open tasks: by the day they are due, so what is overdue comes first; those without a day last; then newest. */
export async function listOpenTasks(
  db: Database,
  filter: OpenFilter,
  { limit, offset = 0, behind }: Slice<OpenPlace>,
): Promise<Task[]> {
  const query = open(db)
    .select(COLUMNS)
    .orderBy([
      // Says only where those without a day stand.
      { column: 'due_on', nulls: 'last' },
      { column: 'due_on' },
      { column: 'id', order: 'desc' },
    ]);
  if (filter.assigneeId !== undefined) query.where('assignee_id', filter.assigneeId);
  if (filter.dueBefore !== undefined) query.where('due_on', '<', filter.dueBefore);
  if (behind?.dueOn === null) query.whereNull('due_on').where('id', '<', behind.id);
  else if (behind) {
    const { dueOn, id } = behind;
    query.where((rest) =>
      rest
        .where('due_on', '>', dueOn)
        .orWhereNull('due_on')
        .orWhere((sameDay) => sameDay.where('due_on', dueOn).where('id', '<', id)),
    );
  }
  return withPeople(db, await query.limit(limit).offset(offset));
}

/** Done tasks, last done first. */
export async function listDoneTasks(
  db: Database,
  { limit, offset = 0, behind }: Slice<DonePlace>,
): Promise<Task[]> {
  const query = done(db)
    .select(COLUMNS)
    // The first is the same for all: named, or PostgreSQL does not see that the index has this order.
    .orderBy(['deleted_at', 'done_at', 'id'].map((column) => ({ column, order: 'desc' })))
    .limit(limit)
    .offset(offset);
  if (behind) query.whereRaw('(??, ??) < (?, ?)', ['done_at', 'id', behind.doneAt, behind.id]);
  return withPeople(db, await query);
}

/** How many tasks are open, how many of them somebody's, and how many were due before a day. */
export async function countOpenTasks(
  db: Database,
  userId: number,
  today: string,
): Promise<{ open: number; mine: number; overdue: number }> {
  return open(db).first({
    open: db.raw('count(*)'),
    mine: db.raw('count(case when assignee_id = ? then 1 end)', [userId]),
    overdue: db.raw('count(case when due_on < ? then 1 end)', [today]),
  });
}

export async function countDoneTasks(db: Database): Promise<number> {
  const [row] = await done(db).count({ count: '*' });
  return Number(row?.count);
}

function open(db: Database) {
  return db('tasks').whereNull('deleted_at').whereNull('done_at');
}

function done(db: Database) {
  return db('tasks').whereNull('deleted_at').whereNotNull('done_at');
}

/** Puts people in the place of their ids. */
async function withPeople(db: Database | Transaction, rows: Row[]): Promise<Task[]> {
  const ids = rows.flatMap((row) => [
    row.assigneeId,
    row.createdBy,
    row.updatedBy,
    row.doneBy,
    row.deletedBy,
  ]);
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
    deletedBy: person(row.deletedBy),
  }));
}

/** What tells a task that is sent again from another one; nulls for what came without a key. */
export interface FormKey {
  formKey: string | null;
  /** Of the values that came with it. */
  formHash: string | null;
}

/** @throws a unique violation when there is a task with the same form key */
export async function insertTask(
  trx: Transaction,
  values: TaskValues,
  { at, by, formKey, formHash }: { at: number; by: number } & FormKey,
): Promise<number> {
  return insertReturningId(trx, 'tasks', {
    ...columnsOf(values),
    created_at: at,
    created_by: by,
    updated_at: at,
    updated_by: by,
    form_key: formKey,
    form_hash: formHash,
  });
}

export function findByFormKey(
  db: Database,
  formKey: string,
): Promise<{ id: number; formHash: string | null } | undefined> {
  return db('tasks').where('form_key', formKey).first({ id: 'id', formHash: 'form_hash' });
}

export type TaskChange = Partial<TaskValues & Pick<Row, 'updatedAt' | 'updatedBy' | 'version'>> &
  Partial<Pick<Row, 'doneAt' | 'doneBy' | 'deletedAt' | 'deletedBy'>>;

export async function updateTask(trx: Transaction, id: number, change: TaskChange): Promise<void> {
  await trx('tasks').where({ id }).update(columnsOf(change));
}

function columnsOf(values: TaskChange): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [COLUMNS[name as keyof TaskChange], value]),
  );
}

/** Removes for good what was deleted before a moment. */
export async function removeDeletedTasks(db: Database, before: number): Promise<void> {
  await db('tasks').where('deleted_at', '<=', before).delete();
}
