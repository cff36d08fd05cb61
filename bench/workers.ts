import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { paths } from '../src/paths.ts';
import { databasesToMeasure, makeDatabase } from './databases.ts';
import { addMembers } from './in-process.ts';
import { lightLoad } from './light-load.ts';
import type { Target } from './load.ts';
import { AT_ONCE, measureUnderLogins, type UnderLogins } from './logins.ts';
import { checkStorePage, Member } from './member.ts';
import { cpuSecondsOfAll } from './process-stats.ts';
import { atLeast, type Figure, milliseconds, perSecond, ratio, say, table } from './report.ts';
import { median, spreadOf } from './statistics.ts';
import type { Served, Workplace } from './workplace.ts';

const PRODUCTS = 24;
/** Many short rounds, in turns: what else the machine does meets both. */
const ROUNDS = 10;
const ROUND_SECONDS = 1.5;
const WARM_UP_SECONDS = 3;
/** The workers are given connections in turn: as many to each. */
const CONNECTIONS = 16;
const GOAL = 1.6;
const LOGIN_PHASES = { phases: 2, seconds: 8 };

interface Round {
  perSecond: number;
  /** Computing time of all processes for each request, in milliseconds. */
  cpuPerRequest: number;
  own: number;
}

/** What one worker and two do with the same page of the same store. */
interface Measured {
  one: Round;
  two: Round;
  /** Two workers to one, round by round, with the load generator on the same cores. */
  speed: { min: number; median: number; max: number };
  /** What two cores that are the store's alone would give: twice as much, less what two workers cost more. */
  byComputing: number;
  logins: { one: UnderLogins; two: UnderLogins };
}

/**
 * Measures what a second worker brings: the signed-in store page as fast as it is answered, and logins each second with
 * the page's times meanwhile. On SQLite and, where TEST_POSTGRES_URL names a server, on PostgreSQL.
 */
export async function benchWorkers(workplace: Workplace): Promise<void> {
  const figures: Figure[] = [];
  for (const [database, server] of databasesToMeasure()) {
    const measured = await measure(workplace, server);
    say(`\n${textOf(database, measured)}`);
    figures.push(...figuresOf(database, measured));
  }
  say(`\n${table(figures)}`);
}

async function measure(workplace: Workplace, server: string | undefined): Promise<Measured> {
  const { url, drop } = await makeDatabase(workplace, server);
  try {
    const settings = {
      DATABASE_URL: url,
      SECRET_KEY: randomBytes(32).toString('base64url'),
      DATA_DIR: join(workplace.folder, `workers-${randomBytes(4).toString('hex')}`),
    };
    const serve = (workers: number) =>
      workplace.serve('../src/server.js', {
        // As `npm start` starts it.
        node: ['--max-semi-space-size=8'],
        env: (port) => ({ ...settings, WORKERS: String(workers), PORT: String(port) }),
        readyPath: paths.ready(),
      });
    // The first start makes the database.
    await (await serve(1)).stop();
    const stem = `b${randomBytes(4).toString('hex')}`;
    const usernames = Array.from({ length: AT_ONCE }, (_, number) => `${stem}-${number}`);
    await addMembers(settings, usernames);
    // Both are stores on the one database: a session of one is a session of the other.
    const stores = { one: await serve(1), two: await serve(2) };
    const member = new Member(stores.one.url, usernames[0] ?? '');
    await member.logIn();
    await member.get(paths.store()); // Shows the greeting, which comes once.
    const bytes = checkStorePage(await member.get(paths.store()), PRODUCTS);
    const pageOf = ({ url: origin, pid }: Served): Target => ({
      url: origin + paths.store(),
      pid,
      headers: { cookie: member.cookie },
      bytes,
    });
    const pages = { one: pageOf(stores.one), two: pageOf(stores.two) };
    const compared = await comparePages(pages.one, pages.two);
    const underLogins = (which: 'one' | 'two') =>
      measureUnderLogins(pages[which], stores[which].url, usernames, LOGIN_PHASES);
    const logins = { one: await underLogins('one'), two: await underLogins('two') };
    await stores.one.stop();
    await stores.two.stop();
    return { ...compared, logins };
  } finally {
    await drop();
  }
}

async function comparePages(one: Target, two: Target): Promise<Omit<Measured, 'logins'>> {
  for (const page of [one, two]) await lightLoad(page, WARM_UP_SECONDS, CONNECTIONS);
  const rounds: { one: Round; two: Round }[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push({ one: await measureRound(one), two: await measureRound(two) });
  const middle = (which: 'one' | 'two', figure: keyof Round) =>
    median(rounds.map((round) => round[which][figure]));
  const middleOf = (which: 'one' | 'two'): Round => ({
    perSecond: middle(which, 'perSecond'),
    cpuPerRequest: middle(which, 'cpuPerRequest'),
    own: middle(which, 'own'),
  });
  return {
    one: middleOf('one'),
    two: middleOf('two'),
    speed: spreadOf(rounds.map((round) => round.two.perSecond / round.one.perSecond)),
    byComputing: median(rounds.map((round) => (2 * round.one.cpuPerRequest) / round.two.cpuPerRequest)),
  };
}

async function measureRound(page: Target): Promise<Round> {
  const before = cpuSecondsOfAll(page.pid);
  const { perSecond: speed, own } = await lightLoad(page, ROUND_SECONDS, CONNECTIONS);
  const cpu = cpuSecondsOfAll(page.pid) - before;
  return { perSecond: speed, own, cpuPerRequest: (cpu / (speed * ROUND_SECONDS)) * 1_000 };
}

function textOf(database: string, { one, two, speed, logins }: Measured): string {
  const line = (name: string, { perSecond: rate, cpuPerRequest, own }: Round) =>
    `  ${name}${perSecond(rate).padStart(9)}  ${cpuPerRequest.toFixed(3)} ms  ${Math.round(own * 100)} %`;
  const loginLine = (name: string, { idle, loaded, logins: waves }: UnderLogins) =>
    `  ${name}  ${loginRate(waves).padStart(6)}; ${idle.map(milliseconds).join(', ')}; ${loaded.map(milliseconds).join(', ')}`;
  return [
    `Workers on ${database}: the store page each second, computing time for each, share of a core that asking took:`,
    line('one worker ', one),
    line('two workers', two),
    `  two to one (lowest, middle, highest round): ${[speed.min, speed.median, speed.max].map(ratio).join(' - ')}`,
    `Logins each second, ${AT_ONCE} at once; the page’s 99th percentile idle; and meanwhile:`,
    loginLine('one worker ', logins.one),
    loginLine('two workers', logins.two),
  ].join('\n');
}

function loginRate({ succeeded, seconds }: UnderLogins['logins']): string {
  return `${(succeeded / seconds).toFixed(1)}/s`;
}

function figuresOf(database: string, { speed, byComputing, logins }: Measured): Figure[] {
  return [
    atLeast(`two workers to one, ${database}, by computing time`, byComputing, GOAL, ratio),
    { name: '- by speed, with the load generator on the same cores', measured: ratio(speed.median) },
    { name: `logins with one worker, ${database}`, measured: loginRate(logins.one.logins) },
    { name: '- with two', measured: loginRate(logins.two.logins) },
    { name: '- page p99 meanwhile, one worker', measured: milliseconds(median(logins.one.loaded)) },
    { name: '- page p99 meanwhile, two workers', measured: milliseconds(median(logins.two.loaded)) },
  ];
}
