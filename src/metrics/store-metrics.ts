import type { Registry } from 'prom-client';
import type { PasswordHasher } from '../accounts/password-hasher.ts';
import { countOverdueLinks } from '../audit/audit-log.table.ts';
import { type Database, poolLoad } from '../database/connection.ts';
import { readMailQueue } from '../mail/outbox.table.ts';
import { type Clock, DAY, SECOND } from '../shared/clock.ts';
import { cachedFor } from './cache.ts';
import { addGauge } from './gauge.ts';

export interface MetricsSource {
  db: Database;
  hasher: PasswordHasher;
  clock: Clock;
}

/** How old what the database said may be: however often metrics are asked for, the database is asked this often. */
const MAX_AGE = 10 * SECOND;
/** How long the database may take; then the metrics come without what it would say. */
const TIMEOUT = 1 * SECOND;
const LATELY = 7 * DAY;

/** What waits in a store: for the threads that hash, for a connection, for the mail server, for the audit log. */
export function watchStore(registry: Registry, { db, hasher, clock }: MetricsSource): void {
  addGauge(registry, {
    name: 'gatehouse_password_hashes',
    help: 'Passwords that are being hashed, and that wait for it.',
    label: 'state',
    read: () => ({ ...hasher.load() }),
  });
  addGauge(registry, {
    name: 'gatehouse_database_connections',
    help: 'Connections of the pools in use and free, and requests that wait for one.',
    label: 'state',
    read: () => ({ ...poolLoad(db) }),
  });
  // Every process asks the same database, so none of these is a sum.
  const limits = { maxAge: MAX_AGE, timeout: TIMEOUT, clock };
  const unlinked = cachedFor(limits, () => countOverdueLinks(db, clock()));
  addGauge(registry, {
    name: 'gatehouse_audit_rows_unlinked',
    help: 'Rows of the audit log that have waited for more than a minute to be linked into its chain.',
    aggregator: 'max',
    read: unlinked,
  });
  const queue = cachedFor(limits, () => readMailQueue(db, clock(), clock() - LATELY));
  addGauge(registry, {
    name: 'gatehouse_database_up',
    help: 'Whether the database answers: 1, or 0.',
    aggregator: 'min',
    read: async () => ((await queue()) ? 1 : 0),
  });
  addGauge(registry, {
    name: 'gatehouse_mails_due',
    help: 'Mails that are to be sent now.',
    aggregator: 'max',
    read: async () => (await queue())?.due,
  });
  addGauge(registry, {
    name: 'gatehouse_mails_oldest_waiting_seconds',
    help: 'How long ago the mail was written that waits longest; 0 when none waits.',
    aggregator: 'max',
    read: async () => {
      const mails = await queue();
      return mails && Math.max(0, clock() - (mails.oldest ?? clock())) / SECOND;
    },
  });
  addGauge(registry, {
    name: 'gatehouse_mails_given_up_lately',
    help: 'Mails that were given up in the last 7 days.',
    aggregator: 'max',
    read: async () => (await queue())?.givenUp,
  });
}
