import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { parseDatabaseUrl } from '../config.ts';
import { connect, type Database } from '../database/connection.ts';
import type { DatabaseAddress } from '../database/dialect.ts';
import { migrate } from '../database/migrations.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

/** A migrated, empty database that nobody else uses. */
export interface TestDatabase {
  db: Database;
  address: DatabaseAddress;
  /** Ends the connections and, on a server, removes the database. */
  drop: () => Promise<void>;
}

/** What Knex warns of in tests is what a test provokes; the test looks at the outcome. */
export const unheard = () => undefined;

/** Opens a new database of the kind that this run is for. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const created = await createDatabase();
  const db = connect(created.address, unheard);
  await migrate(db);
  return {
    db,
    address: created.address,
    async drop() {
      await db.destroy();
      await created.remove();
    },
  };
}

async function createDatabase(): Promise<{ address: DatabaseAddress; remove: () => Promise<void> }> {
  const url = inject('databaseUrl');
  const server = parseDatabaseUrl(url);
  if (server.dialect === 'sqlite') return { address: server, remove: async () => undefined };

  const name = `gatehouse_test_${randomBytes(6).toString('hex')}`;
  await runOn(server, 'create database ??', name);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    address: { ...server, url: own.href },
    remove: () =>
      runOn(
        server,
        server.dialect === 'postgres' ? 'drop database ?? with (force)' : 'drop database ??',
        name,
      ),
  };
}

async function runOn(address: DatabaseAddress, sql: string, name: string): Promise<void> {
  const db = connect(address, unheard);
  try {
    await db.raw(sql, [name]);
  } finally {
    await db.destroy();
  }
}
