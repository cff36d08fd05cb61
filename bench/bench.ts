import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { paths } from '../src/paths.ts';
import { benchApi } from './api.ts';
import { comparisonText, loginsText, mailsText } from './findings.ts';
import { benchFlood } from './flood.ts';
import { benchGuests } from './guests.ts';
import { addMembers, countQueries } from './in-process.ts';
import { fullSpeed, type Target } from './load.ts';
import { AT_ONCE, measureUnderLogins, type UnderLogins } from './logins.ts';
import { MAILS, measureUnderMails, sinkState, type UnderMails } from './mails.ts';
import { checkStorePage, Member } from './member.ts';
import { residentBytes } from './process-stats.ts';
import {
  atLeast,
  atMost,
  type Figure,
  megabytes,
  milliseconds,
  perSecond,
  ratio,
  say,
  table,
  under,
} from './report.ts';
import { benchRestarts } from './restarts.ts';
import { type Comparison, compareThroughput } from './throughput.ts';
import { benchWorkers } from './workers.ts';
import { openWorkplace, type Served, type Workplace } from './workplace.ts';

/*
 * `npm run bench`: how quick the store is, as it is built and as it runs in production, over plain HTTP on
 * 127.0.0.1. Ratios are within this one run. A figure that misses its goal is reported, not an error; a wrong
 * answer is. BENCH_DATABASE_URL names an empty PostgreSQL or MySQL database to run on instead of SQLite. Two workers
 * are set against one on SQLite and, where TEST_POSTGRES_URL names a server, on PostgreSQL. `npm run bench -- store`,
 * `-- api`, `-- flood`, `-- guests`, `-- restarts` and `-- workers` run one part alone.
 */

const PRODUCTS = 24;
const REQUESTS = 20_000;
const MEGABYTE = 1_000_000;

async function benchStore(workplace: Workplace): Promise<void> {
  const sink = await workplace.serve('mail-sink.js', { args: (port) => [String(port)], readyPath: '/' });
  const settings = {
    SMTP_URL: `smtp://127.0.0.1:${(await sinkState(sink.url)).smtpPort}`,
    SECRET_KEY: randomBytes(32).toString('base64url'),
    DATA_DIR: join(workplace.folder, 'data'),
    ...(process.env.BENCH_DATABASE_URL ? { DATABASE_URL: process.env.BENCH_DATABASE_URL } : {}),
  };
  const serveStore = () =>
    workplace.serve('../src/server.js', {
      // As `npm start` starts it.
      node: ['--max-semi-space-size=8'],
      env: (port) => ({ ...settings, PORT: String(port) }),
      readyPath: paths.ready(),
    });
  const database = (settings.DATABASE_URL ?? 'sqlite').split(':')[0];
  say(`Node ${process.version} on ${availableParallelism()} cores, NODE_ENV=production, ${database},`);
  say('requests logged to /dev/null, no Accept-Encoding, plain HTTP on 127.0.0.1');

  const fresh = await serveStore();
  await fresh.stop();
  // Names that a database from an earlier run does not have.
  const stem = `b${randomBytes(4).toString('hex')}`;
  const usernames = Array.from({ length: AT_ONCE }, (_, number) => `${stem}-${number}`);
  await addMembers(settings, usernames);
  const queries = await countQueries(settings, usernames[0] ?? '', PRODUCTS);

  const store = await serveStore();
  say(`First answer: fresh ${milliseconds(fresh.firstAnswer)}, later ${milliseconds(store.firstAnswer)}`);
  const { page, html } = await openPage(store, `${stem}-reader`);
  say(`The store page: ${page.bytes} bytes, ${PRODUCTS} products, ${queries} queries`);

  await fullSpeed(page, { amount: REQUESTS });
  const resident = residentBytes(store.pid);
  say(`After ${REQUESTS} requests the server holds ${megabytes(resident)}`);

  const comparison = await compare(workplace, page, html);
  say(comparisonText(comparison, 'store page'));
  const underLogins = await measureUnderLogins(page, store.url, usernames);
  say(loginsText(underLogins));
  const underMails = await measureUnderMails(page, settings, sink.url);
  say(mailsText(underMails));
  const residentAtEnd = residentBytes(store.pid);
  await store.stop();
  await sink.stop();

  const starts = { fresh: fresh.firstAnswer, later: store.firstAnswer };
  say(
    `\n${table(figures({ comparison, underLogins, underMails, resident, residentAtEnd, starts, queries }))}`,
  );
  const { throttled, busy, wrong } = underLogins.logins;
  if (throttled + busy + wrong > 0) throw new Error('Not every login succeeded.');
}

