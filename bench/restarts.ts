import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths } from '../src/paths.ts';
import { databasesToMeasure, makeDatabase } from './databases.ts';
import { addMembers } from './in-process.ts';
import { Member } from './member.ts';
import { openRelay, type Relay } from './relay.ts';
import { say } from './report.ts';
import type { Served, Workplace } from './workplace.ts';

/*
 * What visitors notice while all workers of a store are replaced, and while its database is away: signed-in members
 * ask for the store page, over kept connections and over new ones, at a constant rate of about a hundred a second.
 */

const MEMBER = 'bench-alice';
const KEPT = 6;
const FRESH = 2;
const BREATH = 75;
const BEFORE = 2_000;
const REPLACING = 12_000;
const OUTAGE = 6_000;
const AFTER = 6_000;

/** How many requests ended how: by status, or by what went wrong with the connection. */
type Outcomes = Record<string, number>;

export async function benchRestarts(workplace: Workplace): Promise<void> {
  for (const [name, server] of databasesToMeasure()) {
    const database = await makeDatabase(workplace, server);
    const relay = server === undefined ? undefined : await openRelay(database.url);
    try {
      await measure(workplace, name, relay?.url ?? database.url, relay);
    } finally {
      await relay?.cut();
      await database.drop();
    }
  }
}

async function measure(workplace: Workplace, name: string, url: string, relay?: Relay): Promise<void> {
  const settings = {
    DATABASE_URL: url,
    DATA_DIR: join(workplace.folder, `data-${name}`),
    SECRET_KEY: randomBytes(32).toString('base64url'),
    WORKERS: '2',
  };
  const store = await workplace.serve('../src/server.js', {
    node: ['--max-semi-space-size=8'],
    env: (port) => ({ ...settings, PORT: String(port) }),
    readyPath: paths.ready(),
  });
  await addMembers(settings, [MEMBER]);
  const member = new Member(store.url, MEMBER);
  await member.logIn();

  const replaced = await underLoad(store, member.cookie, async () => {
    process.kill(store.pid, 'SIGHUP');
    await sleep(REPLACING);
  });
  say(`${name}, two workers replaced one by one: ${textOf(replaced)}`);
  if (relay) {
    const away = await underLoad(store, member.cookie, async () => {
      await relay.cut();
      await sleep(OUTAGE);
      await relay.mend();
      await sleep(AFTER);
    });
    say(`${name}, database away for ${OUTAGE / 1_000} s: ${textOf(away)}`);
  }
  await store.stop();
}

/** Counts what visitors get from a little before until something is over. */
async function underLoad(store: Served, cookie: string, event: () => Promise<void>): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  const kept = new Agent({ keepAlive: true, maxSockets: KEPT });
  let over = false;
  async function visit(agent: Agent | false): Promise<void> {
    while (!over) {
      const outcome = await ask(store.url + paths.store(), cookie, agent);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      await sleep(BREATH);
    }
  }
  const visitors = Array.from({ length: KEPT + FRESH }, (_, index) => visit(index < KEPT && kept));
  await sleep(BEFORE);
  await event();
  over = true;
  await Promise.all(visitors);
  kept.destroy();
  return outcomes;
}

function ask(url: string, cookie: string, agent: Agent | false): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(url, { agent, headers: { cookie } }, (answer) => {
      answer.resume().once('close', () => resolve(answer.complete ? String(answer.statusCode) : 'cut off'));
    });
    asked.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end();
  });
}

function textOf({ 200: ok = 0, 503: unavailable = 0, ...failed }: Outcomes): string {
  const failures = Object.entries(failed).map(([reason, count]) => `${count} ${reason}`);
  const sum = Object.values(failed).reduce((all, count) => all + count, 0);
  return `${ok} ok, ${unavailable} answered 503, ${sum} failed${failures.length > 0 ? ` (${failures.join(', ')})` : ''}`;
}
