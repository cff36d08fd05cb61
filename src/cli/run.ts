import type { Config } from '../config/config.ts';
import type { Database } from '../database/connection.ts';
import { placeOf } from '../database/database-text.ts';
import { BACKGROUND, isLeaseHeld } from '../jobs/lease.ts';
import { Refusal } from './output.ts';
import type { Shell } from './shell.ts';

const TEXTS = {
  running: (place: string) =>
    `A store is running on ${place}. Stop all its processes, on every machine, and run this again; nothing was changed.`,
};

/**
 * Sees that no store runs on a database, on whichever machine. It watches for some seconds.
 *
 * @throws Refusal
 */
export async function refuseRunning(
  db: Database,
  { database }: Config,
  watch: Shell['watch'],
): Promise<void> {
  if (await isLeaseHeld(db, BACKGROUND, watch))
    throw new Refusal('running', TEXTS.running(placeOf(database)));
}
