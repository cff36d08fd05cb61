import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockUser } from '../../src/accounts/users.table.ts';
import { verifyChain } from '../../src/audit/audit-chain.ts';
import { buildIfStale } from '../../src/cli/build.mjs';
import { inTransaction } from '../../src/database/transaction.ts';
import { changeRole } from '../../src/members/membership.ts';
import { paths } from '../../src/paths.ts';
import { OPS } from '../../src/testing/member-actions.ts';
import { addPerson, PASSWORD } from '../../src/testing/people.ts';
import { startProgram } from '../../src/testing/program.ts';
import { expectNothingLost, startLoad } from './load.ts';
import { type Cluster, countEach, gatehouse, openCluster, type Store } from './stores.ts';
import { prepareWrites } from './writes.ts';

// Three processes of the built store, each on a node of its own, of one MariaDB Galera cluster. The tests go on from
// each other: the nodes are killed and cut off at the end.

const LONG = 120_000;
/** Of so many, a node that does not wait for the others misses about ten. */
const ROUNDS = 200;

let cluster: Cluster;
beforeAll(async () => {
  buildIfStale();
  cluster = await openCluster(
    process.env.CLUSTER_FOLDER ?? mkdtempSync(join(tmpdir(), 'gatehouse-cluster-')),
  );
}, LONG);
afterAll(() => cluster?.clear(), LONG);

test('a start refuses to migrate, and says what to do', async () => {
  const place = cluster.placeAt(0);
  const program = startProgram(place.settings, place.folder);
  expect((await program.ended).code).toBe(1);
  expect(program.out.stderr).toBe(
    'Gatehouse did not start: The database is a Galera cluster and has to be migrated. Run gatehouse migrate, on one machine, then start the store.\n',
  );
});

test('after gatehouse migrate three processes start at once, each on a node, and fill the store once', async () => {
  await gatehouse(cluster.placeAt(0), 'migrate');
  await cluster.open();
  for (const { db } of cluster.stores)
    expect(await db('products').count({ count: '*' })).toEqual([{ count: 24 }]);
});

test('what one node has committed is there at the next one at once, to read and to change', async () => {
  const [one, two] = [cluster.storeAt(0).db, cluster.storeAt(1).db];
  const seen = { read: 0, changed: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const key = `round-${round}`;
    await one('rate_limits').insert({ key, points: 1, expire: 0 });
    if (round % 2 === 0) seen.read += (await two('rate_limits').where({ key })).length;
    else seen.changed += await two('rate_limits').where({ key }).delete();
  }
  expect(seen).toEqual({ read: ROUNDS / 2, changed: ROUNDS / 2 });
});

test('who registers at one logs in at the next and goes on at the third, at once', async () => {
  for (let round = 0; round < 8; round += 1) {
    const name = `walker-${round}`;
    const first = cluster.storeAt(round).visitor();
    expect((await first.register(name, PASSWORD)).status).toBe(303);
    const second = first.at(cluster.storeAt(round + 1));
    expect((await second.logIn(name, PASSWORD)).location).toBe(paths.store());
    const third = second.at(cluster.storeAt(round + 2));
    expect((await third.get(paths.store())).status).toBe(200);

    expect((await third.submit(paths.logout())).location).toBe(paths.login());
    for (const store of cluster.stores)
      expect((await third.at(store).get(paths.store())).location).toBe(paths.login());
  }
});

test('failed logins count across all', async () => {
  const statuses = [];
  for (let time = 0; time < 6; time += 1) {
    statuses.push((await cluster.storeAt(time).visitor('10.9.9.9').logIn('walker-1', 'wrong')).status);
  }
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
  const atOnce = await Promise.all(
    Array.from({ length: 12 }, (_, time) =>
      cluster.storeAt(time).visitor('10.9.9.8').logIn('walker-2', 'wrong'),
    ),
  );
  expect(countEach(atOnce.map(({ status }) => status))).toEqual({ 422: 5, 429: 7 });
});

test('a name that is asked for at three nodes at the same instant goes to one', async () => {
  for (let round = 0; round < 5; round += 1) {
    const username = `twin-${round}`;
    const visitors = Array.from({ length: 6 }, (_, index) => cluster.storeAt(index).visitor());
    await Promise.all(visitors.map((visitor) => visitor.get(paths.register())));
    const answers = await Promise.all(
      visitors.map((visitor, index) =>
        visitor.post(paths.register(), {
          username,
          email: `${username}-${index}@example.org`,
          password: PASSWORD,
          password_confirmation: PASSWORD,
        }),
      ),
    );
    expect(countEach(answers.map(({ status }) => status))).toEqual({ 303: 1, 422: 5 });
    for (const { db } of cluster.stores) expect(await db('users').where({ username })).toHaveLength(1);
  }
});

test('of two admins who are demoted at two nodes at the same instant one stays', async () => {
  const [one, two] = [cluster.contextAt(0), cluster.contextAt(1)];
  const ana = await addPerson(one, 'ana', 'admin');
  const ben = await addPerson(two, 'ben', 'admin');
  for (let round = 0; round < 8; round += 1) {
    const outcomes = await Promise.all([
      changeRole(one, OPS, ana, { role: 'user' }),
      changeRole(two, OPS, ben, { role: 'user' }),
    ]);
    expect(outcomes.map((outcome) => outcome.ok || outcome.problem).sort()).toEqual(['last-admin', true]);
    expect(await one.db('users').where({ role: 'admin' })).toHaveLength(1);
    await one.db('users').whereIn('id', [ana, ben]).update({ role: 'admin' });
  }
});

