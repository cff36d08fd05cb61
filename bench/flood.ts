import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { paths } from '../src/paths.ts';
import type { Flood, Statuses } from './flood-senders.ts';
import { steadyPace, type Target } from './load.ts';
import { isSignedIn, Member } from './member.ts';
import { atMost, type Figure, milliseconds, ratio, say, table } from './report.ts';
import { median, percentile } from './statistics.ts';
import type { Workplace } from './workplace.ts';

/*
 * What others notice while logins flood the store from one network, or wrong passwords from eight: a member logs in
 * again and again from another network, and another one reads the store at a steady pace. BENCH_SERVER names the
 * `server.js` of another build, as a file: URL, to be measured in place of this one.
 */

const SERVER = process.env.BENCH_SERVER ?? '../src/server.js';
const SECONDS = 15;
const RATE = 50;
const PAUSE = 200;
const LOGIN_GOAL = 3;
const PAGE_GOAL = 2.5;

const FLOODS = {
  'right passwords from one network': {
    addresses: ['198.51.100.1'],
    atOnce: 48,
    knownBrowsers: 12,
  },
  'wrong passwords from 8 networks': {
    addresses: Array.from({ length: 8 }, (_, number) => `198.51.100.${10 + number}`),
    atOnce: 16,
    knownBrowsers: 0,
    password: 'Not-the-quay-lantern-41!',
  },
};

/** How long members waited, in milliseconds. */
interface Waits {
  logins: number[];
  /** How many more logins were refused. */
  refused: number;
  pages: number[];
}

export async function benchFlood(workplace: Workplace): Promise<void> {
  const found: Figure[] = [];
  for (const workers of [1, 2]) found.push(...(await measure(workplace, workers)));
  say(`\n${table(found)}`);
}

async function measure(workplace: Workplace, workers: number): Promise<Figure[]> {
  const store = await workplace.serve(SERVER, {
    node: ['--max-semi-space-size=8'],
    env: (port) => ({
      PORT: String(port),
      SECRET_KEY: randomBytes(32).toString('base64url'),
      DATA_DIR: join(workplace.folder, `flood-${workers}`),
      TRUST_PROXY: 'loopback',
      WORKERS: String(workers),
    }),
    readyPath: paths.ready(),
  });
  const [reader, member, sender] = ['reader', 'member', 'sender'].map(
    (name, number) => new Member(store.url, `b-${name}`, `203.0.113.${1 + number}`),
  ) as [Member, Member, Member];
  for (const one of [reader, member, sender]) await one.register();
  for (const one of [reader, member]) await one.logIn();
  await reader.get(paths.store()); // Shows the greeting, which comes once.
  const { text } = await reader.get(paths.store());
  const page: Target = {
    url: store.url + paths.store(),
    pid: store.pid,
    headers: { cookie: reader.cookie },
    bytes: Buffer.byteLength(text),
  };

  const idle = { ...(await timeLogins(member, sleep(SECONDS * 1_000))), pages: await readPages(page) };
  say(`\n${workers} process(es), idle: ${waitsText(idle)}`);
  const found: Figure[] = [];
  for (const [name, flood] of Object.entries(FLOODS)) {
    const { waits, statuses } = await during({ storeUrl: store.url, usernames: ['b-sender'], ...flood }, () =>
      watch(member, page),
    );
    say(`${name}: ${waitsText(waits)}; the flood got ${JSON.stringify(statuses)}`);
    found.push(...figures(`${name}, ${workers} process(es)`, idle, waits));
  }
  await store.stop();
  return found;
}

async function watch(member: Member, page: Target): Promise<Waits> {
  const pages = readPages(page);
  return { ...(await timeLogins(member, pages)), pages: await pages };
}

function readPages(page: Target): Promise<number[]> {
  return steadyPace(page, RATE, SECONDS);
}

/** Logs in again and again, in a browser that the account knows, until something is over. */
async function timeLogins(member: Member, over: Promise<unknown>): Promise<Omit<Waits, 'pages'>> {
  const logins: number[] = [];
  let refused = 0;
  let wanted = true;
  over.finally(() => {
    wanted = false;
  });
  while (wanted) {
    const visit = member.nextVisit();
    const start = performance.now();
    const answer = await visit.tryLogIn();
    if (isSignedIn(answer)) logins.push(performance.now() - start);
    else refused += 1;
    await sleep(PAUSE);
  }
  return { logins, refused };
}

async function during(
  flood: Flood,
  work: () => Promise<Waits>,
): Promise<{ waits: Waits; statuses: Statuses }> {
  const thread = new Worker(new URL('./flood-senders.js', import.meta.url), { workerData: flood });
  try {
    await once(thread, 'message');
    await sleep(2_000);
    const waits = await work();
    const told = once(thread, 'message') as Promise<[Statuses]>;
    thread.postMessage('enough');
    const [statuses] = await told;
    return { waits, statuses };
  } finally {
    await thread.terminate();
  }
}

function waitsText({ logins, refused, pages }: Waits): string {
  return (
    `${logins.length} logins, middle ${milliseconds(median(logins))}, longest ${milliseconds(Math.max(...logins))}, ` +
    `${refused} refused; page p99 ${milliseconds(percentile(pages, 0.99))}`
  );
}

function figures(name: string, idle: Waits, flooded: Waits): Figure[] {
  const times = (value: number) => `${ratio(value)} times`;
  const p99 = ({ pages }: Waits) => percentile(pages, 0.99);
  return [
    atMost(`login to idle, ${name}`, median(flooded.logins) / median(idle.logins), LOGIN_GOAL, times),
    atMost(`- logins refused of ${flooded.logins.length + flooded.refused}`, flooded.refused, 0, String),
    atMost('- page p99 to idle', p99(flooded) / p99(idle), PAGE_GOAL, times),
  ];
}
