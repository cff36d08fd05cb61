import { z } from 'zod';
import { dayOf } from '../clock.ts';
import {
  countDoneTasks,
  countOpenTasks,
  type DonePlace,
  listDoneTasks,
  listOpenTasks,
  type OpenFilter,
  type OpenPlace,
  type Task,
} from './tasks.table.ts';
import type { TaskContext } from './working.ts';

const PER_PAGE = 25;
const MOST_PAGES = 10_000;

/** Which tasks are shown; all but `done` and `all` are open ones. */
export const SHOWS = ['open', 'mine', 'overdue', 'done', 'all'] as const;
export type Show = (typeof SHOWS)[number];

/** What is asked of the list, from the address. Nonsense in a field is that field's default. */
const taskFilters = z.object({
  show: z.enum(SHOWS).default('open').catch('open'),
  page: z.coerce.number().int().min(1).max(MOST_PAGES).default(1).catch(1),
});

export type TaskFilters = z.output<typeof taskFilters>;

export function readTaskFilters(query: unknown): TaskFilters {
  return taskFilters.parse(query);
}

export interface TaskCounts {
  /** All that are not done; those of the person who asks and those overdue are among them. */
  open: number;
  mine: number;
  overdue: number;
}

export interface TaskList {
  /** What was really shown: a page beyond the last is the last. */
  filters: TaskFilters;
  tasks: Task[];
  /** How many tasks each filter has. */
  counts: Record<Show, number>;
  pageCount: number;
  /** Which day it is, in UTC. */
  today: string;
}

/** How many tasks there are to do: for everybody, for one person, and too late by the day in UTC. */
export async function countTasks({ db, clock }: TaskContext, userId: number): Promise<TaskCounts> {
  return countOpenTasks(db, userId, dayOf(clock()));
}

/** One page of the tasks that somebody asks for. */
export async function listTasks(context: TaskContext, userId: number, asked: TaskFilters): Promise<TaskList> {
  const today = dayOf(context.clock());
  const openCounts = await countTasks(context, userId);
  const done = await countDoneTasks(context.db);
  const counts = { ...openCounts, done, all: openCounts.open + done };

  const pageCount = Math.max(1, Math.ceil(counts[asked.show] / PER_PAGE));
  const filters = { ...asked, page: Math.min(asked.page, pageCount) };
  const tasks = await findPage(context, filters, { userId, today, open: counts.open });
  return { filters, tasks, counts, pageCount, today };
}

async function findPage(
  { db }: TaskContext,
  { show, page }: TaskFilters,
  { userId, today, open }: { userId: number; today: string; open: number },
): Promise<Task[]> {
  const offset = (page - 1) * PER_PAGE;
  if (show === 'done') return listDoneTasks(db, { limit: PER_PAGE, offset });
  const tasks = await listOpenTasks(db, openFilter(show, userId, today), { limit: PER_PAGE, offset });
  if (show !== 'all' || tasks.length === PER_PAGE) return tasks;
  // After the open ones come the done ones.
  const rest = { limit: PER_PAGE - tasks.length, offset: Math.max(0, offset - open) };
  return [...tasks, ...(await listDoneTasks(db, rest))];
}

function openFilter(show: Show, userId: number, today: string): OpenFilter {
  const filters: Partial<Record<Show, OpenFilter>> = {
    mine: { assigneeId: userId },
    overdue: { dueBefore: today },
  };
  return filters[show] ?? {};
}

/** Where a task stands in the lists: the done ones behind the open ones. */
export type TaskPlace = OpenPlace | DonePlace;

export function placeOf({ dueOn, doneAt, id }: Task): TaskPlace {
  return doneAt === null ? { dueOn, id } : { doneAt, id };
}

/**
 * The tasks that somebody asks for, in the order of the pages, for who goes through them without pages.
 *
 * @param behind where the tasks before ended; one that is in no such list (see `isPlaceIn`) is not to be given
 */
export async function listTasksBehind(
  { db, clock }: TaskContext,
  userId: number,
  show: Show,
  { behind, limit }: { behind: TaskPlace | undefined; limit: number },
): Promise<Task[]> {
  if (behind && 'doneAt' in behind) return listDoneTasks(db, { behind, limit });
  if (show === 'done') return listDoneTasks(db, { limit });
  const filter = openFilter(show, userId, dayOf(clock()));
  const tasks = await listOpenTasks(db, filter, { behind, limit });
  if (show !== 'all' || tasks.length === limit) return tasks;
  return [...tasks, ...(await listDoneTasks(db, { limit: limit - tasks.length }))];
}

/** Whether a list has places of this kind. */
export function isPlaceIn(show: Show, place: TaskPlace): boolean {
  return show === 'all' || (show === 'done') === 'doneAt' in place;
}
