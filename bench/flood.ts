import { setTimeout as sleep } from 'node:timers/promises';
import { type Crowd, during } from './crowd.ts';
import { steadyPace, type Target } from './load.ts';
import { isSignedIn, Member } from './member.ts';
import { atMost, type Figure, milliseconds, say, table, times } from './report.ts';
import { median, percentile } from './statistics.ts';
import { openStorePage, storeIn } from './store-server.ts';
import type { Workplace } from './workplace.ts';

const SECONDS = 15;
const RATE = 50;
const PAUSE = 200;
/** Until the flood is in full flow. */
const BUILD_UP = 2_000;
const LOGIN_GOAL = 3;
const PAGE_GOAL = 2.5;

const FLOODS: Record<string, Omit<Crowd, 'storeUrl' | 'usernames'>> = {
  'right passwords from one network': { addresses: ['198.51.100.1'], atOnce: 48, knownBrowsers: 12 },
  'wrong passwords from 8 networks': {
    addresses: Array.from({ length: 8 }, (_none, number) => `198.51.100.${10 + number}`),
    atOnce: 16,
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

/**
 * Measures what others notice while logins flood the store: a member logs in again and again from another network, and
 * another one reads the store at a steady pace.
 */
export async function benchFlood(workplace: Workplace): Promise<void> {
  const store = await storeIn(workplace, 'flood').start();
  const [reader, member, sender] = ['b-reader', 'b-member', 'b-sender'].map(
    (name, number) => new Member(store.url, name, `203.0.113.${1 + number}`),
  ) as [Member, Member, Member];
  for (const one of [reader, member, sender]) await one.register();
  await member.logIn();
  const { page } = await openStorePage(store, reader);

  const idle = await watch(member, page);
  say(`\nIdle: ${waitsText(idle)}`);
  const figures: Figure[] = [];
  for (const [name, flood] of Object.entries(FLOODS)) {
    const crowd = { storeUrl: store.url, usernames: ['b-sender'], ...flood };
    const { result: flooded, statuses } = await during(crowd, () =>
      sleep(BUILD_UP).then(() => watch(member, page)),
    );
    say(`${name}: ${waitsText(flooded)}; the flood got ${JSON.stringify(statuses)}`);
    figures.push(
      atMost(`login to idle, ${name}`, median(flooded.logins) / median(idle.logins), LOGIN_GOAL, times),
      atMost('- logins refused', flooded.refused, 0, String),
      atMost('- page p99 to idle', p99Of(flooded) / p99Of(idle), PAGE_GOAL, times),
    );
  }
  await store.stop();
  say(`\n${table(figures)}`);
}

/** Logs in again and again, in a browser that the account knows, while pages are read. */
async function watch(member: Member, page: Target): Promise<Waits> {
  const waits: Waits = { logins: [], refused: 0, pages: [] };
  const reading = steadyPace(page, RATE, SECONDS).then((pages) => {
    waits.pages = pages;
  });
  while (waits.pages.length === 0) {
    const start = performance.now();
    const answer = await member.nextVisit().tryLogIn();
    if (isSignedIn(answer)) waits.logins.push(performance.now() - start);
    else waits.refused += 1;
    await Promise.race([reading, sleep(PAUSE)]);
  }
  return waits;
}

const p99Of = ({ pages }: Waits) => percentile(pages, 0.99);

function waitsText(waits: Waits): string {
  const { logins, refused } = waits;
  const longest = milliseconds(Math.max(...logins));
  return `${logins.length} logins, middle ${milliseconds(median(logins))}, longest ${longest}, ${refused} refused; page p99 ${milliseconds(p99Of(waits))}`;
}
