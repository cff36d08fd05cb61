import { z } from 'zod';
import { dayOf } from '../shared/clock.ts';
import {
  countTasks,
  listTasks,
  SHOWS,
  type Show,
  type Task,
  type TaskSearch,
  type TaskSlice,
} from './tasks.table.ts';
import type { TaskContext } from './tasks.ts';

const PER_PAGE = 25;
const MOST_PAGES = 10_000;
/** In characters. */
export const LONGEST_SEARCH = 100;

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

/** Tasks that somebody asks for. What is overdue comes first, then by the day; done ones last. A day ends at midnight, UTC. */
export function findTasks(
  { db, clock }: TaskContext,
  userId: number,
  search: TaskSearch,
  slice: TaskSlice,
): Promise<Task[]> {
  return listTasks(db, { ...search, userId, today: dayOf(clock()) }, slice);
}

/** How many there are of them. */
export function countFound({ db, clock }: TaskContext, userId: number, search: TaskSearch): Promise<number> {
  return countTasks(db, { ...search, userId, today: dayOf(clock()) });
}

/**
 * One page of the tasks that somebody asks for, with how many each choice of `show` has.
 *
 * @returns in `filters` what was really shown: a page beyond the last is the last. In `today` the day, in UTC
 */
export async function findTaskPage(context: TaskContext, userId: number, asked: TaskFilters) {
  const counted = SHOWS.map(async (show) => [show, await countFound(context, userId, { ...asked, show })]);
  const counts: Record<Show, number> = Object.fromEntries(await Promise.all(counted));
  const pageCount = Math.max(1, Math.ceil(counts[asked.show] / PER_PAGE));
  const page = Math.min(asked.page, pageCount);
  const slice = { limit: PER_PAGE, offset: (page - 1) * PER_PAGE };
  const tasks = await findTasks(context, userId, asked, slice);
  return { filters: { ...asked, page }, tasks, counts, pageCount, today: dayOf(context.clock()) };
}
