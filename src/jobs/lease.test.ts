import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { DAY, SECOND } from '../shared/clock.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { BACKGROUND, createLease, isLeaseHeld, type Lease } from './lease.ts';

let database: TestDatabase;
/** The running time of each process, in milliseconds: they began at different moments. */
let time: { ours: number; theirs: number };
let ours: Lease;
let theirs: Lease;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db('leases').update({ holder: '', heartbeat: 0 });
  time = { ours: 5, theirs: 1_000_000 };
  ours = createLease(database.db, BACKGROUND, () => time.ours);
  theirs = createLease(database.db, BACKGROUND, () => time.theirs);
});

afterEach(() => vi.useRealTimers());

function pass(seconds: number): void {
  time.ours += seconds * SECOND;
  time.theirs += seconds * SECOND;
}

test('a lease that nobody has is taken at once, and by one of two', async () => {
  expect(ours.isHeld()).toBe(false);
  const held = await Promise.all([ours.renew(), theirs.renew()]);
  expect(held.sort()).toEqual([false, true]);
  expect([ours.isHeld(), theirs.isHeld()].sort()).toEqual([false, true]);
});

test('nobody loses it because the clock of the machine is set', async () => {
  const held = createLease(database.db, BACKGROUND);
  expect(await held.renew()).toBe(true);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAY });
  expect(held.isHeld()).toBe(true);
  vi.setSystemTime(0);
  expect(held.isHeld()).toBe(true);
});

test('whoever counts on keeps it, for as long as that may be', async () => {
  await ours.renew();
  for (let round = 0; round < 20; round += 1) {
    pass(2);
    expect([await ours.renew(), await theirs.renew()]).toEqual([true, false]);
  }
});

test('a holder that does not count on stops after 7 seconds, and another one takes over after 10', async () => {
  await ours.renew();
  await theirs.renew();
  pass(6.9);
  expect(ours.isHeld()).toBe(true);
  pass(0.2);
  expect(ours.isHeld()).toBe(false);
  pass(2.8);
  expect(await theirs.renew()).toBe(false);
  pass(0.2);
  expect(await theirs.renew()).toBe(true);
  // One that was only slow finds that it is another's turn.
  expect([await ours.renew(), theirs.isHeld()]).toEqual([false, true]);
});

test('a holder that could not count on for a while goes on if nobody has taken over', async () => {
  await ours.renew();
  pass(9);
  expect(ours.isHeld()).toBe(false);
  expect(await ours.renew()).toBe(true);
});

test('who has waited for one holder waits anew for the next one', async () => {
  const third = createLease(database.db, BACKGROUND, () => time.ours);
  await ours.renew();
  await theirs.renew();
  pass(9);
  await ours.release();
  expect(await third.renew()).toBe(true);
  pass(5);
  expect(await theirs.renew()).toBe(false);
});

test('a lease that was given up is free at once, and giving up what one has not takes it from nobody', async () => {
  await ours.renew();
  await theirs.release();
  expect([await theirs.renew(), ours.isHeld()]).toEqual([false, true]);
  await ours.release();
  expect([ours.isHeld(), await theirs.renew()]).toEqual([false, true]);
});

test('a row that is missing is made', async () => {
  await database.db('leases').delete();
  await Promise.all([ours.renew(), theirs.renew()]);
  expect([await ours.renew(), await theirs.renew()].sort()).toEqual([false, true]);
});

test('of twenty that take over at the same instant one has it', async () => {
  const others = Array.from({ length: 20 }, () => createLease(database.db, BACKGROUND, () => time.ours));
  await ours.renew();
  for (const other of others) await other.renew();
  pass(11);
  const held = await Promise.all(others.map((other) => other.renew()));
  expect(held.filter(Boolean)).toHaveLength(1);
});

test('one that counts on is seen from outside, and one that stands still or is free is not', async () => {
  const watch = { given: 60, free: 30 };
  const look = () => isLeaseHeld(database.db, BACKGROUND, watch);
  expect(await look()).toBe(false);
  await ours.renew();
  expect(await look()).toBe(false);
  const seen = isLeaseHeld(database.db, BACKGROUND, { given: 20 * SECOND, free: 20 * SECOND });
  const counting = setInterval(() => void ours.renew(), 20);
  expect(await seen).toBe(true);
  clearInterval(counting);
});

test('one that is taken while somebody watches is seen', async () => {
  const seen = isLeaseHeld(database.db, BACKGROUND, { given: 20 * SECOND, free: 20 * SECOND });
  await ours.renew();
  const counting = setInterval(() => void ours.renew(), 20);
  expect(await seen).toBe(true);
  clearInterval(counting);
});

test('a database without the table has no store that runs', async () => {
  const empty = await openTestDatabase();
  await empty.db.schema.dropTable('leases');
  expect(await isLeaseHeld(empty.db, BACKGROUND)).toBe(false);
  await empty.drop();
});
