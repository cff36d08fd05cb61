import type { Knex } from 'knex';
import type { Database } from '../database/connection.ts';
import { insertReturningId } from '../database/dialect.ts';
import { foldCase, searchWords } from '../database/fold-case.ts';
import { readFrom } from '../database/keyset.ts';
import { noteLock } from '../database/lock-order.ts';
import { columns, countRows, toRow, whereHolds } from '../database/rows.ts';
import type { Transaction } from '../database/transaction.ts';
import { isStaff, ROLES } from '../permissions.ts';

/** Somebody who has to do with a task. */
export interface TaskPerson {
  id: number;
  /** Null when the account was erased. */
  name: string | null;
  isStaff: boolean;
}

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
function derivedFrom(task: Pick<Row, 'title' | 'note' | 'dueOn' | 'doneAt'>) {
  return { position: positionOf(task), searchKey: foldCase(`${task.title} ${task.note}`) };
}

export async function findTask(db: Database, id: number): Promise<Task | undefined> {
  return (await withPeople(db, await db('tasks').where({ id }).select(COLUMNS)))[0];
}

/** Finds a task and locks it until the transaction ends: changes of one task happen one after another. */
export async function lockTask(trx: Transaction, id: number): Promise<Task | undefined> {
  noteLock(trx, 'task', id);
  return (await withPeople(trx, await trx('tasks').where({ id }).forUpdate().select(COLUMNS)))[0];
}

/** More words are not looked for. */
const MOST_WORDS = 8;

/** Which tasks are shown; all but `done` and `all` are open ones. */
export const SHOWS = ['open', 'mine', 'overdue', 'done', 'all'] as const;
export type Show = (typeof SHOWS)[number];

export interface TaskSearch {
  show: Show;
  /** Words; each stands somewhere in the title or the note, in any case. */
  q?: string | undefined;
  /** Whom they are given to; `mine` says that already. */
  assignee?: number | undefined;
}

/** Who looks, and on which day, in UTC. */
interface TaskViewer {
  userId: number;
  today: string;
}

export interface TaskSlice {
  limit: number;
  offset?: number;
  /** Where the page before ended. */
  after?: Pick<Task, 'position' | 'id'> | undefined;
}

export async function listTasks(
  db: Database,
  search: TaskSearch & TaskViewer,
  { limit, offset = 0, after }: TaskSlice,
): Promise<Task[]> {
  const query = matching(db, search).select(COLUMNS).offset(offset);
  const place = after && { values: [after.position, after.id] };
  return withPeople(db, await readFrom<Row>(query, LIST_ORDER, { place, limit }));
}

export async function countTasks(db: Database, search: TaskSearch & TaskViewer): Promise<number> {
  return countRows(matching(db, search));
}

function matching(db: Database, search: TaskSearch & TaskViewer): Knex.QueryBuilder {
  const { show, q = '', today } = search;
  const assignee = show === 'mine' ? search.userId : search.assignee;
  const query = db('tasks');
  if (show !== 'all') query.where('position', show === 'done' ? '>' : '<=', WITHOUT_DAY);
  if (show === 'overdue') query.where('position', '<', startOf(today));
  if (assignee !== undefined) query.where('assignee_id', assignee);
  return whereHolds(query, 'search_key', searchWords(q, MOST_WORDS));
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
  const stamps = { createdAt: at, createdBy: by, updatedAt: at, updatedBy: by };
  return insertReturningId(trx, 'tasks', {
    ...values,
    ...derivedFrom({ ...values, doneAt: null }),
    ...stamps,
  });
}

export type TaskChange = Partial<Omit<Row, 'id' | 'createdAt' | 'createdBy' | 'position'>>;

export async function saveTask(trx: Transaction, task: Task, change: TaskChange): Promise<void> {
  const row = toRow({ ...change, ...derivedFrom({ ...task, ...change }) });
  await trx('tasks').where('id', task.id).update(row);
}

export async function removeTask(trx: Transaction, id: number): Promise<void> {
  await trx('tasks').where({ id }).delete();
}

export async function findPeople(db: Database, ids: number[]): Promise<Map<number, TaskPerson>> {
  if (ids.length === 0) return new Map();
  const users = await db('users')
    .whereIn('id', [...new Set(ids)])
    .select(columns('id username role disabledAt closingAt erasedAt'));
  return new Map(
    users.map(({ id, username, role, disabledAt, closingAt, erasedAt }) => [
      id,
      {
        id,
        name: erasedAt === null ? username : null,
        // An account locked after "This wasn't me" comes back with a new password.
        isStaff: isStaff({ role }) && disabledAt === null && closingAt === null,
      },
    ]),
  );
}

/** Everybody who can be given a task, by name. */
export async function listAssignees(db: Database): Promise<{ id: number; name: string }[]> {
  return db('users')
    .whereIn(
      'role',
      ROLES.filter((role) => isStaff({ role })),
    )
    .whereNull('disabled_at')
    .whereNull('closing_at')
    .orderBy('username_key')
    .select({ id: 'id', name: 'username' });
}
