import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { failOnLockBreach } from '../testing/lock-order.ts';
import { type Lock, noteLock, onLockBreach } from './lock-order.ts';
import type { Transaction } from './transaction.ts';

afterEach(failOnLockBreach);

function take(...locks: [Lock, number?][]): void {
  const trx = {} as Transaction;
  for (const [lock, id] of locks) noteLock(trx, lock, id);
}

test('locks are taken in one order, of one kind by id, and once more what is held', () => {
  take(['admins'], ['user', 7], ['product', 1], ['product', 2], ['counter'], ['user', 7], ['counter']);
  take(['counter']);
  take(['user', 3]);
});

test.each<[string, [Lock, number?][]]>([
  [
    'user 7 is locked after task 1',
    [
      ['task', 1],
      ['user', 7],
    ],
  ],
  ['admins 0 is locked after user 7', [['user', 7], ['admins']]],
  [
    'product 1 is locked after product 2',
    [
      ['product', 2],
      ['product', 1],
    ],
  ],
  ['settings 0 is locked after user 7, counter 0', [['user', 7], ['counter'], ['settings']]],
])('in another order a transaction fails: %s', (message, locks) => {
  expect(() => take(...locks)).toThrow(message);
});

test('in a store a breach fails nothing and is a warning of the process', async () => {
  onLockBreach();
  const warned = once(process, 'warning');
  take(['user', 7], ['admins'], ['task', 1]);
  const [{ name, message }] = await warned;
  expect([name, message]).toEqual(['LockOrderWarning', 'admins 0 is locked after user 7: see decision 57.']);
});
