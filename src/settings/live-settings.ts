import type { Database } from '../database/connection.ts';
import { type Clock, SECOND } from '../shared/clock.ts';
import { readSettings } from './settings.table.ts';
import { DEFAULT_SETTINGS, type FixedSettings, type StoreSettings } from './store-settings.ts';

/** How old what a process knows of the settings may be, in milliseconds: what another one changed counts by then. */
const FRESH = 1 * SECOND;

/** The settings as they are now: each is read anew where it is used, so nobody may keep a copy. */
export interface LiveSettings extends StoreSettings {
  readonly fixed: FixedSettings;
  /** Reads again, at most once a second, what another process may have changed. */
  refresh: () => Promise<void>;
  /** Reads again at once: this process has just changed them. */
  reload: () => Promise<void>;
}

/**
 * @param fixed what the environment sets; it counts before what admins set, and that before the defaults
 */
export function createLiveSettings({
  db,
  clock,
  fixed,
}: {
  db: Database;
  clock: Clock;
  fixed: FixedSettings;
}): LiveSettings {
  let current: StoreSettings = { ...DEFAULT_SETTINGS, ...fixed };
  let readAt = Number.NEGATIVE_INFINITY;
  /** How many readings were begun, and the last of these whose answer is in use. */
  let begun = 0;
  let used = 0;
  let refreshing: Promise<void> | undefined;

  async function reload(): Promise<void> {
    begun += 1;
    const turn = begun;
    const { values } = await readSettings(db);
    // What was asked before a change may be answered after it.
    if (turn < used) return;
    used = turn;
    current = { ...DEFAULT_SETTINGS, ...values, ...fixed };
    readAt = clock();
  }

  return {
    get storeName() {
      return current.storeName;
    },
    get membership() {
      return current.membership;
    },
    get require2fa() {
      return current.require2fa;
    },
    get supportAddress() {
      return current.supportAddress;
    },
    get doorText() {
      return current.doorText;
    },
    fixed,
    reload,
    async refresh() {
      // A clock that was set back must not keep what is old.
      if (Math.abs(clock() - readAt) < FRESH) return;
      // All who come meanwhile wait for one reading.
      refreshing ??= reload().finally(() => {
        refreshing = undefined;
      });
      await refreshing;
    },
  };
}
