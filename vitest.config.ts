import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * The same tests on each database: SQLite always, the servers where an address is given. An address that
 * does not answer fails the tests. What runs once runs with SQLite.
 */
const databases = {
  sqlite: 'sqlite::memory:',
  postgres: process.env.TEST_POSTGRES_URL,
  mysql: process.env.TEST_MYSQL_URL,
};

/**
 * A test's suffix says where it runs: `.unit.test.ts` meets no database, `.once.test.ts` makes requests whose queries
 * other tests try on all of them, `.servers.test.ts` is about what SQLite has not. All others run on each database.
 */
const ONCE = ['src/**/*.{unit,once}.test.ts'];
const SERVERS = ['src/**/*.servers.test.ts'];

export default defineConfig({
  test: {
    // More than cores: much of a test is waiting, for a database or for processes that begin and end.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    projects: Object.entries(databases).flatMap(([name, databaseUrl]) =>
      databaseUrl
        ? [
            {
              test: {
                name,
                include: ['src/**/*.test.ts'],
                exclude: name === 'sqlite' ? SERVERS : ONCE,
                provide: { databaseUrl, databasePrefix: `gatehouse_test_${randomBytes(4).toString('hex')}_` },
                globalSetup: 'src/testing/database-server.ts',
                setupFiles: 'src/testing/lock-order.ts',
                // No file leaves anything behind in its modules, and importing the app anew for each costs most of the time.
                isolate: false,
                testTimeout: 120_000,
                hookTimeout: 180_000,
                // What is waited for comes in a moment, on a busy machine in several.
                expect: { poll: { timeout: 20_000 } },
              },
            },
          ]
        : [],
    ),
  },
});
