import type { Worker } from 'node:cluster';

/** What the supervisor and its workers say to each other, over the channel that node:cluster makes. */

export type FromWorker =
  /** Each second, from the beginning: its event loop turns. */
  | { gatehouse: 'alive' }
  /** It listens. */
  | { gatehouse: 'open' }
  /** It cannot start, for a reason that a person can mend. */
  | { gatehouse: 'refused'; reason: string };

export type ToWorker =
  /** SIGHUP has come: the log's file may be another one. */
  | { gatehouse: 'reload' }
  /** End, as at a signal. */
  | { gatehouse: 'close' }
  /** End so that nobody notices: another one has taken your place. */
  | { gatehouse: 'drain' };

/** How often a worker says that it is alive, in milliseconds. */
export const ALIVE_EVERY = 1_000;

/** Libraries use the channel, too. */
export function isMessage(message: unknown): message is { gatehouse: string } {
  return typeof message === 'object' && message !== null && 'gatehouse' in message;
}

/** Says something on the channel of a worker, from either end. Comes when it is said, or when nobody is there to hear it. */
export function say(worker: Worker, message: object): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isConnected()) worker.send(message, () => resolve());
    else resolve();
  });
}
