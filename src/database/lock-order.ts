import type { Transaction } from './transaction.ts';

/**
 * The order in which a transaction locks rows that others lock, too (docs/decisions/0057-lock-order.md). Two that take
 * them in different orders can each wait for the other. Of one kind it is by id.
 */
const LOCK_ORDER = [
  'admins',
  'user',
  'customer',
  'window',
  'product',
  'order',
  'task',
  'settings',
  // Whatever many write: budgets, counts, the next number of a series, the catalogue's version.
  'counter',
] as const;

export type Lock = (typeof LOCK_ORDER)[number];

interface Held {
  /** The last in the order, and its id. */
  kind: number;
  id: number;
  all: Set<string>;
}

/** Passed an Error named LockOrderWarning. */
type BreachListener = (breach: Error) => void;

const warnOfBreach: BreachListener = (breach) => process.emitWarning(breach);

let breachListener = warnOfBreach;

/** Says what becomes of a breach of the order: by default a warning of the process. */
export function onLockBreach(listener: BreachListener = warnOfBreach): void {
  breachListener = listener;
}

const heldBy = new WeakMap<Transaction, Held>();

/**
 * Notes that a transaction is about to lock something. Whatever locks rows calls it first. Where the transaction holds
 * something already that comes later in the order, the log warns (`withLog`); tests let it throw. Should two
 * transactions really wait for each other, the database ends one, which is run again.
 *
 * @param id where there are several of a kind and a transaction may lock more than one
 */
export function noteLock(trx: Transaction, lock: Lock, id = 0): void {
  const held = heldBy.get(trx) ?? { kind: 0, id: 0, all: new Set() };
  const name = `${lock} ${id}`;
  const kind = LOCK_ORDER.indexOf(lock);
  // What is held already is not waited for.
  if (held.all.has(name)) return;
  const isBreach = kind < held.kind || (kind === held.kind && id < held.id);
  if (isBreach) {
    const breach = new Error(`${name} is locked after ${[...held.all].join(', ')}: see decision 57.`);
    breach.name = 'LockOrderWarning';
    breachListener(breach);
  }
  held.all.add(name);
  heldBy.set(trx, isBreach ? held : { kind, id, all: held.all });
}
