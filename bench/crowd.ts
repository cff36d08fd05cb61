import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Many browsers that log in, each again as soon as it is answered. */
export interface Crowd {
  storeUrl: string;
  usernames: readonly string[];
  /** Where they come from; each sends as many at once. Undefined: this machine. */
  addresses: readonly (string | undefined)[];
  atOnce: number;
  /** In how many browsers of each address they log in first, so that the accounts know them. */
  knownBrowsers?: number;
  /** By default the right one. */
  password?: string;
}

/** How the store answered: how many times with each status. */
export type Statuses = Record<number, number>;

/**
 * Does work while a crowd logs in, on a thread of its own: what the crowd costs the bench must not delay what is timed.
 *
 * @returns what the work gave, and how the crowd fared
 */
export async function during<Result>(
  crowd: Crowd,
  work: () => Promise<Result>,
): Promise<{ result: Result; statuses: Statuses }> {
  const thread = new Worker(new URL('./crowd-thread.js', import.meta.url), { workerData: crowd });
  try {
    await once(thread, 'message');
    const result = await work();
    const told = once(thread, 'message') as Promise<[Statuses]>;
    thread.postMessage('enough');
    const [statuses] = await told;
    return { result, statuses };
  } finally {
    await thread.terminate();
  }
}
