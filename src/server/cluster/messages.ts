import type { Worker } from 'node:cluster';
import type { MetricValues } from '../../metrics/scrape.ts';

/**
 * What the supervisor and its workers say to each other, over the channel that node:cluster makes. A reload replaces the
 * workers alone: a supervisor may be of an older version than they are.
 */

export type FromWorker =
  /** Each second, from the beginning: its event loop turns. */
  | { gatehouse: 'alive' }
  /** It listens. */
  | { gatehouse: 'open' }
  /** It cannot start, for a reason that a person can mend. */
  | { gatehouse: 'refused'; reason: string }
  /** What it has counted so far. */
  | { gatehouse: 'metrics'; own: MetricValues }
  /** It was asked for the metrics of all. */
  | { gatehouse: 'metrics-wanted' };

export type ToWorker =
  /** SIGHUP has come: the log's file may be another one. */
  | { gatehouse: 'reload' }
  /** End so that nobody notices: another one has taken your place. */
  | { gatehouse: 'drain' }
  | { gatehouse: 'all-metrics'; parts: MetricValues[] };

/** How often a worker says that it is alive, in milliseconds. */
export const ALIVE_EVERY = 1_000;

/** Hears what is said at the other end, and not what libraries say to each other. */
export function hear<Message extends FromWorker | ToWorker>(
  worker: Worker,
  listener: (message: Message) => void,
): void {
  worker.on('message', (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'gatehouse' in message)
      listener(message as Message);
  });
}

/** Says something to the other end. Comes when it is said, or when nobody is there to hear it. */
export function say(worker: Worker, message: FromWorker | ToWorker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isConnected()) worker.send(message, () => resolve());
    else resolve();
  });
}
