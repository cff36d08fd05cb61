import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { paths } from '../src/paths.ts';
import { comparisonText, loginsText } from './findings.ts';
import { addMembers, countQueries } from './in-process.ts';
import { fullSpeed, type Target } from './load.ts';
import { AT_ONCE, measureUnderLogins } from './logins.ts';
import { checkStorePage, Member } from './member.ts';
import { residentBytes } from './process-stats.ts';
import { atLeast, atMost, megabytes, milliseconds, ratio, say, table, under } from './report.ts';
import { type Comparison, compareThroughput } from './throughput.ts';
import { openWorkplace, type Served, type Workplace } from './workplace.ts';

/*
 * `npm run bench`: how quick the store is, as it is built and as it runs in production, over plain HTTP on
 * 127.0.0.1. Ratios are within this one run. A figure that misses its goal is reported, not an error; a wrong
 * answer is. BENCH_DATABASE_URL names an empty PostgreSQL or MySQL database to run on instead of SQLite.
 */

const PRODUCTS = 24;
const REQUESTS = 20_000;
const MEGABYTE = 1_000_000;

async function run(workplace: Workplace): Promise<void> {
  const settings = {
    SECRET_KEY: randomBytes(32).toString('base64url'),
    DATA_DIR: join(workplace.folder, 'data'),
    ...(process.env.BENCH_DATABASE_URL ? { DATABASE_URL: process.env.BENCH_DATABASE_URL } : {}),
  };
  const serveStore = () =>
    workplace.serve('../src/server.js', {
      env: (port) => ({ ...settings, PORT: String(port) }),
      readyPath: paths.ready(),
    });
  const kind = (settings.DATABASE_URL ?? 'sqlite').split(':')[0];
  say(`Node ${process.version} on ${availableParallelism()} cores, NODE_ENV=production, ${kind},`);
  say('requests logged to /dev/null, no Accept-Encoding, plain HTTP on 127.0.0.1');

  const fresh = await serveStore();
  await fresh.stop();
  // Names that a database from an earlier run does not have.
  const stem = `b${randomBytes(4).toString('hex')}`;
  const usernames = Array.from({ length: AT_ONCE }, (_, number) => `${stem}-${number}`);
  await addMembers(settings, usernames);
  const queries = await countQueries(settings, usernames[0] ?? '', PRODUCTS);

  const store = await serveStore();
  say(
    `First answer after ${milliseconds(fresh.firstAnswer)} on a fresh database, after ${milliseconds(store.firstAnswer)} on an existing one`,
  );

  const member = new Member(store.url, `${stem}-reader`);
  await member.register();
  await member.logIn();
  await member.get(paths.store()); // Shows the greeting, which comes once.
  const answer = await member.get(paths.store());
  const bytes = checkStorePage(answer, PRODUCTS);
  say(`The store page: ${bytes} bytes, ${PRODUCTS} products, ${queries} queries`);
  const page: Target = {
    url: store.url + paths.store(),
    pid: store.pid,
    headers: { cookie: member.cookie },
    bytes,
  };

  await fullSpeed(page, { amount: REQUESTS });
  const resident = residentBytes(store.pid);
  say(`After ${REQUESTS} requests the server holds ${megabytes(resident)}`);

  const comparison = await compare(workplace, page, answer.text);
  say(comparisonText(comparison));
  const underLogins = await measureUnderLogins(page, store.url, usernames);
  say(loginsText(underLogins));
  const finallyResident = residentBytes(store.pid);
  await store.stop();

  say();
  say(
    table([
      atLeast('store page to bare Express', comparison.toExpress.speed.median, 0.4, ratio),
      { name: 'store page to bare node:http', measured: ratio(comparison.toHttp.speed.median) },
      atMost(
        `p99 with ${AT_ONCE} logins at once to idle`,
        underLogins.ratio,
        3,
        (value) => `${ratio(value)} times`,
      ),
      under(`memory after ${REQUESTS} requests`, resident, 180 * MEGABYTE, megabytes),
      { name: 'memory at the end', measured: megabytes(finallyResident) },
      under('start to first answer, fresh', fresh.firstAnswer, 2_000, milliseconds),
      under('start to first answer, existing', store.firstAnswer, 2_000, milliseconds),
      atMost('queries of the store page', queries, 3, String),
    ]),
  );

  const { throttled, busy, wrong } = underLogins.logins;
  if (throttled + busy + wrong > 0) throw new Error('Not every login succeeded.');
}

async function compare(workplace: Workplace, page: Target, html: string): Promise<Comparison> {
  const file = join(workplace.folder, 'page.html');
  writeFileSync(file, html);
  const bare = { args: (port: number) => [String(port), file], readyPath: '/' };
  const express = await workplace.serve('bare-express.js', bare);
  const http = await workplace.serve('bare-http.js', bare);
  // The same request, down to the cookie.
  const targetOf = ({ url, pid }: Served): Target => ({ ...page, url: url + paths.store(), pid });
  const comparison = await compareThroughput(page, targetOf(express), targetOf(http));
  await express.stop();
  await http.stop();
  return comparison;
}

const workplace = openWorkplace();
run(workplace)
  .catch((error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  })
  .finally(workplace.close);
