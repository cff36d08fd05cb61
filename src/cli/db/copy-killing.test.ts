import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { connect, type Database } from '../../database/connection.ts';
import { knownMigrations, migrateTo } from '../../database/migrations.ts';
import { unfinishedTransfer } from '../../database/unfinished-transfer.ts';

import { type EmptyPlace, openEmptyPlace, unheard } from '../../testing/database.ts';
import { openWorkplace, type Workplace } from '../../testing/program.ts';
import { BUILT, buildIfStale } from '../building.mjs';

// The program itself, as a process that is broken off in the middle of a copy.

const ROWS = 40_000;
const LOOK_AGAIN = 5;

let workplace: Workplace;
let source: EmptyPlace;
let db: Database;
let target: EmptyPlace;
beforeAll(async () => {
  buildIfStale();
  workplace = await openWorkplace();
  source = await openEmptyPlace();
  db = connect(source.address, unheard);
  await migrateTo(db, (await knownMigrations()).slice(0, 3));
  for (let from = 0; from < ROWS; from += 500) {
    const rows = Array.from({ length: 500 }, (_none, index) => ({ key: `key ${from + index}`, points: 1 }));
    await db('rate_limits').insert(rows);
  }
});
afterAll(async () => {
  await db.destroy();
  await source.drop();
  await workplace.clear();
});
beforeEach(async () => {
  target = await openEmptyPlace(inject('databaseUrl'));
  return () => target.drop();
});

interface Copying {
  child: ChildProcess;
  ended: Promise<{ code: number | null; signal: string | null; out: string; err: string }>;
}

function startCopy(): Copying {
  const args = ['db', 'copy', '--from', source.url, '--to', target.url, '--json'];
  const child = spawn(process.execPath, [join(BUILT, 'cli', 'gatehouse.js'), ...args], {
    cwd: workplace.folder,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    printed.out += text;
  });
  child.stderr.on('data', (text) => {
    printed.err += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...printed }));
  return { child, ended };
}

/** Waits until the target is marked, and more than that: until rows arrive. */
async function untilItWrites(): Promise<void> {
  const { address } = target;
  while (address.dialect === 'sqlite' && !existsSync(address.file)) await sleep(LOOK_AGAIN);
  const looker = connect(address, unheard);
  const rows = async () => {
    if (!(await unfinishedTransfer(looker)) || !(await looker.schema.hasTable('rate_limits'))) return 0;
    return (await looker('rate_limits').limit(1)).length;
  };
  // While tables are made the database may say that it is busy.
  while ((await rows().catch(() => 0)) === 0) await sleep(LOOK_AGAIN);
  await looker.destroy();
}

test('a copy that is killed leaves a database that no store starts on, and comes whole the next time', async () => {
  const { child, ended } = startCopy();
  await untilItWrites();
  child.kill('SIGKILL');
  expect(await ended).toMatchObject({ signal: 'SIGKILL', out: '' });

  const program = workplace.start({ DATABASE_URL: target.url });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.out.stderr).toMatch(
    /^Gatehouse did not start: The \w+ database cannot be used\. It holds an unfinished copy of \S+store\.db, begun /,
  );

  const again = await startCopy().ended;
  expect(again).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(again.out)).toMatchObject({ ok: true, rows: ROWS, startedOver: true });
  const copy = connect(target.address, unheard);
  expect(await copy('rate_limits').count({ count: '*' })).toEqual([{ count: ROWS }]);
  await copy.destroy();
});

test('a copy that is interrupted stops, and says what is left', async () => {
  const { child, ended } = startCopy();
  await untilItWrites();
  child.kill('SIGINT');
  const { code, out } = await ended;
  expect(code).toBe(1);
  const { error } = JSON.parse(out);
  expect(error.code).toBe('interrupted');
  expect(error.message).toMatch(
    /^The copy was broken off\. The copy at .* is unfinished and marked so: no store/,
  );
  const looker = connect(target.address, unheard);
  expect(await unfinishedTransfer(looker)).toMatchObject({ what: 'copy' });
  await looker.destroy();
});

test('of two copies into one database at once, one is refused and the other is whole', async () => {
  const both = await Promise.all([startCopy().ended, startCopy().ended]);
  expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
  const [refused] = both.filter(({ code }) => code === 1);
  expect(JSON.parse(refused?.out ?? '').error.code).toMatch(/^(busy|not-empty)$/);
  const copy = connect(target.address, unheard);
  expect(await copy('rate_limits').count({ count: '*' })).toEqual([{ count: ROWS }]);
  await copy.destroy();
});
