import { LISTS, type List, type ListPage } from './list-pages.ts';
import { type ListStore, openListStore } from './list-stores.ts';
import { median } from './statistics.ts';
import type { Workplace } from './workplace.ts';

export const FEW_ROWS = 100;
export const MANY_ROWS = 100_000;

/** Many short rounds, each store's after the other's: what else the machine does meets both. */
const ROUNDS = 30;
const REQUESTS_A_ROUND = 3;
const WARM_UP = 10;

/** What a page of a list costs, one request at a time. */
export interface ListCost {
  list: string;
  page: string;
  /** How many rows it shows, in the short list and in the long one. */
  shown: number;
  /** The middle answer of the short list and of the long one, in milliseconds. */
  few: number;
  many: number;
  /** The middle of the rounds: the long list's time over the short one's. */
  ratio: number;
}

/**
 * Measures what each page of the long lists costs in a store with 100,000 rows beside one with 100.
 *
 * @param server a PostgreSQL or MySQL server where databases may be made; undefined for SQLite
 * @throws when a page does not show as many rows in both
 */
export async function measureLists(workplace: Workplace, server?: string): Promise<ListCost[]> {
  const few = await openListStore(workplace, FEW_ROWS, server);
  try {
    const many = await openListStore(workplace, MANY_ROWS, server);
    try {
      const costs: ListCost[] = [];
      for (const list of LISTS) {
        for (const page of list.pages) costs.push(await measurePage(few, many, list, page));
      }
      return costs;
    } finally {
      await many.close();
    }
  } finally {
    await few.close();
  }
}

async function measurePage(
  few: ListStore,
  many: ListStore,
  { name: list, rowsOn }: List,
  page: ListPage,
): Promise<ListCost> {
  const paths = { few: await page.find(few.get), many: await page.find(many.get) };
  const shown = rowsOn(await few.get(paths.few));
  const shownOfMany = rowsOn(await many.get(paths.many));
  if (shown === 0 || shown !== shownOfMany)
    throw new Error(`${paths.many} shows ${shownOfMany} rows, and ${shown} where there are few.`);

  await timesOf(few, paths.few, WARM_UP);
  await timesOf(many, paths.many, WARM_UP);
  const times: { few: number[]; many: number[] } = { few: [], many: [] };
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const ofFew = await timesOf(few, paths.few, REQUESTS_A_ROUND);
    const ofMany = await timesOf(many, paths.many, REQUESTS_A_ROUND);
    times.few.push(...ofFew);
    times.many.push(...ofMany);
    ratios.push(median(ofMany) / median(ofFew));
  }
  return {
    list,
    page: page.name,
    shown,
    few: median(times.few),
    many: median(times.many),
    ratio: median(ratios),
  };
}

/** Asks for a page several times, one after the other. @returns how long each took, in milliseconds */
async function timesOf(store: ListStore, path: string, times: number): Promise<number[]> {
  const taken: number[] = [];
  for (let time = 0; time < times; time += 1) taken.push(await store.time(path));
  return taken;
}
