import { parentPort, workerData } from 'node:worker_threads';
import { Member } from './member.ts';

// A thread of its own: what the flood costs the bench must not delay the logins and pages that it times.

/** A flood of logins, each sent again as soon as it is answered. */
export interface Flood {
  storeUrl: string;
  usernames: readonly string[];
  /** Where they come from; each sends as many at once. */
  addresses: readonly string[];
  atOnce: number;
  /** In how many browsers of each address the member logs in first, so that the account knows them. */
  knownBrowsers: number;
  /** Undefined: the right one. */
  password?: string;
}

/** How the store answered: how many times with each status. */
export type Statuses = Record<number, number>;

const flood = workerData as Flood;
let wanted = true;
const statuses: Statuses = {};

parentPort?.once('message', () => {
  wanted = false;
});
const groups = await Promise.all(flood.addresses.map((address) => browsersAt(address)));
parentPort?.postMessage('ready');
await Promise.all(groups.flat().map(send));
parentPort?.postMessage(statuses);

async function browsersAt(address: string): Promise<Member[]> {
  const { storeUrl, usernames, knownBrowsers, atOnce } = flood;
  const browsers = Array.from(
    { length: Math.max(1, knownBrowsers) },
    (_, number) => new Member(storeUrl, usernames[number % usernames.length] ?? '', address),
  );
  for (const browser of browsers.slice(0, knownBrowsers)) await browser.logIn();
  return Array.from({ length: atOnce }, (_, number) => browsers[number % browsers.length] as Member);
}

async function send(browser: Member): Promise<void> {
  while (wanted) {
    const { status } = await browser.nextVisit().tryLogIn(flood.password);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
}
