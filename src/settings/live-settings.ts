import type { Database } from '../database/connection.ts';
import { type Clock, SECOND } from '../shared/clock.ts';
import { readSettings } from './settings.table.ts';
import { DEFAULT_SETTINGS, type FixedSettings, type StoreSettings } from './store-settings.ts';

/** How old what a process knows of the settings may be, in milliseconds: what another one changed counts by then. */
const FRESH = 1 * SECOND;

export type LiveSettings = ReturnType<typeof createLiveSettings>;

/**
 * The settings as they are now: each is read anew where it is used, so nobody may keep a copy.
 *
 * @param fixed what the environment sets; it counts before what admins set, and that before the defaults
 */
export function createLiveSettings(options: { db: Database; clock: Clock; fixed: FixedSettings }) {
  const { db, clock, fixed } = options;
  const current: StoreSettings = { ...DEFAULT_SETTINGS, ...fixed };
  let readAt = Number.NEGATIVE_INFINITY;
  /** How many readings were begun, and the last of these whose answer is in use. */
  let begun = 0;
  let used = 0;
  let refreshing: Promise<void> | undefined;

  /** Reads again at once: this process has just changed them. */
  async function reload(): Promise<void> {
    begun += 1;
    const turn = begun;
    const { values } = await readSettings(db);
    // What was asked before a change may be answered after it.
    if (turn < used) return;
    used = turn;
    Object.assign(current, DEFAULT_SETTINGS, values, fixed);
    readAt = clock();
  }

  /** Reads again, at most once a second, what another process may have changed. */
  async function refresh(): Promise<void> {
    // A clock that was set back must not keep what is old.
    if (Math.abs(clock() - readAt) < FRESH) return;
    // All who come meanwhile wait for one reading.
    refreshing ??= reload().finally(() => {
      refreshing = undefined;
    });
    await refreshing;
  }

  return Object.assign(current, { fixed, reload, refresh });
}