test('of two who lock an account at two nodes and each add what may be there once, one sees the other', async () => {
  const dan = await addPerson(cluster.contextAt(0), 'dan');
  for (let round = 0; round < 20; round += 1) {
    const body = `round ${round}`;
    const addOnce = ({ db }: Store) =>
      inTransaction(db, async (trx) => {
        await lockUser(trx, dan);
        if (await trx('member_notes').where({ user_id: dan, body }).first('id')) return;
        await trx('member_notes').insert({ user_id: dan, body, created_at: 1 });
      });
    await Promise.all([addOnce(cluster.storeAt(0)), addOnce(cluster.storeAt(1))]);
    expect(await cluster.storeAt(2).db('member_notes').where({ body })).toHaveLength(1);
  }
});

test('of sixty writes of all kinds at three nodes at once each counts once', async () => {
  const { db: at } = cluster.storeAt(0);
  const write = await prepareWrites(cluster);
  const before = await cluster.conflicts();
  const began = performance.now();
  const answers = await write();
  const took = Math.round(performance.now() - began);

  const statuses = countEach(answers.map(({ status }) => status));
  tell(
    `${answers.length} writes in ${took} ms: ${JSON.stringify(statuses)}, ${(await cluster.conflicts()) - before} conflicts`,
  );
  expect(statuses).toEqual({ 303: answers.length });
  for (const { db } of cluster.stores) {
    expect(await db('users').where('username', 'like', 'new-%')).toHaveLength(24);
    expect(await db('tasks')).toHaveLength(9);
    expect(await toldOf('account.registered', 'new-%')).toEqual(Array(24).fill(1));
    expect(await toldOf('password.changed', 'member-%')).toEqual(Array(12).fill(1));
    expect(await toldOf('login.succeeded', 'member-%')).toEqual(Array(24).fill(1));
    expect(await verifyChain(db)).toMatchObject({ ok: true });
  }

  await allMailsOut();
  const ids = cluster.post.mails.map(({ messageId }) => messageId);
  expect(new Set(ids).size).toBe(ids.length);
  const subjects = cluster.post.mails
    .filter(({ to }) => /^(new|member)-/.test(to?.[0]?.address ?? ''))
    .map(({ subject }) => subject ?? '');
  expect(countEach(subjects)).toMatchObject({
    'Please confirm your e-mail address': 24,
    'Your password was changed': 12,
  });

  /** How often the log tells of something, for each member whose name is like this. */
  async function toldOf(action: string, name: string): Promise<number[]> {
    const names: string[] = await at('audit_log')
      .join('users', 'users.id', 'audit_log.subject_id')
      .where({ action })
      .where('username', 'like', name)
      .pluck('username');
    return Object.values(countEach(names));
  }
});

test('a node that is killed under load takes its process with it, the others go on, and it comes back by itself', async () => {
  const [one, two, three] = cluster.stores as [Store, Store, Store];
  const load = startLoad(cluster);
  await load.until(one, 5);
  await load.until(three, 5);
  await three.node.kill();
  await load.until(one, 15);
  await load.until(two, 15);
  await expect.poll(() => ready(three), { timeout: 20_000 }).toBe(503);
  const asked = Date.now();
  await three.node.rejoin();
  const rejoined = Date.now() - asked;
  await expect.poll(() => ready(three), { timeout: 20_000 }).toBe(200);
  await load.until(three, 5);
  await load.end();

  tell(`a node killed and back in ${rejoined} ms: ${JSON.stringify(load.statuses())}`);
  expect(load.statuses()).toEqual({
    one: { 303: expect.any(Number) },
    two: { 303: expect.any(Number) },
    three: { 303: expect.any(Number), 503: expect.any(Number) },
  });
  // What it had missed came from the others' memory, and not as a copy of everything.
  expect(three.node.log().split('Recovered position').at(-1)).toMatch(/IST received|Receiving IST/);
  await expectNothingLost(cluster, load);
});

test('a node that is cut off from the others answers 503, the others go on, and it comes back by itself', async () => {
  const [one, two, three] = cluster.stores as [Store, Store, Store];
  const load = startLoad(cluster);
  await load.until(two, 5);
  await two.node.isolate(true);
  await load.until(one, 15);
  await load.until(three, 15);
  await expect.poll(() => ready(two), { timeout: 20_000 }).toBe(503);
  expect((await two.visitor().register('islander', PASSWORD)).status).toBe(503);
  await two.node.isolate(false);
  await expect.poll(() => ready(two), { timeout: 40_000 }).toBe(200);
  await load.until(two, 5);
  await load.end();

  tell(`a node cut off and back: ${JSON.stringify(load.statuses())}`);
  expect(load.statuses()).toEqual({
    one: { 303: expect.any(Number) },
    two: { 303: expect.any(Number), 503: expect.any(Number) },
    three: { 303: expect.any(Number) },
  });
  await expectNothingLost(cluster, load);
});

test('at the end every node has the same log, whole, and every process closes cleanly', async () => {
  const verify = () => Promise.all(cluster.stores.map(({ db }) => verifyChain(db)));
  await expect
    .poll(verify, { timeout: 20_000 })
    .toEqual(cluster.stores.map(() => expect.objectContaining({ ok: true, unlinked: 0 })));
  const heads = await verify();
  for (const head of heads) expect(head).toEqual(heads[0]);
  const ends = await Promise.all(cluster.stores.map(({ program }) => program.stop('SIGTERM')));
  expect(ends).toEqual(cluster.stores.map(() => ({ code: 0, signal: null })));
});

const ready = async ({ url }: Store) => (await fetch(url + paths.ready())).status;

function tell(line: string): void {
  process.stdout.write(`    ${line}\n`);
}

async function allMailsOut(): Promise<void> {
  const waiting = () => cluster.storeAt(0).db('outbox').whereNull('sent_at').pluck('last_error');
  await expect.poll(waiting, { timeout: 40_000 }).toEqual([]);
}
