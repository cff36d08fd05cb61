import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordLogin } from '../accounts/login/known-devices.ts';
import { createPasswordHasher, type PasswordHasher } from '../accounts/password-hasher.ts';
import { findUser } from '../accounts/users.table.ts';
import type { Context } from '../context.ts';
import { paths } from '../paths.ts';
import { addTask } from '../tasks/tasks.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import type { Visitor } from '../testing/visitor.ts';
import { connect, type Database } from './connection.ts';
import { dialectOf } from './dialect.ts';
import type { Transaction } from './transaction.ts';

// No row is written by all: while some transactions are held open just before they would be committed, everybody else
// goes on, and the server says that nobody waited for anybody.

const MANY = 50;
const HELD = ['held-1', 'held-2'];

let app: TestApp;
let hasher: PasswordHasher;
let visitors: Visitor[];
let staff: number;
beforeAll(async () => {
  app = await startTestApp({ TRUST_PROXY: '1', REQUIRE_2FA: 'none' });
  // A machine with two cores would refuse the last of so many strangers.
  hasher = await createPasswordHasher(4, { queue: MANY });
  app.context.hasher = hasher;
  staff = await addPerson(app.context, 'mod-mina', 'moderator');
  for (const name of HELD) await addPerson(app.context, name);
  for (let number = 0; number < MANY; number += 1) await addPerson(app.context, `member-${number}`);
  visitors = await Promise.all(
    Array.from({ length: MANY }, async () => {
      const visitor = app.visitor();
      await visitor.get(paths.login());
      return visitor;
    }),
  );
});
afterAll(async () => {
  await app.close();
  await hasher.close();
});

const networkOf = (number: number) => ({ 'x-forwarded-for': `10.${number}.0.1` });

/** A context whose transactions do all their work and then wait before they commit. */
async function held(context: Context) {
  const db = connect(app.address, () => undefined);
  let reached = 0;
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const transaction = (work: (trx: Transaction) => Promise<unknown>) =>
    db.transaction(async (trx) => {
      const outcome = await work(trx);
      reached += 1;
      await released;
      return outcome;
    });
  const holding = new Proxy(db, {
    get: (target, name) => (name === 'transaction' ? transaction : Reflect.get(target, name)),
  });
  return {
    context: { ...context, db: holding as Database },
    reached: () => reached,
    async end(work: Promise<unknown>[]) {
      release();
      await Promise.all(work);
      await db.destroy();
    },
  };
}

/**
 * In milliseconds. MariaDB makes its view of locks anew only when nobody has read it for 100: looked at more often, it says
 * for ever what it said first.
 */
const LOOK_EVERY = { postgres: 5, mysql: 150, sqlite: 0 };

/** Who waits for a row in this database, as the server says. Tables grow under locks of their own, which are no rows. */
async function waiting(db: Database): Promise<unknown[]> {
  if (dialectOf(db) === 'postgres') {
    const { rows } = await db.raw(
      `select activity.query from pg_locks locks join pg_stat_activity activity on activity.pid = locks.pid
       where not locks.granted and locks.locktype in ('transactionid', 'tuple')
       and activity.datname = current_database()`,
    );
    return rows;
  }
  const [rows] = await db.raw(
    `select locks.lock_table, locks.lock_index, locks.lock_data, trx.trx_query
     from information_schema.innodb_lock_waits waits
     join information_schema.innodb_locks locks on locks.lock_id = waits.requested_lock_id
     join information_schema.innodb_trx trx on trx.trx_id = waits.requesting_trx_id
     where locks.lock_table like concat('%', database(), '%')`,
  );
  return rows;
}

/** Looks again and again while something is done. */
async function waitingWhile(work: () => Promise<void>): Promise<unknown[]> {
  const db = connect(app.address, () => undefined);
  const seen: unknown[] = [];
  let isDone = false;
  const done = work().finally(() => {
    isDone = true;
  });
  try {
    while (!isDone) {
      seen.push(...(await waiting(db)));
      await sleep(LOOK_EVERY[dialectOf(db)]);
    }
    await done;
  } finally {
    await db.destroy();
  }
  return seen;
}

test('the server says who waits for a row', async () => {
  const other = connect(app.address, () => undefined);
  const trx = await other.transaction();
  await trx('users').where('username', 'held-1').increment('lock_count');
  const second = app.context.db('users').where('username', 'held-1').increment('lock_count').then();
  await expect
    .poll(() => waiting(app.context.db), { interval: LOOK_EVERY[dialectOf(other)] })
    .not.toEqual([]);
  await trx.rollback();
  await second;
  await other.destroy();
});

test('50 logins from 50 networks and 50 changes at once wait for no row, nor for what others have not committed', async () => {
  const client = { address: '10.99.0.1', userAgent: '', network: '10.99.0.1', networks: ['10.99.0.1'] };
  const { db } = app.context;
  const slow = await held(app.context);
  const ids: number[] = await db('users').whereIn('username', HELD).pluck('id');
  const open = ids.map(async (id) => {
    const user = await findUser(db, id);
    if (!user) throw new Error('Nobody is there.');
    return recordLogin(slow.context, user, client as never, { factors: ['password'] });
  });
  const worker = { id: staff, role: 'moderator' } as const;
  open.push(addTask(slow.context, worker, { title: 'held' }, { keyHash: 'held', userId: staff }) as never);
  await expect.poll(slow.reached).toBe(open.length);

  const waits = await waitingWhile(async () => {
    const logins = await Promise.all(
      visitors.map((visitor, number) =>
        visitor.post(paths.login(), { username: `member-${number}`, password: PASSWORD }, networkOf(number)),
      ),
    );
    expect(new Set(logins.map(({ location }) => location))).toEqual(new Set([paths.store()]));
    const changes = await Promise.all(
      visitors.map(async (visitor, number) => {
        if (number % 2)
          return addTask(
            app.context,
            worker,
            { title: `task ${number}` },
            { keyHash: `key ${number}`, userId: staff },
          );
        await visitor.get(paths.profile());
        return visitor.post(paths.profile(), { username: `renamed-${number}` }, networkOf(number));
      }),
    );
    for (const change of changes)
      expect(change).toMatchObject('ok' in change ? { ok: true } : { status: 303 });
  });
  expect(waits).toEqual([]);
  expect(await db('users').where('username', 'like', 'renamed-%')).toHaveLength(MANY / 2);
  expect(await db('tasks')).toHaveLength(MANY / 2);
  await slow.end(open);
  expect(await db('audit_log').where('action', 'login.succeeded')).toHaveLength(MANY + HELD.length);
});
