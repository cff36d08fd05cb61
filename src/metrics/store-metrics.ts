import { Gauge, type Registry } from 'prom-client';
import type { PasswordHasher } from '../accounts/password-hasher.ts';
import { countOverdueLinks } from '../audit/audit-log.table.ts';
import { type Database, poolLoad } from '../database/connection.ts';
import { type MailQueue, readMailQueue } from '../mail/outbox.table.ts';
import { type Clock, DAY, SECOND } from '../shared/clock.ts';
import { cachedFor } from './cache.ts';

/** What the metrics of a store are read from. */
export interface MetricsSource {
  db: Database;
  hasher: PasswordHasher;
  clock: Clock;
}

/** How old what the database said may be: however often metrics are asked for, the database is asked this often. */
const KEPT = 10 * SECOND;
/** How long the database may take; then the metrics come without what it would say. */
const TIMEOUT = 1 * SECOND;
const LATELY = 7 * DAY;

/** What waits in a store: for the threads that hash, for a connection, for the mail server. */
export function watchStore(registry: Registry, { db, hasher, clock }: MetricsSource): void {
  const registers = [registry];
  new Gauge({
    name: 'gatehouse_password_hashes',
    help: 'Passwords that are being hashed, and that wait for it.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(hasher.load())) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'gatehouse_database_connections',
    help: 'Connections of the pools in use and free, and requests that wait for one.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(poolLoad(db))) this.set({ state }, count);
    },
  });
  watchMails(registry, { db, clock });
  watchAudit(registry, { db, clock });
}

function watchAudit(registry: Registry, { db, clock }: Pick<MetricsSource, 'db' | 'clock'>): void {
  const unlinked = cachedFor({ kept: KEPT, timeout: TIMEOUT, clock }, () => countOverdueLinks(db, clock()));
  new Gauge({
    name: 'gatehouse_audit_rows_unlinked',
    help: 'Rows of the audit log that have waited for more than a minute to be linked into its chain.',
    aggregator: 'max',
    registers: [registry],
    async collect() {
      const rows = await unlinked();
      if (rows === undefined) this.remove();
      else this.set(rows);
    },
  });
}

function watchMails(registry: Registry, { db, clock }: Pick<MetricsSource, 'db' | 'clock'>): void {
  const queue = cachedFor({ kept: KEPT, timeout: TIMEOUT, clock }, () =>
    readMailQueue(db, clock(), clock() - LATELY),
  );
  const registers = [registry];
  // Every process asks the same database, so none of these is a sum.
  new Gauge({
    name: 'gatehouse_database_up',
    help: 'Whether the database answers: 1, or 0.',
    aggregator: 'min',
    registers,
    async collect() {
      this.set((await queue()) ? 1 : 0);
    },
  });
  const gauge = (name: string, help: string, read: (mails: MailQueue) => number) =>
    new Gauge({
      name,
      help,
      aggregator: 'max',
      registers,
      async collect() {
        const mails = await queue();
        if (mails) this.set(read(mails));
        else this.remove();
      },
    });
  gauge('gatehouse_mails_due', 'Mails that are to be sent now.', ({ due }) => due);
  gauge(
    'gatehouse_mails_oldest_waiting_seconds',
    'How long ago the mail was written that waits longest; 0 when none waits.',
    ({ oldest }) => (oldest === undefined ? 0 : Math.max(0, clock() - oldest) / SECOND),
  );
  gauge(
    'gatehouse_mails_given_up_lately',
    'Mails that were given up in the last 7 days.',
    ({ givenUp }) => givenUp,
  );
}