/** Registers a member, logs in and looks at the store. */
async function openPage(store: Served, username: string): Promise<{ page: Target; html: string }> {
  const member = new Member(store.url, username);
  await member.register();
  await member.logIn();
  await member.get(paths.store()); // Shows the greeting, which comes once.
  const answer = await member.get(paths.store());
  const bytes = checkStorePage(answer, PRODUCTS);
  const headers = { cookie: member.cookie };
  return { page: { url: store.url + paths.store(), pid: store.pid, headers, bytes }, html: answer.text };
}

type Bare = 'bare Express' | 'bare Express, encoded' | 'bare node:http';

/**
 * Sets the store page against servers that do nothing but send the same bytes: Express sending the page as
 * text, as any app sends what it rendered; Express sending it encoded beforehand; and node:http likewise.
 */
async function compare(workplace: Workplace, page: Target, html: string): Promise<Comparison<Bare>> {
  const file = join(workplace.folder, 'page.html');
  writeFileSync(file, html);
  const serve = (script: string, form: 'bytes' | 'text') =>
    workplace.serve(script, { args: (port) => [String(port), file, form], readyPath: '/' });
  const express = await serve('bare-express.js', 'text');
  const encoded = await serve('bare-express.js', 'bytes');
  const http = await serve('bare-http.js', 'bytes');
  // The same request, down to the cookie.
  const targetOf = ({ url, pid }: Served): Target => ({ ...page, url: url + paths.store(), pid });
  const comparison = await compareThroughput<Bare>(page, {
    'bare Express': targetOf(express),
    'bare Express, encoded': targetOf(encoded),
    'bare node:http': targetOf(http),
  });
  for (const server of [express, encoded, http]) await server.stop();
  return comparison;
}

interface Results {
  comparison: Comparison<Bare>;
  underLogins: UnderLogins;
  underMails: UnderMails;
  resident: number;
  residentAtEnd: number;
  starts: { fresh: number; later: number };
  queries: number;
}

function figures(results: Results): Figure[] {
  const { comparison, underLogins, underMails, resident, residentAtEnd, starts, queries } = results;
  const { bare } = comparison;
  const times = (value: number) => `${ratio(value)} times`;
  return [
    atLeast('store page to bare Express', bare['bare Express'].ratio.speed.median, 0.4, ratio),
    { name: '- by computing time', measured: ratio(bare['bare Express'].ratio.cpu) },
    {
      name: 'store page to bare Express, encoded',
      measured: ratio(bare['bare Express, encoded'].ratio.speed.median),
    },
    { name: '- by computing time', measured: ratio(bare['bare Express, encoded'].ratio.cpu) },
    { name: 'store page to bare node:http', measured: ratio(bare['bare node:http'].ratio.speed.median) },
    atMost(`p99 with ${AT_ONCE} logins at once to idle`, underLogins.ratio, 3, times),
    { name: 'mails queued with the sender on', measured: perSecond(underMails.queuedPerSecond) },
    atMost(`p99 while ${MAILS} mails drain to idle`, underMails.ratio, 2, times),
    under(`memory after ${REQUESTS} requests`, resident, 180 * MEGABYTE, megabytes),
    { name: 'memory at the end', measured: megabytes(residentAtEnd) },
    under('start to first answer, fresh database', starts.fresh, 2_000, milliseconds),
    under('start to first answer, later', starts.later, 2_000, milliseconds),
    atMost('queries of the store page', queries, 3, String),
  ];
}

const PARTS = {
  store: benchStore,
  api: benchApi,
  guests: benchGuests,
  flood: benchFlood,
  restarts: benchRestarts,
  workers: benchWorkers,
};

async function run(workplace: Workplace): Promise<void> {
  const [only] = process.argv.slice(2);
  for (const [name, bench] of Object.entries(PARTS)) {
    if (only === undefined || only === name) await bench(workplace);
  }
}

const workplace = openWorkplace();
run(workplace)
  .catch((error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  })
  .finally(workplace.close);
