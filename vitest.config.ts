import { defineConfig } from 'vitest/config';

/**
 * The same tests on each database: SQLite always, the servers where an address is given. An address that
 * does not answer fails the tests.
 */
const databases = {
  sqlite: 'sqlite::memory:',
  postgres: process.env.TEST_POSTGRES_URL,
  mysql: process.env.TEST_MYSQL_URL,
};

export default defineConfig({
  test: {
    projects: Object.entries(databases).flatMap(([name, databaseUrl]) =>
      databaseUrl
        ? [
            {
              test: {
                name,
                include: ['src/**/*.test.ts'],
                provide: { databaseUrl },
                testTimeout: 30_000,
                hookTimeout: 60_000,
              },
            },
          ]
        : [],
    ),
  },
});
