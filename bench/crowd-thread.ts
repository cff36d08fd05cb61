import { parentPort, workerData } from 'node:worker_threads';
import type { Crowd, Statuses } from './crowd.ts';
import { Member } from './member.ts';

// Says when the crowd is there, ends it at the first message, and then says how it fared.

const { storeUrl, usernames, addresses, atOnce, knownBrowsers = 0, password } = workerData as Crowd;
const statuses: Statuses = {};
let wanted = true;
parentPort?.once('message', () => {
  wanted = false;
});

const groups = await Promise.all(addresses.map(browsersAt));
parentPort?.postMessage('ready');
await Promise.all(groups.flat().map(send));
parentPort?.postMessage(statuses);

async function browsersAt(address: string | undefined): Promise<Member[]> {
  const browsers = Array.from(
    { length: knownBrowsers || atOnce },
    (_none, number) => new Member(storeUrl, usernames[number % usernames.length] ?? '', address),
  );
  for (const browser of browsers.slice(0, knownBrowsers)) await browser.logIn();
  return Array.from({ length: atOnce }, (_none, number) => browsers[number % browsers.length] as Member);
}

async function send(browser: Member): Promise<void> {
  while (wanted) {
    const { status } = await browser.nextVisit().tryLogIn(password);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
}
