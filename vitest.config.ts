import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * The same tests on each database: SQLite always, the servers where an address is given. An address that
 * does not answer fails the tests. What never meets a database runs once, with SQLite's.
 */
const databases = {
  sqlite: 'sqlite::memory:',
  postgres: process.env.TEST_POSTGRES_URL,
  mysql: process.env.TEST_MYSQL_URL,
};

const WITHOUT_DATABASE = [
  'src/{config,config-database,config-env-file,config-operation,config-own-certificate,config-providers,docs,input,keys,log-file,packaging,sealing,start-checks,tokens}.test.ts',
  'src/accounts/{common-passwords,emails,fair-queue,password-hasher,passwords,tarpit,usernames}.test.ts',
  'src/accounts/inviting/address-list.test.ts',
  'src/accounts/managing/{member-filters,member-state,members-plan}.test.ts',
  'src/accounts/tokens/{access-tokens,proven-tokens}.test.ts',
  'src/accounts/two-factor/totp.test.ts',
  'src/admin/{audit/actions,dashboard/week-chart}.test.ts',
  'src/catalogue/{availability,money}.test.ts',
  'src/checks/*.test.ts',
  'src/cli/{command-line,launch,output,progress,store}.test.ts',
  'src/cli/backup/{schedule,whole-file}.test.ts',
  'src/cli/doctor/*.test.ts',
  'src/database/{fold-case,transfer/rows}.test.ts',
  'src/mail/rendering.test.ts',
  'src/tls/*.test.ts',
  'src/watching/{gathering,machine-figures,metrics-server,process-figures,remembered,request-figures}.test.ts',
  'src/web/{assets,csv,duration,forms,headers,http-server,https-server,loopback-client,methods,pagination,redirect,views}.test.ts',
];

/** Requests and pages whose queries other tests try on all three. */
const ONE_DATABASE_WILL_DO = [
  'src/accounts/{dead-links,interrupted-form,login-flood,login-sent-again,sign-in-counts}.test.ts',
  'src/accounts/federation/broken-answers.test.ts',
  'src/accounts/my-account/{overview,profile}.test.ts',
  'src/accounts/tokens/programs.page.test.ts',
  'src/api/{docs,openapi}/*.test.ts',
  'src/admin/{access,members/deeds.page}.test.ts',
  'src/admin/{invitations,settings,tasks}/*.test.ts',
  'src/api/{page-requests,ways-in,session/front-ends,session/refusals}.test.ts',
  'src/api/v1/bearer.test.ts',
  'src/api/v1/{access,requests,tasks/tasks,users/users}.test.ts',
  'src/cli/backup.command.test.ts',
  'src/cli/backup/{damage,signals}.test.ts',
  'src/database/durability.test.ts',
  'src/mail/dev-outbox.page.test.ts',
  'src/processes/{figures,reloading,supervisor,terminal}.test.ts',
  'src/server-{disk-full,file-modes,hanging-mail,https,log}.test.ts',
  'src/watching/{documented,metrics.page}.test.ts',
  'src/web/{client,csrf,errors,gate,malformed,malformed-urls,request-log,full-disk}.test.ts',
];

/** SQLite is never away. */
const ON_SERVERS_ALONE = [
  'src/database/{cut-query,patience,quiet-connections}.test.ts',
  'src/server-{outage,unfit-database}.test.ts',
];

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
                exclude:
                  name === 'sqlite' ? ON_SERVERS_ALONE : [...WITHOUT_DATABASE, ...ONE_DATABASE_WILL_DO],
                provide: { databaseUrl, databasePrefix: `gatehouse_test_${randomBytes(4).toString('hex')}_` },
                globalSetup: 'src/testing/database-server.ts',
                // No file leaves anything behind in its modules, and importing the app anew for each costs most of the time.
                isolate: false,
                testTimeout: 30_000,
                hookTimeout: 60_000,
                // What is waited for comes in a moment, on a busy machine in several.
                expect: { poll: { timeout: 20_000 } },
              },
            },
          ]
        : [],
    ),
  },
});
