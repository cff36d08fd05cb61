import { availableParallelism } from 'node:os';
import { compareWithExpress } from './comparison.ts';
import { countQueries } from './in-process.ts';
import { fullSpeed } from './load.ts';
import { AT_ONCE, measureUnderLogins } from './logins.ts';
import { measureUnderMails, sinkState } from './mails.ts';
import { Member } from './member.ts';
import { residentBytes } from './process-stats.ts';
import { atMost, megabytes, milliseconds, say, table, under } from './report.ts';
import { addMembers, chosenDatabase, openStorePage, storeIn } from './store-server.ts';
import type { Workplace } from './workplace.ts';

const REQUESTS = 20_000;
const MEGABYTE = 1_000_000;

/** Measures the signed-in store page: alone, while members log in and while mails go out; with start and memory. */
export async function benchStore(workplace: Workplace): Promise<void> {
  const sink = await workplace.serve('mail-sink.js', { args: (port) => [String(port)], readyPath: '/' });
  const smtp = { SMTP_URL: `smtp://127.0.0.1:${(await sinkState(sink.url)).smtpPort}` };
  const { settings, start } = storeIn(workplace, 'store', { ...smtp, ...chosenDatabase() });
  const database = (settings.DATABASE_URL ?? 'sqlite').split(':')[0];
  say(`Node ${process.version} on ${availableParallelism()} cores, NODE_ENV=production, ${database}`);

  const fresh = await start();
  const usernames = await addMembers(fresh, AT_ONCE);
  await fresh.stop();
  const queries = await countQueries(settings, usernames[0] ?? '');
  const store = await start();
  const { page, html } = await openStorePage(store, new Member(store.url, usernames[0] ?? ''));
  await fullSpeed(page, { amount: REQUESTS });
  const resident = residentBytes(store.pid);

  const figures = [
    ...(await compareWithExpress(workplace, 'store page', {
      ...{ target: page, text: html, type: 'html', goal: 0.4 },
    })),
    ...(await measureUnderLogins(page, store.url, usernames)),
    ...(await measureUnderMails(page, settings, sink.url)),
    under(`memory after ${REQUESTS} requests`, resident, 180 * MEGABYTE, megabytes),
    { name: 'memory at the end', measured: megabytes(residentBytes(store.pid)) },
    under('start to first answer, fresh database', fresh.firstAnswer, 2_000, milliseconds),
    under('start to first answer, later', store.firstAnswer, 2_000, milliseconds),
    atMost('queries of the store page', queries, 3, String),
  ];
  await store.stop();
  await sink.stop();
  say(`\n${table(figures)}`);
}
