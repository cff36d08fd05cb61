import { z } from 'zod';
import { foldCase } from '../database/fold-case.ts';
import { dayOf } from '../shared/clock.ts';
import { countTasks, listTasks, type Task, type TaskConditions, type TaskSlice } from './tasks.table.ts';
import type { TaskContext } from './tasks.ts';

const PER_PAGE = 25;
const MOST_PAGES = 10_000;
/** In characters, and in words. */
export const LONGEST_SEARCH = 100;
const MOST_WORDS = 8;

/** Which tasks are shown; all but `done` and `all` are open ones. */
export const SHOWS = ['open', 'mine', 'overdue', 'done', 'all'] as const;
export type Show = (typeof SHOWS)[number];

/** What is asked of the list, from the address. Nonsense in a field is that field's default. */
const taskFilters = z.object({
  show: z.enum(SHOWS).default('open').catch('open'),
  q: z.string().trim().max(LONGEST_SEARCH).default('').catch(''),
  assignee: z.coerce.number().int().min(1).max(999_999_999).optional().catch(undefined),
  page: z.coerce.number().int().min(1).max(MOST_PAGES).default(1).catch(1),
});

export type TaskFilters = z.output<typeof taskFilters>;

export function readTaskFilters(query: unknown): TaskFilters {
  return taskFilters.parse(query);
}

export interface TaskSearch {
  show: Show;
  /** Words that stand in the title or the note. */
  q?: string | undefined;
  /** Whom they are given to; `mine` says that already. */
  assignee?: number | undefined;
}

/** Tasks that somebody asks for. What is overdue comes first, then by the day; done ones last. A day ends at midnight, UTC. */
export function findTasks(
  { db, clock }: TaskContext,
  userId: number,
  search: TaskSearch,
  slice: TaskSlice,
): Promise<Task[]> {
  return listTasks(db, conditionsOf(search, userId, dayOf(clock())), slice);
}

/** How many there are of them. */
export function countFound({ db, clock }: TaskContext, userId: number, search: TaskSearch): Promise<number> {
  return countTasks(db, conditionsOf(search, userId, dayOf(clock())));
}

function conditionsOf({ show, q = '', assignee }: TaskSearch, userId: number, today: string): TaskConditions {
  const words = foldCase(q).split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  return {
    words,
    assigneeId: show === 'mine' ? userId : assignee,
    ...(show === 'all' ? {} : { done: show === 'done' }),
    ...(show === 'overdue' ? { dueBefore: today } : {}),
  };
}

export interface TaskPage {
  /** What was really shown: a page beyond the last is the last. */
  filters: TaskFilters;
  tasks: Task[];
  /** How many tasks each choice of `show` has. */
  counts: Record<Show, number>;
  pageCount: number;
  /** Which day it is, in UTC. */
  today: string;
}

/** One page of the tasks that somebody asks for. */
export async function findTaskPage(
  context: TaskContext,
  userId: number,
  asked: TaskFilters,
): Promise<TaskPage> {
  const counted = SHOWS.map(async (show) => [show, await countFound(context, userId, { ...asked, show })]);
  const counts: Record<Show, number> = Object.fromEntries(await Promise.all(counted));
  const pageCount = Math.max(1, Math.ceil(counts[asked.show] / PER_PAGE));
  const page = Math.min(asked.page, pageCount);
  const slice = { limit: PER_PAGE, offset: (page - 1) * PER_PAGE };
  const tasks = await findTasks(context, userId, asked, slice);
  return { filters: { ...asked, page }, tasks, counts, pageCount, today: dayOf(context.clock()) };
}
