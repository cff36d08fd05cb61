import { connect } from '../database/connection.ts';
import type { DatabaseAddress } from '../database/dialect.ts';
import { openTestDatabase, type TestDatabase, unheard } from './database.ts';
import { openRelay } from './relay.ts';

/** A database that can be taken away and given back while the store runs. */
export interface FailingDatabase extends TestDatabase {
  fail: () => Promise<void>;
  recover: () => Promise<void>;
  /** Lets the connections that are open stand without a word; servers alone. */
  silence: () => void;
}

/**
 * Opens a database of this run's kind that can fail: a server behind a cable that can be pulled, or SQLite
 * that may not write, as on a disk that turned read-only.
 */
export async function openFailingDatabase(): Promise<FailingDatabase> {
  const database = await openTestDatabase();
  const { db, address } = database;
  if (address.dialect === 'sqlite') {
    return {
      ...database,
      fail: async () => void (await db.raw('pragma query_only = on')),
      recover: async () => void (await db.raw('pragma query_only = off')),
      silence: () => undefined,
    };
  }
  const cable = await openRelay(address.url);
  const through: DatabaseAddress = { ...address, url: cable.url };
  const cabled = connect(through, unheard);
  return {
    db: cabled,
    address: through,
    fail: cable.cut,
    recover: cable.mend,
    silence: cable.silence,
    async drop() {
      await cabled.destroy();
      await cable.cut();
      await database.drop();
    },
  };
}
