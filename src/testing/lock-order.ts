import { onLockBreach } from '../database/lock-order.ts';

/** Lets a transaction that locks rows out of order fail its test. */
export function failOnLockBreach(): void {
  onLockBreach((breach) => {
    throw breach;
  });
}

// Vitest runs this file before each file of tests.
failOnLockBreach();
